import type { ReactNode } from 'react';

/** Nothing is here yet: why, and what to do next. */
export function Empty({
  title,
  text,
  action,
}: {
  readonly title: string;
  readonly text: string;
  readonly action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center gap-3 px-4 py-10 text-center">
      <p className="text-base font-semibold">{title}</p>
      <p className="max-w-prose text-muted">{text}</p>
      {action}
    </div>
  );
}
