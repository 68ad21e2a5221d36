/** The order history of all bots: chosen, searched, saved. */
import { type QueryClient, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Button, LinkButton } from '../../design/Button';
import { saveText } from '../../design/csv';
import { Empty } from '../../design/Empty';
import { Notice } from '../../design/Notice';
import { Page } from '../../design/Page';
import { TroubleNotice } from '../../design/TroubleNotice';
import type { LiveEvent } from '../../live/connection';
import { usePace, useTopic } from '../../live/live';
import { refresh } from '../../live/refresh';
import { Filters } from './Filters';
import { isNarrow, NOTHING, useFilters } from './filters';
import { OrdersTable } from './OrdersTable';
import { botNamesQuery, ordersQuery, readCsv } from './queries';

function onOrder({ kind }: LiveEvent, client: QueryClient): void {
  if (kind === 'order' || kind === 'fill') refresh(client, ['orders']);
}

export function Orders() {
  const { t } = useTranslation('orders');
  const [filters, setFilters] = useFilters();
  const names = useQuery(botNamesQuery);
  const pace = usePace(15_000, 5_000);
  const orders = useInfiniteQuery({ ...ordersQuery(filters), refetchInterval: pace });
  useTopic(filters.bot ? `bot/${filters.bot}` : undefined, onOrder);
  const read = useMemo(() => orders.data?.pages.flatMap((page) => page.items), [orders.data]);
  const file = `orders-${filters.bot || 'all'}.csv`;
  const csv = useMutation({
    mutationFn: () => readCsv(filters),
    onSuccess: ({ text }) => saveText(file, text),
  });
  const clear = <Button onClick={() => setFilters(NOTHING)}>{t('filter.clear')}</Button>;

  return (
    <Page
      title={t('title')}
      actions={
        <Button busy={csv.isPending} onClick={() => csv.mutate()}>
          {t(csv.isPending ? 'csvMaking' : 'csv')}
        </Button>
      }
    >
      <p className="text-muted">{t('lead')}</p>
      {csv.error ? <TroubleNotice error={csv.error} retry={() => csv.mutate()} /> : null}
      {csv.data ? (
        <Notice tone="info" title={t('csvDone', { count: csv.data.rows, name: file })} />
      ) : null}
      <Filters filters={filters} names={names.data} onChange={setFilters} clear={clear} />
      {orders.error ? (
        <TroubleNotice error={orders.error} retry={() => void orders.refetch()} />
      ) : null}
      {orders.error && read ? <p className="text-warn">{t('common:old_below')}</p> : null}
      {read === undefined ? (
        orders.error ? null : (
          <p role="status" className="py-6 text-center text-muted">
            {t('reading')}
          </p>
        )
      ) : (
        <OrdersTable
          orders={read}
          names={names.data}
          empty={
            isNarrow(filters) ? (
              <Empty title={t('unfound.title')} text={t('unfound.text')} action={clear} />
            ) : (
              <Empty
                title={t('empty.title')}
                text={t('empty.text')}
                action={<LinkButton to="/bots">{t('empty.action')}</LinkButton>}
              />
            )
          }
        />
      )}
      {read && orders.hasNextPage ? (
        <div className="flex items-center gap-3">
          <Button busy={orders.isFetchingNextPage} onClick={() => void orders.fetchNextPage()}>
            {t(orders.isFetchingNextPage ? 'reading' : 'more')}
          </Button>
          <span className="text-muted">{t('shown', { count: read.length })}</span>
        </div>
      ) : null}
    </Page>
  );
}
