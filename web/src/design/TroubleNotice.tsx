/** What happened to a request, and what to do about it. */
import { useTranslation } from 'react-i18next';
import { Trouble } from '../api/trouble';
import { Button } from './Button';
import { Notice } from './Notice';

export function TroubleNotice({
  error,
  retry,
  acting,
}: {
  readonly error: unknown;
  readonly retry?: () => void;
  /** Whether the request was to change something: without an answer it may have. */
  readonly acting?: boolean;
}) {
  const { t } = useTranslation('errors');
  const trouble = error instanceof Trouble ? error : Trouble.unreached(error);
  const what = t(`code.${trouble.code}`, { defaultValue: t(`status.${trouble.remedy}`) });
  const fields = trouble.fields.map(({ field, reason }) => `${field}: ${reason}`).join('; ');
  const more = trouble.status !== 0 && trouble.detail !== fields;
  return (
    <Notice
      tone="danger"
      title={what}
      action={retry ? <Button onClick={retry}>{t('again')}</Button> : undefined}
    >
      {more && trouble.detail ? <p lang="en">{trouble.detail}</p> : null}
      {trouble.fields.length > 0 ? (
        <ul className="mt-1 list-disc pl-5">
          {trouble.fields.map((each) => (
            <li key={`${each.field} ${each.reason}`} lang="en">
              <code>{each.field}</code>: {each.reason}
            </li>
          ))}
        </ul>
      ) : null}
      <p className="mt-1 text-muted">
        {acting && trouble.unknown ? t('maybe_done') : t(`remedy.${trouble.remedy}`)}
        {trouble.retryAfter ? ` ${t('wait_seconds', { count: trouble.retryAfter })}` : ''}
      </p>
      {trouble.requestId ? (
        <p className="mt-1 text-xs text-muted">{t('request', { id: trouble.requestId })}</p>
      ) : null}
    </Notice>
  );
}
