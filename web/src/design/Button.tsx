/** What can be pressed. A button that is busy keeps its words and says so. */
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Link } from 'react-router';

export type Look = 'plain' | 'primary' | 'danger' | 'quiet';

const BASE =
  'inline-flex min-h-8 items-center justify-center gap-1.5 rounded-md border px-3 py-1 font-medium whitespace-nowrap disabled:opacity-50 disabled:cursor-not-allowed';

const LOOKS: Record<Look, string> = {
  plain: 'border-line bg-raised text-text hover:border-muted',
  primary: 'border-transparent bg-accent text-on-accent hover:brightness-110',
  danger: 'border-transparent bg-danger text-on-danger hover:brightness-110',
  quiet: 'border-transparent bg-transparent text-text hover:bg-raised',
};

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  readonly busy?: boolean;
}

export function Button({
  look = 'plain',
  busy,
  children,
  disabled,
  className,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={`${BASE} ${LOOKS[look]} ${className ?? ''}`}
    >
      {children}
      {busy ? <span aria-hidden="true">…</span> : null}
    </button>
  );
}

export function LinkButton({
  to,
  look = 'plain',
  children,
}: {
  readonly to: string;
  readonly look?: Look;
  readonly children: ReactNode;
}) {
  return (
    <Link to={to} className={`${BASE} ${LOOKS[look]}`}>
      {children}
    </Link>
  );
}
