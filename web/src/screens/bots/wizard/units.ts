import type { TFunction } from 'i18next';

const MEASURES = ['seconds', 'fraction', 'times', 'samples', 'intervals'] as const;

/** What units are called for a pair: `base` of ETH-USDT is ETH. */
export function unitsOf(pair: string, t: TFunction<'wizard'>): Readonly<Record<string, string>> {
  const [base = '', quote = ''] = pair.split('-');
  return {
    base,
    quote,
    'quote per base': `${quote}/${base}`,
    ...Object.fromEntries(MEASURES.map((name) => [name, t(`unit.${name}`)])),
  };
}
