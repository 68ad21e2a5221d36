import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { SelectField, TextField } from '../../design/field';
import { TroubleNotice } from '../../design/TroubleNotice';
import { ROLES, type Role, useAddMember } from './queries';

export function AddMember({ onClose }: { readonly onClose: (done?: string) => void }) {
  const { t } = useTranslation('settings');
  const id = useId();
  const add = useAddMember();
  const [user, setUser] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [tried, setTried] = useState(false);

  function send(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!user.trim()) return;
    add.mutate(
      { user_id: user.trim(), role, name: name.trim() || null },
      { onSuccess: (member) => onClose(t('members.added', { user: member.user_id })) },
    );
  }

  return (
    <Dialog
      title={t('members.add')}
      onClose={() => onClose()}
      actions={
        <>
          <Button onClick={() => onClose()}>{t('members.cancel')}</Button>
          <Button look="primary" type="submit" form={id} busy={add.isPending}>
            {t(add.isPending ? 'members.adding' : 'members.add')}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={send} noValidate className="flex flex-col gap-3">
        {add.error ? <TroubleNotice error={add.error} acting /> : null}
        <TextField
          label={t('members.user')}
          help={t('members.userHint')}
          error={tried && !user.trim() ? t('members.required') : undefined}
          value={user}
          maxLength={200}
          onChange={(event) => setUser(event.target.value)}
        />
        <TextField
          label={t('members.name')}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        <SelectField
          label={t('members.role')}
          value={role}
          onChange={(event) => setRole(event.target.value as Role)}
        >
          {ROLES.map((each) => (
            <option key={each} value={each}>
              {t(`members.${each}`)}
            </option>
          ))}
        </SelectField>
      </form>
    </Dialog>
  );
}
