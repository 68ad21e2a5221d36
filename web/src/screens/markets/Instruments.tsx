/** What an exchange lists, and the steps its prices and sizes go in; each can be collected. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMayAct } from '../../app/role';
import { Badge } from '../../design/Badge';
import { Button } from '../../design/Button';
import { type Column, DataTable } from '../../design/DataTable';
import { Empty } from '../../design/Empty';
import { Amount } from '../../design/Figure';
import { Loaded } from '../../design/Loaded';
import { TroubleNotice } from '../../design/TroubleNotice';
import {
  type Instrument,
  instrumentsQuery,
  monitoredQuery,
  type Place,
  useCollect,
} from './queries';

export function Instruments({ place }: { readonly place: Place }) {
  const { t } = useTranslation('markets');
  const may = useMayAct();
  const instruments = useQuery(instrumentsQuery(place));
  const monitored = useQuery(monitoredQuery);
  const collect = useCollect();
  const ours = new Set(
    monitored.data
      ?.filter((row) => row.exchange === place.exchange && row.market === place.market)
      .map((row) => row.pair),
  );
  const number = (id: string, title: string, value: (row: Instrument) => string | null) => ({
    id,
    title,
    numeric: true,
    value: (row: Instrument) => value(row) ?? '',
    cell: (row: Instrument) => <Amount value={value(row)} />,
  });
  const columns: Column<Instrument>[] = [
    { id: 'pair', title: t('instruments.pair'), value: (row) => row.pair },
    { id: 'symbol', title: t('instruments.symbol'), value: (row) => row.symbol },
    number('tick', t('instruments.tick'), (row) => row.tick_size),
    number('step', t('instruments.step'), (row) => row.step_size),
    number('minSize', t('instruments.minSize'), (row) => row.min_size),
    number('minNotional', t('instruments.minNotional'), (row) => row.min_notional),
    number('contract', t('instruments.contract'), (row) => row.contract_size),
    {
      id: 'collected',
      title: t('instruments.collected'),
      value: (row) => (ours.has(row.pair) ? t('instruments.yours') : ''),
      cell: (row) => {
        if (ours.has(row.pair)) return <Badge tone="good">{t('instruments.yours')}</Badge>;
        if (!may) return '—';
        const pending = collect.isPending && collect.variables.pair === row.pair;
        return (
          <Button
            busy={pending}
            aria-label={t('instruments.collectOf', { pair: row.pair })}
            onClick={() => collect.mutate({ ...place, pair: row.pair })}
          >
            {t('instruments.collect')}
          </Button>
        );
      },
    },
  ];
  return (
    <div className="flex flex-col gap-3">
      {collect.error ? <TroubleNotice error={collect.error} acting /> : null}
      <Loaded query={instruments}>
        {(found) => (
          <DataTable
            name={t('view.instruments')}
            rows={found}
            columns={columns}
            keyOf={(row) => row.symbol}
            empty={<Empty title={t('instruments.none.title')} text={t('instruments.none.text')} />}
            sortedBy={{ id: 'pair', desc: false }}
          />
        )}
      </Loaded>
    </div>
  );
}
