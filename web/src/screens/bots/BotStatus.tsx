/** What a bot said last, and what was asked of it where that differs. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { Badge, type Tone } from '../../design/Badge';

export const TONES: Record<Schemas['BotStatus'], Tone> = {
  stopped: 'neutral',
  starting: 'busy',
  running: 'good',
  paused: 'neutral',
  stopping: 'busy',
  error: 'bad',
  orphaned: 'bad',
};

export function BotStatus({
  status,
  desired,
  reason,
}: {
  readonly status: Schemas['BotStatus'];
  readonly desired?: Schemas['Desired'];
  readonly reason?: string | null;
}) {
  const { t } = useTranslation('bots');
  return (
    <span data-status={status} className="inline-flex flex-wrap items-center gap-1.5">
      <Badge tone={TONES[status]} title={reason ?? undefined}>
        {t(`status.${status}`)}
      </Badge>
      {desired && desired !== status ? (
        <span className="rounded border border-dashed border-line px-1.5 py-0.5 text-xs whitespace-nowrap text-muted">
          {t('asked_for', { what: t(`desired.${desired}`) })}
        </span>
      ) : null}
    </span>
  );
}
