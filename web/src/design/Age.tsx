/** When something was said, as an age that grows; what is too old says that too. */
import { useTranslation } from 'react-i18next';
import { useNow } from './clock';
import { span, utc } from './format';

export function Age({
  at,
  staleAfter,
}: {
  readonly at: string | null | undefined;
  /** Seconds. */
  readonly staleAfter?: number;
}) {
  const { t } = useTranslation();
  const now = useNow();
  if (!at) return <span className="text-muted">{t('never')}</span>;
  const seconds = Math.max(0, (now - Date.parse(at)) / 1_000);
  const stale = staleAfter !== undefined && seconds > staleAfter;
  return (
    <time
      dateTime={at}
      title={`${utc(at)} · ${new Date(at).toLocaleString()}`}
      className={stale ? 'text-warn' : 'text-muted'}
    >
      <span className="whitespace-nowrap">{t('ago', { span: span(seconds, t) })}</span>
      {stale ? (
        <>
          {' '}
          <span className="whitespace-nowrap">· {t('stale')}</span>
        </>
      ) : null}
    </time>
  );
}

/** A moment: UTC, with the reader's own time beside the pointer. */
export function Moment({ at }: { readonly at: string | null | undefined }) {
  if (!at) return <span className="text-muted">—</span>;
  return (
    <time dateTime={at} title={new Date(at).toLocaleString()} className="whitespace-nowrap">
      {utc(at)}
    </time>
  );
}
