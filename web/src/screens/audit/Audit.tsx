/** Who did what, when and from where; and the proof that nobody changed it afterwards. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdmin } from '../../app/role';
import { Moment } from '../../design/Age';
import { Button } from '../../design/Button';
import { type Column, DataTable } from '../../design/DataTable';
import { Dialog } from '../../design/Dialog';
import { Empty } from '../../design/Empty';
import { Page } from '../../design/Page';
import { TroubleNotice } from '../../design/TroubleNotice';
import { auditQuery, type Line, NOTHING, type Search } from './queries';
import { SearchForm } from './SearchForm';
import { Verification } from './Verification';

export function Audit() {
  const { t } = useTranslation('audit');
  const admin = useIsAdmin();
  return (
    <Page title={t('title')}>
      <p className="text-muted">{t('lead')}</p>
      {admin ? <Log /> : <Empty title={t('adminsOnly.title')} text={t('adminsOnly.text')} />}
    </Page>
  );
}

function Log() {
  const { t } = useTranslation('audit');
  const [search, setSearch] = useState<Search>(NOTHING);
  const [looked, setLooked] = useState<Line>();
  const log = useInfiniteQuery(auditQuery(search));
  const lines = log.data?.pages.flatMap((page) => page.items);
  const columns: Column<Line>[] = [
    {
      id: 'number',
      title: t('column.number'),
      numeric: true,
      value: (line) => String(line.number),
    },
    {
      id: 'at',
      title: t('column.at'),
      value: (line) => line.at,
      cell: (line) => <Moment at={line.at} />,
    },
    { id: 'actor', title: t('column.actor'), value: (line) => line.actor || t('platform') },
    {
      id: 'action',
      title: t('column.action'),
      value: (line) => line.action,
      cell: (line) => <code>{line.action}</code>,
    },
    { id: 'subject', title: t('column.subject'), value: (line) => line.subject },
    { id: 'address', title: t('column.address'), value: (line) => line.address || '—' },
    {
      id: 'detail',
      title: t('column.detail'),
      value: (line) => JSON.stringify({ before: line.before, after: line.after }),
      cell: (line) => (
        <Button
          look="quiet"
          aria-label={t('detail.of', { action: t('detail.show'), number: line.number })}
          onClick={() => setLooked(line)}
        >
          {t('detail.show')}
        </Button>
      ),
    },
  ];
  return (
    <>
      <Verification />
      <SearchForm searched={search} onSearch={setSearch} />
      {log.error ? <TroubleNotice error={log.error} retry={() => void log.refetch()} /> : null}
      {lines ? (
        <DataTable
          name={t('title')}
          rows={lines}
          columns={columns}
          keyOf={(line) => String(line.number)}
          empty={<Empty title={t('empty.title')} text={t('empty.text')} />}
          sortedBy={{ id: 'number', desc: true }}
        />
      ) : log.error ? null : (
        <p role="status" className="py-6 text-center text-muted">
          {t('reading')}
        </p>
      )}
      {log.hasNextPage ? (
        <div>
          <Button busy={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t(log.isFetchingNextPage ? 'reading' : 'more')}
          </Button>
        </div>
      ) : null}
      {looked ? <Detail line={looked} onClose={() => setLooked(undefined)} /> : null}
    </>
  );
}

function Detail({ line, onClose }: { readonly line: Line; readonly onClose: () => void }) {
  const { t } = useTranslation('audit');
  const sides = [
    [t('detail.before'), line.before],
    [t('detail.after'), line.after],
  ] as const;
  return (
    <Dialog title={`${line.number} · ${line.action}`} onClose={onClose} wide>
      <div className="grid gap-4 sm:grid-cols-2">
        {sides.map(([title, value]) => (
          <div key={title} className="min-w-0">
            <h3 className="text-sm font-medium">{title}</h3>
            {value ? (
              <pre className="mt-1 rounded bg-page p-2 text-xs break-words whitespace-pre-wrap">
                {JSON.stringify(value, null, 2)}
              </pre>
            ) : (
              <p className="text-muted">{t('detail.nothing')}</p>
            )}
          </div>
        ))}
      </div>
      <dl className="mt-4 grid gap-2 text-xs">
        <div>
          <dt className="text-muted">{t('detail.request')}</dt>
          <dd className="break-all">{line.request_id || '—'}</dd>
        </div>
        <div>
          <dt className="text-muted">{t('detail.hash')}</dt>
          <dd className="font-mono break-all">{line.hash}</dd>
        </div>
      </dl>
    </Dialog>
  );
}
