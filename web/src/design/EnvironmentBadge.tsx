/** Which kind of money. Grey is paper, blue is practice at a real exchange, red is real. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../api/client';

export type Environment = Schemas['Environment'];

const LOOKS: Record<Environment, string> = {
  paper: 'border-paper text-paper',
  demo: 'border-practice text-practice',
  testnet: 'border-practice text-practice',
  live: 'border-live text-live font-bold uppercase',
};

export function EnvironmentBadge({ environment }: { readonly environment: Environment }) {
  const { t } = useTranslation();
  return (
    <span
      className={`rounded border px-1.5 py-0.5 text-xs whitespace-nowrap ${LOOKS[environment]}`}
    >
      {t(`environment.${environment}`)}
    </span>
  );
}
