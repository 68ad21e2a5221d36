import type { TFunction } from 'i18next';

/** What units are called for a pair: `base` of ETH-USDT is ETH. */
export function unitsOf(pair: string, t: TFunction<'wizard'>): Readonly<Record<string, string>> {
  const [base = '', quote = ''] = pair.split('-');
  return {
    base,
    quote,
    'quote per base': `${quote}/${base}`,
    seconds: t('unit.seconds'),
    fraction: t('unit.fraction'),
    times: '×',
  };
}
