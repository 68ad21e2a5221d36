/** Who belongs to the organization and what each may do. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdmin } from '../../app/role';
import { Moment } from '../../design/Age';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { type Column, DataTable } from '../../design/DataTable';
import { Dialog } from '../../design/Dialog';
import { Empty } from '../../design/Empty';
import { Loaded } from '../../design/Loaded';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { AddMember } from './AddMember';
import {
  type Member,
  membersQuery,
  ROLES,
  type Role,
  useChangeRole,
  useRemoveMember,
} from './queries';

export function Members({ className }: { readonly className?: string }) {
  const { t } = useTranslation('settings');
  const admin = useIsAdmin();
  const members = useQuery(membersQuery);
  const change = useChangeRole();
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Member>();
  const [done, setDone] = useState<string>();
  const columns: Column<Member>[] = [
    { id: 'user', title: t('members.user'), value: (member) => member.user_id },
    { id: 'name', title: t('members.name'), value: (member) => member.name ?? '—' },
    {
      id: 'role',
      title: t('members.role'),
      value: (member) => t(`members.roles.${member.role}`),
      cell: (member) =>
        admin ? (
          <select
            aria-label={t('members.roleOf', { user: member.user_id })}
            className="rounded-md border border-line bg-page px-2 py-1"
            value={member.role}
            disabled={change.isPending}
            onChange={(event) =>
              change.mutate(
                { member, role: event.target.value as Role },
                {
                  onSuccess: (after) =>
                    setDone(
                      t('members.changed', {
                        user: after.user_id,
                        role: t(`members.roles.${after.role}`),
                      }),
                    ),
                },
              )
            }
          >
            {ROLES.map((role) => (
              <option key={role} value={role}>
                {t(`members.${role}`)}
              </option>
            ))}
          </select>
        ) : (
          t(`members.roles.${member.role}`)
        ),
    },
    {
      id: 'since',
      title: t('members.since'),
      value: (member) => member.created_at,
      cell: (member) => <Moment at={member.created_at} />,
    },
  ];
  if (admin) {
    columns.push({
      id: 'actions',
      title: t('members.actions'),
      value: () => '',
      cell: (member) => (
        <Button
          look="quiet"
          aria-label={t('members.removeOf', { user: member.user_id })}
          onClick={() => setLeaving(member)}
        >
          {t('members.remove')}
        </Button>
      ),
    });
  }
  return (
    <Card
      title={t('members.title')}
      {...(className ? { className } : {})}
      actions={
        admin ? <Button onClick={() => setAdding(true)}>{t('members.add')}</Button> : undefined
      }
    >
      <div className="flex flex-col gap-3">
        <p className="text-muted">
          {t('members.text')} {admin ? '' : t('adminsOnly')}
        </p>
        {change.error ? <TroubleNotice error={change.error} acting /> : null}
        {done ? <Notice tone="info" title={done} /> : null}
        <Loaded query={members}>
          {(found) => (
            <DataTable
              name={t('members.title')}
              rows={found}
              columns={columns}
              keyOf={(member) => member.user_id}
              empty={<Empty title={t('members.empty.title')} text={t('members.empty.text')} />}
            />
          )}
        </Loaded>
      </div>
      {adding ? (
        <AddMember
          onClose={(text) => {
            setAdding(false);
            if (text) setDone(text);
          }}
        />
      ) : null}
      {leaving ? (
        <RemoveMember
          member={leaving}
          onClose={(text) => {
            setLeaving(undefined);
            if (text) setDone(text);
          }}
        />
      ) : null}
    </Card>
  );
}

function RemoveMember({
  member,
  onClose,
}: {
  readonly member: Member;
  readonly onClose: (done?: string) => void;
}) {
  const { t } = useTranslation('settings');
  const remove = useRemoveMember();
  const user = member.user_id;
  return (
    <Dialog
      title={t('members.removeTitle', { user })}
      onClose={() => onClose()}
      actions={
        <>
          <Button onClick={() => onClose()}>{t('members.keep')}</Button>
          <Button
            look="danger"
            busy={remove.isPending}
            onClick={() =>
              remove.mutate(member, { onSuccess: () => onClose(t('members.removed', { user })) })
            }
          >
            {t('members.remove')}
          </Button>
        </>
      }
    >
      {remove.error ? <TroubleNotice error={remove.error} acting /> : null}
      <p>{t('members.removeText')}</p>
    </Dialog>
  );
}
