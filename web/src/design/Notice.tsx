import type { ReactNode } from 'react';

export type NoticeTone = 'info' | 'warn' | 'danger';

const TONES: Record<NoticeTone, string> = {
  info: 'border-accent/60',
  warn: 'border-warn/70',
  danger: 'border-danger/70',
};
const SIGNS: Record<NoticeTone, string> = { info: 'ℹ', warn: '▲', danger: '■' };

/** Something that has to be read. Errors are announced at once. */
export function Notice({
  tone,
  title,
  children,
  action,
}: {
  readonly tone: NoticeTone;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <div
      role={tone === 'info' ? 'status' : 'alert'}
      className={`rounded-lg border-2 bg-surface p-3 ${TONES[tone]}`}
    >
      <p className="font-semibold">
        <span aria-hidden="true">{SIGNS[tone]} </span>
        {title}
      </p>
      {children ? <div className="mt-1 break-words">{children}</div> : null}
      {action ? <div className="mt-3 flex flex-wrap gap-2">{action}</div> : null}
    </div>
  );
}
