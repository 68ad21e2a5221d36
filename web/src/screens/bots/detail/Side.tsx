import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client';

export function Side({ side }: { readonly side: Schemas['Side'] }) {
  const { t } = useTranslation('bots');
  return (
    <span className={`whitespace-nowrap ${side === 'buy' ? 'text-gain' : 'text-loss'}`}>
      <span aria-hidden="true">{side === 'buy' ? '▲ ' : '▼ '}</span>
      {t(`side.${side}`)}
    </span>
  );
}
