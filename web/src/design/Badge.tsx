/** A short word with a colour and a sign: colour is never the only difference. */
import type { ReactNode } from 'react';

export type Tone = 'neutral' | 'good' | 'busy' | 'warn' | 'bad';

const TONES: Record<Tone, string> = {
  neutral: 'border-line text-muted',
  good: 'border-gain/60 text-gain',
  busy: 'border-accent/60 text-accent',
  warn: 'border-warn/60 text-warn',
  bad: 'border-danger/60 text-danger',
};

const SIGNS: Record<Tone, string> = { neutral: '○', good: '●', busy: '◐', warn: '▲', bad: '■' };

export function Badge({
  tone,
  children,
  title,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
  readonly title?: string | undefined;
}) {
  return (
    <span
      title={title}
      className={`inline-flex items-center gap-1.5 rounded-full border px-2 py-0.5 text-xs font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      <span aria-hidden="true">{SIGNS[tone]}</span>
      {children}
    </span>
  );
}
