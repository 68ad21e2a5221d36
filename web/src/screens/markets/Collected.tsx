/** How fresh each collected market is, and which books the organization wants collected. */
import { useQueries, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useMayAct } from '../../app/role';
import { Age } from '../../design/Age';
import { Badge, type Tone } from '../../design/Badge';
import { Button, LinkButton } from '../../design/Button';
import { Card } from '../../design/Card';
import { useNow } from '../../design/clock';
import { type Column, DataTable } from '../../design/DataTable';
import { Empty } from '../../design/Empty';
import { Loaded } from '../../design/Loaded';
import { TroubleNotice } from '../../design/TroubleNotice';
import type { Exchange } from '../keys/queries';
import { Collectors } from './Collectors';
import {
  type Monitored,
  monitoredQuery,
  type Place,
  type Ticker,
  tickersQuery,
  useLeave,
  useSwitch,
} from './queries';

/** Seconds: within the first a market is fresh, beyond the second nobody has heard of it. */
const FRESH = 60;
const SILENT = 600;

export function Collected({ exchanges }: { readonly exchanges: readonly Exchange[] }) {
  const may = useMayAct();
  return (
    <>
      <Freshness exchanges={exchanges} />
      <Wanted />
      {may ? <Collectors /> : null}
    </>
  );
}

interface Health extends Place {
  readonly tickers: readonly Ticker[] | undefined;
  readonly failed: boolean;
}

function newest(tickers: readonly Ticker[] | undefined): string | undefined {
  return tickers
    ?.map((ticker) => ticker.at)
    .sort()
    .at(-1);
}

function judge({ tickers, failed }: Health, now: number): { tone: Tone; word: string } {
  if (failed) return { tone: 'bad', word: 'unread' };
  if (tickers === undefined) return { tone: 'neutral', word: 'reading' };
  const heard = newest(tickers);
  if (heard === undefined) return { tone: 'neutral', word: 'off' };
  const age = (now - Date.parse(heard)) / 1_000;
  if (age <= FRESH) return { tone: 'good', word: 'fresh' };
  return age <= SILENT ? { tone: 'warn', word: 'quiet' } : { tone: 'bad', word: 'silent' };
}

function Freshness({ exchanges }: { readonly exchanges: readonly Exchange[] }) {
  const { t } = useTranslation('markets');
  const now = useNow();
  const places = exchanges.flatMap(({ exchange, data }) =>
    data.map((market): Place => ({ exchange, market })),
  );
  const answers = useQueries({
    queries: places.map((place) => ({ ...tickersQuery(place), refetchInterval: 10_000 })),
  });
  const rows = places.map(
    (place, nth): Health => ({
      ...place,
      tickers: answers[nth]?.data,
      failed: answers[nth]?.isError ?? false,
    }),
  );
  const columns: Column<Health>[] = [
    {
      id: 'market',
      title: t('collectors.market'),
      value: (row) => `${row.exchange} ${t(row.market)}`,
      cell: (row) => (
        <Link
          className="text-accent underline"
          to={`/markets?${new URLSearchParams({ exchange: row.exchange, market: row.market })}`}
        >
          {row.exchange} {t(row.market)}
        </Link>
      ),
    },
    {
      id: 'health',
      title: t('collectors.health'),
      value: (row) => t(`collectors.${judge(row, now).word}`),
      cell: (row) => {
        const { tone, word } = judge(row, now);
        return <Badge tone={tone}>{t(`collectors.${word}`)}</Badge>;
      },
    },
    {
      id: 'pairs',
      title: t('collectors.pairs'),
      numeric: true,
      value: (row) => String(row.tickers?.length ?? ''),
    },
    {
      id: 'trades',
      title: t('collectors.trades'),
      numeric: true,
      value: (row) => String(row.tickers?.reduce((sum, each) => sum + each.trades, 0) ?? ''),
    },
    {
      id: 'newest',
      title: t('collectors.newest'),
      value: (row) => newest(row.tickers) ?? '',
      cell: (row) => {
        const heard = newest(row.tickers);
        return heard ? <Age at={heard} staleAfter={FRESH} /> : '—';
      },
    },
  ];
  return (
    <Card title={t('view.collectors')}>
      <p className="mb-3 text-muted">{t('collectors.text')}</p>
      <DataTable
        name={t('view.collectors')}
        rows={rows}
        columns={columns}
        keyOf={(row) => `${row.exchange} ${row.market}`}
        empty={null}
      />
    </Card>
  );
}

function Wanted() {
  const { t } = useTranslation('markets');
  const may = useMayAct();
  const monitored = useQuery(monitoredQuery);
  const turn = useSwitch();
  const leave = useLeave();
  const failed = turn.error ?? leave.error;
  const columns: Column<Monitored>[] = [
    { id: 'pair', title: t('wanted.pair'), value: (row) => row.pair },
    {
      id: 'market',
      title: t('collectors.market'),
      value: (row) => `${row.exchange} ${t(row.market)}`,
    },
    { id: 'depth', title: t('book.depth'), value: (row) => row.depth },
    {
      id: 'state',
      title: t('wanted.state'),
      value: (row) => t(row.enabled ? 'wanted.on' : 'wanted.off'),
      cell: (row) => (
        <Badge tone={row.enabled ? 'good' : 'neutral'}>
          {t(row.enabled ? 'wanted.on' : 'wanted.off')}
        </Badge>
      ),
    },
  ];
  if (may) {
    columns.push({
      id: 'actions',
      title: t('wanted.actions'),
      value: () => '',
      cell: (row) => {
        const turning = t(row.enabled ? 'wanted.rest' : 'wanted.wake');
        return (
          <div className="flex flex-wrap gap-1">
            <Button
              busy={turn.isPending && turn.variables === row}
              aria-label={t('wanted.of', { action: turning, pair: row.pair })}
              onClick={() => turn.mutate(row)}
            >
              {turning}
            </Button>
            <Button
              look="quiet"
              busy={leave.isPending && leave.variables === row}
              aria-label={t('wanted.of', { action: t('wanted.leave'), pair: row.pair })}
              onClick={() => leave.mutate(row)}
            >
              {t('wanted.leave')}
            </Button>
          </div>
        );
      },
    });
  }
  return (
    <Card title={t('wanted.title')}>
      {failed ? <TroubleNotice error={failed} acting /> : null}
      <Loaded query={monitored}>
        {(found) => (
          <DataTable
            name={t('wanted.title')}
            rows={found}
            columns={columns}
            keyOf={(row) => String(row.monitoring_id)}
            empty={
              <Empty
                title={t('wanted.empty.title')}
                text={t('wanted.empty.text')}
                action={
                  <LinkButton to="/markets/instruments">{t('wanted.empty.action')}</LinkButton>
                }
              />
            }
          />
        )}
      </Loaded>
    </Card>
  );
}
