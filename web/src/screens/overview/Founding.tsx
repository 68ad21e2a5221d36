/** The organization does not exist yet: an admin names it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../../api/client';
import { useIsAdmin } from '../../app/role';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { Empty } from '../../design/Empty';
import { TextField } from '../../design/field';
import { TroubleNotice } from '../../design/TroubleNotice';

export function Founding() {
  const { t } = useTranslation('overview');
  const client = useQueryClient();
  const isAdmin = useIsAdmin();
  const [name, setName] = useState('');
  const founding = useMutation({
    mutationFn: () => body(api.PUT('/api/organization', { body: { name: name.trim() } })),
    onSuccess: () => client.invalidateQueries(),
  });
  if (!isAdmin) return <Empty title={t('founding.title')} text={t('founding.ask_admin')} />;
  return (
    <Card title={t('founding.title')} className="max-w-lg">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          founding.mutate();
        }}
      >
        <p className="text-muted">{t('founding.text')}</p>
        <TextField
          label={t('founding.name')}
          value={name}
          maxLength={100}
          required
          onChange={(event) => setName(event.target.value)}
        />
        {founding.error ? <TroubleNotice error={founding.error} acting /> : null}
        <div>
          <Button type="submit" look="primary" busy={founding.isPending} disabled={!name.trim()}>
            {t('founding.go')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
