/** How well all of it does what it should, on every screen: a few figures beside what they ought to be. */
import { useTranslation } from 'react-i18next';
import { useAnswering } from '../api/answering';
import { onAlert, useAlerts, useBots, useLatest } from '../api/queries';
import { useNow } from '../design/clock';
import { span } from '../design/format';
import { useTopic } from '../live/live';
import { onBots } from '../screens/bots/queries';
import { ALERTED, ANSWERED_MS, HEARD_S, vitals } from './vitals';

const LOOKS = { good: 'text-muted', bad: 'text-warn font-medium' } as const;

export function Vitals() {
  const { t } = useTranslation();
  const bots = useBots();
  const latest = useLatest();
  const alerts = useAlerts();
  const answering = useAnswering();
  const now = useNow();
  useTopic('bots', onBots);
  useTopic('alerts', onAlert);
  const found = vitals({
    bots: bots.error ? undefined : bots.data,
    latest: latest.data,
    alerts: alerts.error ? undefined : alerts.data,
    now,
  });
  const figures = [
    {
      name: 'answers',
      text: answering === 'none' ? t('vitals.none') : answering && `${Math.round(answering)} ms`,
      good: answering === undefined || (answering !== 'none' && answering <= ANSWERED_MS),
      goal: t('vitals.goal_answers', { most: ANSWERED_MS }),
    },
    {
      name: 'bots',
      text: found.bots && `${found.bots.asWished} / ${found.bots.all}`,
      good: found.bots === undefined || found.bots.asWished === found.bots.all,
      goal: t('vitals.goal_bots'),
    },
    {
      name: 'heard',
      text: found.heard === undefined ? undefined : span(found.heard, t),
      good: found.heard === undefined || found.heard <= HEARD_S,
      goal: t('vitals.goal_heard', { most: HEARD_S }),
    },
    {
      name: 'alerts',
      text: found.alerts === undefined ? undefined : String(found.alerts),
      good: found.alerts === undefined || found.alerts <= ALERTED,
      goal: t('vitals.goal_alerts'),
    },
  ] as const;
  return (
    <section aria-label={t('vitals.label')}>
      <dl className="flex flex-wrap gap-x-4 gap-y-1 text-xs">
        {figures.map(({ name, text, good, goal }) => (
          <div
            key={name}
            title={goal}
            data-vital={name}
            className={`flex gap-1 ${LOOKS[good ? 'good' : 'bad']}`}
          >
            <dt>{t(`vitals.${name}`)}</dt>
            <dd>
              {good ? '' : '▲ '}
              {text ?? '—'}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
