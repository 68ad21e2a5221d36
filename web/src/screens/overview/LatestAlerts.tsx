import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useAlerts } from '../../api/queries';
import { Age } from '../../design/Age';
import { Badge } from '../../design/Badge';
import { Card } from '../../design/Card';
import { Loaded } from '../../design/Loaded';
import { SEVERITY_TONES, STATE_TONES } from '../alerts/tones';

const SHOWN = 6;

/** What was told last, over or not; what is open stands above as well. */
export function LatestAlerts() {
  const { t } = useTranslation('overview');
  const alerts = useAlerts();
  return (
    <Card
      title={t('alerts.title')}
      actions={
        <Link to="/alerts" className="text-sm underline underline-offset-2">
          {t('alerts.all')}
        </Link>
      }
    >
      <Loaded query={alerts}>
        {(found) =>
          found.length === 0 ? (
            <p className="text-muted">{t('alerts.none')}</p>
          ) : (
            <ul className="flex flex-col gap-2">
              {found.slice(0, SHOWN).map((alert) => (
                <li key={alert.alert_id} className="flex flex-wrap items-center gap-2">
                  <Badge tone={SEVERITY_TONES[alert.severity]}>
                    {t(`severity.${alert.severity}`)}
                  </Badge>
                  <Badge tone={STATE_TONES[alert.state]}>{t(`alerts:state.${alert.state}`)}</Badge>
                  <span lang="en" className="min-w-0 break-words">
                    {alert.title}
                  </span>
                  <Age at={alert.last_at} />
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
