/** The whole organization at a glance: what needs somebody first, then what it has and earns. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, type Schemas } from '../../api/client';
import { useBots, useOrganization } from '../../api/queries';
import { Age } from '../../design/Age';
import { LinkButton } from '../../design/Button';
import { Card } from '../../design/Card';
import { Empty } from '../../design/Empty';
import { Amount, Change, Total } from '../../design/Figure';
import { SelectField } from '../../design/field';
import { percent } from '../../design/format';
import { Loaded } from '../../design/Loaded';
import { Page } from '../../design/Page';
import { TimeChart } from '../../design/TimeChart';
import { usePace, useTopic } from '../../live/live';
import { onBots } from '../bots/queries';
import { strategyTitle } from '../bots/strategy';
import { Attention } from './Attention';
import { Founding } from './Founding';
import { LatestAlerts } from './LatestAlerts';

const ENVIRONMENTS = ['live', 'demo', 'testnet', 'paper'] as const;
/** Seconds; accounts are read every quarter of an hour. */
const OLD_VALUE = 1_800;

export function Overview() {
  const { t } = useTranslation('overview');
  const organization = useOrganization();
  return (
    <Page title={organization.data?.name ?? t('title')}>
      <Loaded query={organization}>
        {(found) => (found === null ? <Founding /> : <Parts organization={found} />)}
      </Loaded>
    </Page>
  );
}

function Parts({ organization }: { readonly organization: Schemas['OrganizationView'] }) {
  const { t } = useTranslation('overview');
  useTopic('bots', onBots);
  const bots = useBots();
  const [environment, setEnvironment] = useState<Schemas['Environment']>(
    organization.live_trading ? 'live' : 'paper',
  );
  return (
    <>
      {bots.data ? <Attention bots={bots.data} organization={organization} /> : null}
      <div className="max-w-60">
        <SelectField
          label={t('which_money')}
          value={environment}
          onChange={(event) => setEnvironment(event.target.value as Schemas['Environment'])}
        >
          {ENVIRONMENTS.map((each) => (
            <option key={each} value={each}>
              {t(`common:environment.${each}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <Portfolio environment={environment} usage={organization.usage} />
    </>
  );
}

function Portfolio({
  environment,
  usage,
}: {
  readonly environment: Schemas['Environment'];
  readonly usage: Schemas['UsageView'];
}) {
  const { t } = useTranslation('overview');
  const portfolio = useQuery({
    queryKey: ['portfolio', environment],
    refetchInterval: usePace(30_000, 15_000),
    queryFn: () => body(api.GET('/api/portfolio', { params: { query: { environment } } })),
  });
  const history = useQuery({
    queryKey: ['portfolio', environment, 'history'],
    refetchInterval: 60_000,
    queryFn: () => body(api.GET('/api/portfolio/history', { params: { query: { environment } } })),
  });
  return (
    <Loaded query={portfolio}>
      {(found) => (
        <div className="grid gap-4 lg:grid-cols-2">
          <Card title={t('totals')}>
            <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3">
              <Total label={t('total')}>
                <Amount value={found.total_usd} unit="USD" places={2} />
              </Total>
              <Total label={t('bots_running')}>
                {usage.running_bots} / {usage.bots}
              </Total>
              <Total label={t('keys')}>{usage.credentials}</Total>
            </dl>
            <p className="mt-3 text-xs text-muted">
              {t('oldest')} <Age at={found.oldest_at} staleAfter={OLD_VALUE} />
            </p>
            {found.unpriced.length > 0 ? (
              <p className="mt-1 text-xs text-warn">
                ▲ {t('unpriced', { assets: found.unpriced.join(', ') })}
              </p>
            ) : null}
          </Card>
          <Card title={t('by_exchange')}>
            {found.by_exchange.length === 0 ? (
              <Empty
                title={t('nothing.title')}
                text={t('nothing.text')}
                action={<LinkButton to="/keys">{t('nothing.go')}</LinkButton>}
              />
            ) : (
              <ul className="flex flex-col gap-3">
                {found.by_exchange.map((each) => (
                  <li key={each.exchange}>
                    <div className="flex justify-between gap-2">
                      <span>{each.exchange}</span>
                      <span>
                        <Amount value={each.value_usd} unit="USD" places={2} /> ·{' '}
                        {percent(each.share)}
                      </span>
                    </div>
                    <meter
                      className="w-full"
                      min={0}
                      max={1}
                      value={Number(each.share)}
                      aria-label={each.exchange}
                    />
                  </li>
                ))}
              </ul>
            )}
          </Card>
          <Card title={t('equity')} className="lg:col-span-2">
            <Loaded query={history}>
              {({ items }) =>
                items.length > 1 ? (
                  <TimeChart
                    name={t('equity')}
                    times={items.map((each) => each.at)}
                    values={items.map((each) => each.value_usd)}
                  />
                ) : (
                  <p className="py-6 text-center text-muted">{t('equity_none')}</p>
                )
              }
            </Loaded>
          </Card>
          <Card title={t('strategies')}>
            {found.by_strategy.length === 0 ? (
              <p className="text-muted">{t('strategies_none')}</p>
            ) : (
              <Strategies shares={found.by_strategy} />
            )}
          </Card>
          <LatestAlerts />
        </div>
      )}
    </Loaded>
  );
}

function Strategies({ shares }: { readonly shares: readonly Schemas['StrategyShare'][] }) {
  const { t } = useTranslation('overview');
  const sorted = [...shares].sort((a, b) => Number(b.earned_usd) - Number(a.earned_usd));
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-right">
        <thead className="text-xs text-muted">
          <tr>
            <th scope="col" className="text-left">
              {t('column.strategy')}
            </th>
            <th scope="col">{t('column.bots')}</th>
            <th scope="col">{t('column.earned')}</th>
            <th scope="col">{t('column.realized')}</th>
            <th scope="col">{t('column.volume')}</th>
          </tr>
        </thead>
        <tbody>
          {sorted.map((each) => (
            <tr key={each.strategy_type} className="border-t border-line">
              <td className="py-1 text-left">{strategyTitle(t, each.strategy_type)}</td>
              <td>{each.bots}</td>
              <td>
                <Change value={each.earned_usd} unit="USD" />
              </td>
              <td>
                <Change value={each.realized_usd} unit="USD" />
              </td>
              <td>
                <Amount value={each.volume_usd} unit="USD" places={2} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
