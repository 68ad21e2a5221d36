/** Every bot beside every other. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useBots, useLatest } from '../../api/queries';
import { useMayAct } from '../../app/role';
import { Age } from '../../design/Age';
import { LinkButton } from '../../design/Button';
import { type Column, DataTable } from '../../design/DataTable';
import { Empty } from '../../design/Empty';
import { EnvironmentBadge } from '../../design/EnvironmentBadge';
import { Amount, Change, ChangePercent } from '../../design/Figure';
import { Loaded } from '../../design/Loaded';
import { Page } from '../../design/Page';
import { useTopic } from '../../live/live';
import { BotStatus } from './BotStatus';
import { type Bot, onBots } from './queries';
import { Sparkline } from './Sparkline';
import { strategyTitle } from './strategy';

interface Row {
  readonly bot: Bot;
  readonly latest: Schemas['MetricsView'] | null;
}

/** Seconds after which figures of a bot that is not at rest count as old. */
const STALE = 30;

export function Bots() {
  const { t } = useTranslation('bots');
  const mayAct = useMayAct();
  useTopic('bots', onBots);
  const bots = useBots();
  const latest = useLatest();
  const figures = new Map(latest.data?.map((each) => [each.bot_id, each.latest]));
  const create = mayAct ? (
    <LinkButton to="/bots/new" look="primary">
      {t('create')}
    </LinkButton>
  ) : null;
  return (
    <Page title={t('title')} actions={create}>
      <Loaded query={bots}>
        {(found) => (
          <DataTable
            name={t('title')}
            rows={found.map((bot): Row => ({ bot, latest: figures.get(bot.bot_id) ?? null }))}
            keyOf={(row) => row.bot.bot_id}
            columns={columnsIn(t)}
            empty={
              <Empty
                title={t('empty.title')}
                text={t(mayAct ? 'empty.text' : 'empty.text_viewer')}
                action={create}
              />
            }
          />
        )}
      </Loaded>
    </Page>
  );
}

function quote(pair: string): string {
  return pair.split('-')[1] ?? '';
}

function columnsIn(t: TFunction<'bots'>): readonly Column<Row>[] {
  return [
    {
      id: 'name',
      title: t('column.name'),
      value: ({ bot }) => bot.name,
      cell: ({ bot }) => (
        <Link to={`/bots/${bot.bot_id}`} className="font-medium underline underline-offset-2">
          {bot.name}
        </Link>
      ),
    },
    {
      id: 'status',
      title: t('column.status'),
      value: ({ bot }) => bot.status,
      cell: ({ bot }) => (
        <BotStatus
          status={bot.status}
          desired={bot.desired_status}
          reason={bot.detail ?? bot.reason}
        />
      ),
    },
    {
      id: 'pair',
      title: t('column.pair'),
      value: ({ bot }) => bot.trading_pair,
      cell: ({ bot }) => <span className="whitespace-nowrap">{bot.trading_pair}</span>,
    },
    {
      id: 'pnl',
      title: t('column.pnl'),
      numeric: true,
      value: ({ latest }) => latest?.pnl.total ?? '',
      cell: ({ bot, latest }) => (
        <Change value={latest?.pnl.total} unit={quote(bot.trading_pair)} />
      ),
    },
    {
      id: 'pnl_pct',
      title: '%',
      numeric: true,
      value: ({ latest }) => latest?.pnl.total_pct ?? '',
      cell: ({ latest }) => <ChangePercent value={latest?.pnl.total_pct} />,
    },
    {
      id: 'curve',
      title: t('column.curve'),
      value: () => '',
      cell: ({ bot }) => <Sparkline bot={bot.bot_id} name={bot.name} />,
    },
    {
      id: 'fills',
      title: t('column.fills'),
      numeric: true,
      value: ({ latest }) => String(latest?.orders.filled_24h ?? ''),
      cell: ({ latest }) => <Amount value={latest && String(latest.orders.filled_24h)} />,
    },
    {
      id: 'orders',
      title: t('column.orders'),
      numeric: true,
      value: ({ latest }) => String(latest?.orders.active ?? ''),
      cell: ({ latest }) => <Amount value={latest && String(latest.orders.active)} />,
    },
    {
      id: 'heard',
      title: t('column.heard'),
      value: ({ bot, latest }) => latest?.timestamp ?? bot.reported_at ?? '',
      cell: ({ bot, latest }) => (
        <Age
          at={latest?.timestamp ?? bot.reported_at}
          {...(bot.status === 'stopped' ? {} : { staleAfter: STALE })}
        />
      ),
    },
    {
      id: 'strategy',
      title: t('column.strategy'),
      value: ({ bot }) => strategyTitle(t, bot.strategy_type),
    },
    {
      id: 'exchange',
      title: t('column.exchange'),
      value: ({ bot }) => `${bot.exchange} ${bot.environment}`,
      cell: ({ bot }) => (
        <>
          {bot.exchange} <EnvironmentBadge environment={bot.environment} />
        </>
      ),
    },
    {
      id: 'volume',
      title: t('column.volume'),
      numeric: true,
      value: ({ latest }) => latest?.orders.volume_24h ?? '',
      cell: ({ latest }) => <Amount value={latest?.orders.volume_24h} places={0} />,
    },
  ];
}
