/** What was sent by the channels, and how far it got. */
import type { UseQueryResult } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Age } from '../../design/Age';
import { Badge } from '../../design/Badge';
import { Loaded } from '../../design/Loaded';
import type { Delivery } from './queries';
import { DELIVERY_TONES } from './tones';

export function Deliveries({
  query,
  none,
}: {
  readonly query: UseQueryResult<Delivery[]>;
  /** What to say where there are none. */
  readonly none: string;
}) {
  const { t } = useTranslation('alerts');
  return (
    <Loaded query={query}>
      {(deliveries) =>
        deliveries.length === 0 ? (
          <p className="text-muted">{none}</p>
        ) : (
          <ul className="flex flex-col gap-1">
            {deliveries.slice(0, 10).map((each) => (
              <li key={each.delivery_id} className="flex flex-wrap items-center gap-2 text-sm">
                <Badge tone={DELIVERY_TONES[each.state]}>{t(`channel.state.${each.state}`)}</Badge>
                <span>{t(`channel.occasion.${each.occasion}`)}</span>
                <Age at={each.delivered_at ?? each.created_at} />
                <span className="text-muted">
                  {t('channel.attempts', { count: each.attempts })}
                </span>
                {each.reason ? (
                  <span lang="en" className="min-w-0 break-words text-warn">
                    {each.reason}
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
