/** The keys as a table, each with what can be done with it. */
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayAct } from '../../app/role';
import { Age } from '../../design/Age';
import { Badge, type Tone } from '../../design/Badge';
import { Button } from '../../design/Button';
import { type Column, DataTable } from '../../design/DataTable';
import { EnvironmentBadge } from '../../design/EnvironmentBadge';
import { TroubleNotice } from '../../design/TroubleNotice';
import { type Key, useRotate, useTest } from './queries';
import { nameOf, useWords } from './words';

const TONES: Record<Key['state'], Tone> = { valid: 'good', refused: 'bad', unknown: 'warn' };

export function KeysTable({
  rows,
  empty,
  onDone,
  onAsk,
}: {
  readonly rows: readonly Key[];
  readonly empty: ReactNode;
  readonly onDone: (text: string) => void;
  readonly onAsk: (what: 'replace' | 'forget', key: Key) => void;
}) {
  const { t } = useTranslation('keys');
  const may = useMayAct();
  const test = useTest();
  const rotate = useRotate();
  const words = useWords();
  const failed = test.error ?? rotate.error;

  function actions(key: Key) {
    const named = (action: string) => t('action.of', { action, label: nameOf(key, t) });
    const testing = test.isPending && test.variables === key;
    const rotating = rotate.isPending && rotate.variables === key;
    return (
      <div className="flex flex-wrap gap-1">
        <Button
          busy={testing}
          aria-label={named(t('action.test'))}
          onClick={() =>
            test.mutate(key, {
              onSuccess: (after) =>
                onDone(
                  t('done.tested', {
                    exchange: after.exchange,
                    label: nameOf(after, t),
                    state: t(`state.${after.state}`),
                  }),
                ),
            })
          }
        >
          {t(testing ? 'action.testing' : 'action.test')}
        </Button>
        <Button aria-label={named(t('action.replace'))} onClick={() => onAsk('replace', key)}>
          {t('action.replace')}
        </Button>
        <Button
          busy={rotating}
          aria-label={named(t('action.rotate'))}
          onClick={() =>
            rotate.mutate(key, {
              onSuccess: () => onDone(t('done.rotated', { label: nameOf(key, t) })),
            })
          }
        >
          {t(rotating ? 'action.rotating' : 'action.rotate')}
        </Button>
        <Button
          look="quiet"
          aria-label={named(t('action.delete'))}
          onClick={() => onAsk('forget', key)}
        >
          {t('action.delete')}
        </Button>
      </div>
    );
  }

  const columns: Column<Key>[] = [
    { id: 'label', title: t('column.label'), value: (key) => nameOf(key, t) },
    { id: 'exchange', title: t('column.exchange'), value: (key) => key.exchange },
    {
      id: 'environment',
      title: t('column.environment'),
      value: (key) => key.environment,
      cell: (key) => <EnvironmentBadge environment={key.environment} />,
    },
    {
      id: 'key',
      title: t('column.key'),
      value: (key) => key.api_key,
      cell: (key) => <code>{key.api_key}</code>,
    },
    {
      id: 'state',
      title: t('column.state'),
      value: (key) => t(`state.${key.state}`),
      cell: (key) => (
        <div className="max-w-72">
          <Badge tone={TONES[key.state]}>{t(`state.${key.state}`)}</Badge>
          {key.reason ? <p className="mt-1 text-xs text-muted">{words.reason(key)}</p> : null}
        </div>
      ),
    },
    {
      id: 'rights',
      title: t('column.rights'),
      value: (key) =>
        words
          .rights(key)
          .map((right) => right.text)
          .join(', '),
      cell: (key) => (
        <div className="flex flex-wrap gap-1">
          {words.rights(key).map((right) => (
            <Badge key={right.text} tone={right.tone}>
              {right.text}
            </Badge>
          ))}
        </div>
      ),
    },
    {
      id: 'checked',
      title: t('column.checked'),
      value: (key) => key.checked_at ?? '',
      cell: (key) => <Age at={key.checked_at} staleAfter={2 * 86_400} />,
    },
    { id: 'address', title: t('column.address'), value: (key) => key.egress_address ?? '—' },
  ];
  if (may) {
    columns.push({ id: 'actions', title: t('column.actions'), value: () => '', cell: actions });
  }
  return (
    <>
      {failed ? <TroubleNotice error={failed} acting /> : null}
      <DataTable
        name={t('title')}
        rows={rows}
        columns={columns}
        keyOf={(key) => key.credential_id}
        empty={empty}
        sortedBy={{ id: 'label', desc: false }}
      />
    </>
  );
}
