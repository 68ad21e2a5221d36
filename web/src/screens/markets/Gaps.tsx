/** When the book or the trades of a pair could not be had. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Moment } from '../../design/Age';
import { Badge } from '../../design/Badge';
import { Card } from '../../design/Card';
import { Loaded } from '../../design/Loaded';
import { gapsQuery, type Spot } from './queries';

export function Gaps({ spot }: { readonly spot: Spot }) {
  const { t } = useTranslation('markets');
  const gaps = useQuery(gapsQuery(spot));
  return (
    <Card title={t('gaps.title')}>
      <Loaded query={gaps}>
        {(found) =>
          found.length === 0 ? (
            <p>
              <Badge tone="good">{t('gaps.none')}</Badge>
            </p>
          ) : (
            <div className="flex flex-col gap-2">
              <div>
                <Badge tone="warn">{t('gaps.badge', { count: found.length })}</Badge>
              </div>
              <ul className="flex max-h-60 flex-col gap-1 overflow-auto text-sm">
                {found.map((gap) => (
                  <li key={`${gap.channel} ${gap.began} ${gap.reason}`}>
                    <span className="font-medium">{t(`gaps.channels.${gap.channel}`)}</span>{' '}
                    <Moment at={gap.began} /> –{' '}
                    {gap.ended ? <Moment at={gap.ended} /> : t('gaps.open')} ·{' '}
                    <span lang="en">
                      {gap.reason}
                      {gap.detail ? `: ${gap.detail}` : ''}
                    </span>
                    {gap.lost_rows > 0 ? ` · ${t('gaps.lost')}: ${gap.lost_rows}` : ''}
                  </li>
                ))}
              </ul>
            </div>
          )
        }
      </Loaded>
    </Card>
  );
}
