/** The three ways to stop, in plain words. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { Choices } from '../../design/field';

type StopMode = Schemas['StopMode'];
const MODES: readonly StopMode[] = ['cancel_orders', 'keep_orders', 'flatten'];

export function StopModes({
  value,
  onChange,
}: {
  readonly value: StopMode;
  readonly onChange: (mode: StopMode) => void;
}) {
  const { t } = useTranslation('bots');
  return (
    <Choices
      legend={t('stop.legend')}
      name="stop-mode"
      value={value}
      onChange={onChange}
      options={MODES.map((mode) => ({
        value: mode,
        title: t(`stop.${mode}.title`),
        text: t(`stop.${mode}.text`),
      }))}
    />
  );
}
