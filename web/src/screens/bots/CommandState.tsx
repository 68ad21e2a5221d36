/** How far a wish got. Asked, accepted and done look different, and none is shown before it is so. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';

type State = Schemas['CommandState'];
export type Stage = 'asked' | 'accepted' | 'done' | 'failed';

export const STAGES: Record<State, Stage> = {
  accepted: 'asked',
  published: 'asked',
  acknowledged: 'accepted',
  done: 'done',
  failed: 'failed',
  expired: 'failed',
};

const LOOKS: Record<Stage, string> = {
  asked: 'border-dashed border-muted text-muted',
  accepted: 'border-accent text-accent',
  done: 'border-transparent bg-gain text-page font-semibold',
  failed: 'border-transparent bg-danger text-on-danger font-semibold',
};
const SIGNS: Record<Stage, string> = { asked: '…', accepted: '◐', done: '✓', failed: '✕' };

export function CommandState({
  state,
  reason,
}: {
  readonly state: State;
  readonly reason?: string | null;
}) {
  const { t } = useTranslation('bots');
  const stage = STAGES[state];
  return (
    <span
      data-stage={stage}
      title={reason ?? undefined}
      className={`inline-flex items-center gap-1.5 rounded border px-2 py-0.5 text-xs whitespace-nowrap ${LOOKS[stage]}`}
    >
      <span aria-hidden="true">{SIGNS[stage]}</span>
      {t(`command_state.${state}`)}
    </span>
  );
}
