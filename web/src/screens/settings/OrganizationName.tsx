import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdmin } from '../../app/role';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { TextField } from '../../design/field';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { type Organization, useName } from './queries';

export function OrganizationName({ organization }: { readonly organization: Organization }) {
  const { t } = useTranslation('settings');
  const admin = useIsAdmin();
  const change = useName();
  const [name, setName] = useState(organization.name);

  function send(event: FormEvent) {
    event.preventDefault();
    if (name.trim()) change.mutate(name.trim());
  }

  return (
    <Card title={t('organization.title')}>
      <form onSubmit={send} noValidate className="flex flex-col gap-3">
        {change.error ? <TroubleNotice error={change.error} acting /> : null}
        {change.data ? (
          <Notice tone="info" title={t('organization.saved', { name: change.data.name })} />
        ) : null}
        <TextField
          label={t('organization.name')}
          value={name}
          maxLength={100}
          disabled={!admin}
          error={name.trim() ? undefined : t('organization.required')}
          help={admin ? undefined : t('adminsOnly')}
          onChange={(event) => setName(event.target.value)}
        />
        <p className="text-xs text-muted">
          {t('organization.id')}: <code>{organization.id}</code>
        </p>
        {admin ? (
          <div>
            <Button type="submit" busy={change.isPending}>
              {t(change.isPending ? 'organization.saving' : 'organization.save')}
            </Button>
          </div>
        ) : null}
      </form>
    </Card>
  );
}
