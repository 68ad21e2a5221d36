/** Gains and losses: a sign and an arrow beside the colour. */
import { cut, grouped, percentMoved, signOf } from './format';

const LOOKS = { '-1': 'text-loss', '0': 'text-muted', '1': 'text-gain' } as const;
const ARROWS = { '-1': '▼', '0': '', '1': '▲' } as const;

export function Change({
  value,
  unit,
  places = 2,
}: {
  /** A decimal; null where it cannot be told. */
  readonly value: string | null | undefined;
  readonly unit?: string;
  readonly places?: number;
}) {
  if (value === null || value === undefined) return <span className="text-muted">—</span>;
  const shown = cut(value, places);
  const sign = signOf(shown);
  return (
    <span className={`whitespace-nowrap ${LOOKS[sign]}`}>
      <span aria-hidden="true" className="mr-1 text-[0.7em]">
        {ARROWS[sign]}
      </span>
      {sign > 0 ? '+' : ''}
      {grouped(sign === 0 ? shown.replace('-', '') : shown)}
      {unit ? <span className="text-muted"> {unit}</span> : null}
    </span>
  );
}

export function ChangePercent({ value }: { readonly value: string | null | undefined }) {
  if (value === null || value === undefined) return <span className="text-muted">—</span>;
  const { sign, text } = percentMoved(value);
  return <span className={`whitespace-nowrap ${LOOKS[sign]}`}>{text}</span>;
}

export function Amount({
  value,
  unit,
  places,
}: {
  readonly value: string | null | undefined;
  readonly unit?: string;
  readonly places?: number;
}) {
  if (value === null || value === undefined) return <span className="text-muted">—</span>;
  return (
    <span className="whitespace-nowrap">
      {grouped(places === undefined ? value : cut(value, places))}
      {unit ? <span className="text-muted"> {unit}</span> : null}
    </span>
  );
}

/** A named number. */
export function Total({
  label,
  children,
}: {
  readonly label: string;
  readonly children: React.ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="text-lg font-semibold break-words">{children}</dd>
    </div>
  );
}
