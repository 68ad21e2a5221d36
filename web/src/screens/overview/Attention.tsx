/** What somebody should look at, worst first: bots in trouble, then alerts nobody took on. */
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { onAlert, useAlerts } from '../../api/queries';
import { useMayAct } from '../../app/role';
import { Age } from '../../design/Age';
import { Badge } from '../../design/Badge';
import { LinkButton } from '../../design/Button';
import { Card } from '../../design/Card';
import { Empty } from '../../design/Empty';
import { Notice } from '../../design/Notice';
import { useTopic } from '../../live/live';
import { BotStatus } from '../bots/BotStatus';

const TONES = { info: 'neutral', warning: 'warn', critical: 'bad' } as const;

export function Attention({
  bots,
  organization,
}: {
  readonly bots: readonly Schemas['BotView'][];
  readonly organization: Schemas['OrganizationView'];
}) {
  const { t } = useTranslation('overview');
  const mayAct = useMayAct();
  useTopic('alerts', onAlert);
  const alerts = useAlerts();
  const troubled = bots.filter((bot) => bot.status === 'error' || bot.status === 'orphaned');
  const open = alerts.data?.filter((alert) => alert.state === 'open') ?? [];
  return (
    <>
      {organization.state === 'ACTIVE' ? null : (
        <Notice tone="warn" title={t(`in_force.${organization.state}`)}>
          {organization.state_reason} · {organization.state_by} · <Age at={organization.state_at} />
        </Notice>
      )}
      <Card title={t('attention')}>
        {bots.length === 0 ? (
          <Empty
            title={t('no_bots.title')}
            text={t('no_bots.text')}
            action={
              mayAct ? (
                <LinkButton to="/bots/new" look="primary">
                  {t('no_bots.go')}
                </LinkButton>
              ) : null
            }
          />
        ) : troubled.length + open.length === 0 ? (
          <p className="text-gain">✓ {t('all_well')}</p>
        ) : (
          <ul className="flex flex-col gap-2">
            {troubled.map((bot) => (
              <li key={bot.bot_id} className="flex flex-wrap items-center gap-2">
                <BotStatus status={bot.status} />
                <Link to={`/bots/${bot.bot_id}`} className="underline underline-offset-2">
                  {bot.name}
                </Link>
                <span className="min-w-0 break-words text-muted" lang="en">
                  {bot.detail ?? bot.reason}
                </span>
              </li>
            ))}
            {open.slice(0, 10).map((alert) => (
              <li key={alert.alert_id} className="flex flex-wrap items-center gap-2">
                <Badge tone={TONES[alert.severity]}>{t(`severity.${alert.severity}`)}</Badge>
                <Link to="/alerts" className="min-w-0 break-words underline underline-offset-2">
                  {alert.title}
                </Link>
                <Age at={alert.last_at} />
              </li>
            ))}
          </ul>
        )}
      </Card>
    </>
  );
}
