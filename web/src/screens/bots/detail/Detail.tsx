/** One bot: how it is, what it earns, what it does, what was asked of it. */
import { Tabs } from 'radix-ui';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams, useSearchParams } from 'react-router';
import { Age } from '../../../design/Age';
import { Card } from '../../../design/Card';
import { EnvironmentBadge } from '../../../design/EnvironmentBadge';
import { Amount, Change, ChangePercent, Total } from '../../../design/Figure';
import { Loaded } from '../../../design/Loaded';
import { Notice } from '../../../design/Notice';
import { Page } from '../../../design/Page';
import { TimeChart } from '../../../design/TimeChart';
import { useTopic } from '../../../live/live';
import { BotStatus } from '../BotStatus';
import { type Bot, onBot, useBot, useMetrics, useProfit } from '../queries';
import { strategyTitle } from '../strategy';
import { Actions } from './Actions';
import { Commands } from './Commands';
import { Config } from './Config';
import { Fills } from './Fills';
import { Logs } from './Logs';
import { OpenOrders } from './OpenOrders';

export function Detail() {
  const { botId = '' } = useParams();
  return <DetailOf key={botId} id={botId} />;
}

function DetailOf({ id }: { readonly id: string }) {
  const { t } = useTranslation('bots');
  useTopic(`bot/${id}`, onBot);
  const bot = useBot(id);
  return (
    <Page title={bot.data?.name ?? t('bot')} actions={bot.data ? <Actions bot={bot.data} /> : null}>
      <Loaded query={bot}>{(found) => <Parts bot={found} />}</Loaded>
    </Page>
  );
}

function Parts({ bot }: { readonly bot: Bot }) {
  const { t } = useTranslation('bots');
  const [search, setSearch] = useSearchParams();
  const parts: Record<string, ReactNode> = {
    orders: <OpenOrders id={bot.bot_id} />,
    fills: <Fills id={bot.bot_id} />,
    log: <Logs id={bot.bot_id} />,
    commands: <Commands id={bot.bot_id} />,
    config: <Config bot={bot} />,
  };
  const asked = search.get('part') ?? '';
  return (
    <>
      <p className="flex flex-wrap items-center gap-2">
        <BotStatus status={bot.status} desired={bot.desired_status} />
        <EnvironmentBadge environment={bot.environment} />
        <span className="text-muted">
          {bot.exchange} · {bot.trading_pair} · {strategyTitle(t, bot.strategy_type)}
        </span>
        <span className="text-muted">
          {t('last_word')} <Age at={bot.reported_at} />
        </span>
      </p>
      {bot.reason && bot.status !== 'running' ? (
        <Notice
          tone={bot.status === 'error' || bot.status === 'orphaned' ? 'danger' : 'info'}
          title={t(`reason.${bot.reason}`, { defaultValue: bot.reason })}
        >
          <span lang="en">{bot.detail}</span>
        </Notice>
      ) : null}
      <Figures bot={bot} />
      <Tabs.Root
        value={Object.hasOwn(parts, asked) ? asked : 'orders'}
        onValueChange={(part) => setSearch({ part }, { replace: true })}
      >
        <Tabs.List aria-label={t('parts')} className="flex flex-wrap gap-1 border-b border-line">
          {Object.keys(parts).map((part) => (
            <Tabs.Trigger
              key={part}
              value={part}
              className="rounded-t-md px-3 py-2 text-muted data-[state=active]:border-b-2 data-[state=active]:border-accent data-[state=active]:font-semibold data-[state=active]:text-text"
            >
              {t(`part.${part}`)}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {Object.entries(parts).map(([part, content]) => (
          <Tabs.Content key={part} value={part} className="pt-3">
            {content}
          </Tabs.Content>
        ))}
      </Tabs.Root>
    </>
  );
}

function Figures({ bot }: { readonly bot: Bot }) {
  const { t } = useTranslation('bots');
  const profit = useProfit(bot.bot_id);
  const metrics = useMetrics(bot.bot_id);
  const [base, quote = ''] = bot.trading_pair.split('-');
  const latest = metrics.data?.latest;
  const points = metrics.data?.items ?? [];
  const times = points.map((each) => each.timestamp);
  return (
    <div className="grid gap-4 xl:grid-cols-3">
      <Card title={t('figures')}>
        <Loaded query={profit}>
          {(found) => (
            <dl className="grid grid-cols-2 gap-3" data-fills={found.fills}>
              <Total label={t('figure.total')}>
                <Change value={found.total} unit={quote} />
              </Total>
              <Total label="%">
                <ChangePercent value={latest?.pnl.total_pct} />
              </Total>
              <Total label={t('figure.realized')}>
                <Change value={found.realized} unit={quote} />
              </Total>
              <Total label={t('figure.unrealized')}>
                <Change value={found.unrealized} unit={quote} />
              </Total>
              <Total label={t('figure.fees')}>
                <Amount value={found.fees} unit={quote} places={4} />
              </Total>
              <Total label={t('figure.fills')}>{found.fills}</Total>
              <Total label={t('figure.position')}>
                <Amount value={found.position} {...(base ? { unit: base } : {})} />
              </Total>
              <Total label={t('figure.balance')}>
                <Amount value={latest?.balance.total} unit={quote} places={2} />
              </Total>
            </dl>
          )}
        </Loaded>
        <p className="mt-3 text-xs text-muted">
          {t('figures_from')}{' '}
          <Age at={latest?.timestamp} {...(bot.status === 'stopped' ? {} : { staleAfter: 30 })} />
        </p>
      </Card>
      <Card title={t('chart.pnl', { unit: quote })}>
        {points.length > 1 ? (
          <TimeChart
            name={t('chart.pnl', { unit: quote })}
            times={times}
            values={points.map((each) => each.pnl.total)}
          />
        ) : (
          <p className="py-6 text-center text-muted">{t('chart.none')}</p>
        )}
      </Card>
      <Card title={t('chart.balance', { unit: quote })}>
        {points.length > 1 ? (
          <TimeChart
            name={t('chart.balance', { unit: quote })}
            times={times}
            values={points.map((each) => each.balance.total)}
          />
        ) : (
          <p className="py-6 text-center text-muted">{t('chart.none')}</p>
        )}
      </Card>
    </div>
  );
}
