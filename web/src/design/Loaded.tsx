/** Shows what was read: while it comes, when it failed, and when it is old because reading fails. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { TroubleNotice } from './TroubleNotice';

export function Loaded<T>({
  query,
  children,
}: {
  readonly query: UseQueryResult<T>;
  readonly children: (data: T) => ReactNode;
}) {
  const { t } = useTranslation();
  if (query.data === undefined) {
    if (query.error)
      return <TroubleNotice error={query.error} retry={() => void query.refetch()} />;
    return (
      <p role="status" className="py-6 text-center text-muted">
        {t('loading')}
      </p>
    );
  }
  return (
    <>
      {query.error ? (
        <div className="mb-3">
          <TroubleNotice error={query.error} retry={() => void query.refetch()} />
          <p className="mt-1 text-warn">{t('old_below')}</p>
        </div>
      ) : null}
      {children(query.data)}
    </>
  );
}
