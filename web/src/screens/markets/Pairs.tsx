import { useTranslation } from 'react-i18next';
import { Card } from '../../design/Card';
import { type Column, DataTable } from '../../design/DataTable';
import { Amount, ChangePercent } from '../../design/Figure';
import { change } from './change';
import type { Ticker } from './queries';

export function Pairs({
  tickers,
  chosen,
  onPair,
}: {
  readonly tickers: readonly Ticker[];
  readonly chosen: string;
  readonly onPair: (pair: string) => void;
}) {
  const { t } = useTranslation('markets');
  const columns: Column<Ticker>[] = [
    {
      id: 'pair',
      title: t('pairs.pair'),
      value: (ticker) => ticker.pair,
      cell: (ticker) => (
        <button
          type="button"
          aria-pressed={ticker.pair === chosen}
          className="whitespace-nowrap text-accent underline aria-pressed:font-bold"
          onClick={() => onPair(ticker.pair)}
        >
          {ticker.pair === chosen ? '▸ ' : ''}
          {ticker.pair}
        </button>
      ),
    },
    {
      id: 'last',
      title: t('pairs.last'),
      numeric: true,
      value: (ticker) => ticker.last,
      cell: (ticker) => <Amount value={ticker.last} />,
    },
    {
      id: 'change',
      title: t('pairs.change'),
      numeric: true,
      value: (ticker) => change(ticker.open, ticker.last) ?? '',
      cell: (ticker) => <ChangePercent value={change(ticker.open, ticker.last)} />,
    },
  ];
  return (
    <Card title={t('pairs.title')}>
      <DataTable
        name={t('pairs.title')}
        rows={tickers}
        columns={columns}
        keyOf={(ticker) => ticker.pair}
        empty={null}
        height="max-h-80 xl:max-h-[65vh]"
      />
    </Card>
  );
}
