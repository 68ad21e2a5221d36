/** What was told, newest first; it comes over the socket. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayAct } from '../../app/role';
import { Age } from '../../design/Age';
import { Badge } from '../../design/Badge';
import { Button, LinkButton } from '../../design/Button';
import { Empty } from '../../design/Empty';
import { SelectField } from '../../design/field';
import { TroubleNotice } from '../../design/TroubleNotice';
import { usePace, useTopic } from '../../live/live';
import { Deliveries } from './Deliveries';
import { type Alert, type AlertState, alertsQuery, toldQuery, useAcknowledge } from './queries';
import { SEVERITY_TONES, STATE_TONES } from './tones';

const STATES: readonly AlertState[] = ['open', 'acknowledged', 'resolved'];

export function Feed() {
  const { t } = useTranslation('alerts');
  const [state, setState] = useState<AlertState | ''>('');
  const pace = usePace();
  const feed = useInfiniteQuery({ ...alertsQuery(state), refetchInterval: pace });
  const { refetch } = feed;
  useTopic(
    'alerts',
    useCallback(() => void refetch(), [refetch]),
  );
  const alerts = feed.data?.pages.flatMap((page) => page.items);
  return (
    <div className="flex flex-col gap-3">
      <div className="max-w-60">
        <SelectField
          label={t('feed.state')}
          value={state}
          onChange={(event) => setState(event.target.value as AlertState | '')}
        >
          <option value="">{t('feed.any')}</option>
          {STATES.map((each) => (
            <option key={each} value={each}>
              {t(`state.${each}`)}
            </option>
          ))}
        </SelectField>
      </div>
      {feed.error ? <TroubleNotice error={feed.error} retry={() => void refetch()} /> : null}
      {feed.error && alerts ? <p className="text-warn">{t('common:old_below')}</p> : null}
      {alerts?.length === 0 && state === '' ? (
        <Empty
          title={t('feed.empty.title')}
          text={t('feed.empty.text')}
          action={<LinkButton to="/alerts/rules">{t('feed.empty.action')}</LinkButton>}
        />
      ) : null}
      {alerts?.length === 0 && state !== '' ? <p className="text-muted">{t('feed.none')}</p> : null}
      <ul className="flex flex-col gap-3">
        {alerts?.map((alert) => (
          <li key={alert.alert_id}>
            <One alert={alert} />
          </li>
        ))}
      </ul>
      {feed.hasNextPage ? (
        <div>
          <Button busy={feed.isFetchingNextPage} onClick={() => void feed.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

function One({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation('alerts');
  const may = useMayAct();
  const acknowledge = useAcknowledge();
  const [told, setTold] = useState(false);
  return (
    <article className="flex flex-col gap-2 rounded-lg border border-line bg-surface p-3">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={SEVERITY_TONES[alert.severity]}>{t(`severity.${alert.severity}`)}</Badge>
        <Badge tone={STATE_TONES[alert.state]}>{t(`state.${alert.state}`)}</Badge>
        <h2 className="min-w-0 break-words">{t(`kind.${alert.kind}`)}</h2>
        {alert.count > 1 ? (
          <span className="text-muted">{t('feed.count', { count: alert.count })}</span>
        ) : null}
      </div>
      <p lang="en" className="break-words">
        {alert.title}
      </p>
      <p className="flex flex-wrap gap-x-3 text-xs text-muted">
        <Age at={alert.raised_at} />
        {alert.acknowledged_by ? (
          <span>{t('feed.acknowledgedBy', { user: alert.acknowledged_by })}</span>
        ) : null}
        {alert.resolved_at ? (
          <span>
            {t('state.resolved')} <Age at={alert.resolved_at} />
          </span>
        ) : null}
      </p>
      {acknowledge.error ? <TroubleNotice error={acknowledge.error} acting /> : null}
      <div className="flex flex-wrap gap-2">
        {may && alert.state === 'open' ? (
          <Button busy={acknowledge.isPending} onClick={() => acknowledge.mutate(alert)}>
            {t(acknowledge.isPending ? 'feed.acknowledging' : 'feed.acknowledge')}
          </Button>
        ) : null}
        {alert.bot_id ? (
          <LinkButton to={`/bots/${alert.bot_id}`}>{t('feed.bot')}</LinkButton>
        ) : null}
        <Button look="quiet" aria-expanded={told} onClick={() => setTold(!told)}>
          {t('feed.told')}
        </Button>
      </div>
      {told ? <Told alert={alert} /> : null}
    </article>
  );
}

function Told({ alert }: { readonly alert: Alert }) {
  const { t } = useTranslation('alerts');
  return <Deliveries query={useQuery(toldQuery(alert))} none={t('feed.toldNobody')} />;
}
