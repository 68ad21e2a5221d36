/** The settings that a step asks for, with the units of the chosen pair. */
import { useTranslation } from 'react-i18next';
import { SchemaForm } from '../../../design/SchemaForm';
import type { Asking } from './chosen';
import { unitsOf } from './units';

export function Questions({
  asking: { strategy, settings, draft, onChange, pair, shown, refused },
  unfolded,
}: {
  readonly asking: Asking;
  readonly unfolded?: boolean;
}) {
  const { t } = useTranslation('wizard');
  return (
    <SchemaForm
      strategy={strategy}
      settings={settings}
      draft={draft}
      onChange={onChange}
      units={unitsOf(pair, t)}
      shown={shown}
      refused={refused}
      {...(unfolded ? { unfolded } : {})}
    />
  );
}
