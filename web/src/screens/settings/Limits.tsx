/** Quotas: how much of each there may be, beside how much there is. */
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdmin } from '../../app/role';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { TextField } from '../../design/field';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { type Organization, useLimits } from './queries';

const NAMES = ['bots', 'running_bots', 'credentials', 'requests_per_minute'] as const;
type Name = (typeof NAMES)[number];

function isWhole(text: string): boolean {
  return /^\d{1,9}$/.test(text.trim());
}

export function Limits({ organization }: { readonly organization: Organization }) {
  const { t } = useTranslation('settings');
  const admin = useIsAdmin();
  const change = useLimits();
  const [typed, setTyped] = useState<Partial<Record<Name, string>>>({});
  const shown = (name: Name) => typed[name] ?? String(organization.limits[name]);
  const used: Partial<Record<Name, number>> = organization.usage;

  function send(event: FormEvent) {
    event.preventDefault();
    if (!NAMES.every((name) => isWhole(shown(name)))) return;
    change.mutate({
      bots: Number(shown('bots')),
      running_bots: Number(shown('running_bots')),
      credentials: Number(shown('credentials')),
      requests_per_minute: Number(shown('requests_per_minute')),
    });
  }

  return (
    <Card title={t('limits.title')}>
      <form onSubmit={send} noValidate className="flex flex-col gap-3">
        <p className="text-muted">
          {t('limits.text')} {admin ? '' : t('adminsOnly')}
        </p>
        {change.error ? <TroubleNotice error={change.error} acting /> : null}
        {change.data ? <Notice tone="info" title={t('limits.saved')} /> : null}
        <div className="grid gap-3 sm:grid-cols-2">
          {NAMES.map((name) => (
            <TextField
              key={name}
              label={t(`limits.${name}`)}
              inputMode="numeric"
              disabled={!admin}
              value={shown(name)}
              help={
                used[name] === undefined
                  ? undefined
                  : t('limits.used', { used: used[name], limit: organization.limits[name] })
              }
              error={isWhole(shown(name)) ? undefined : t('limits.badNumber')}
              onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
            />
          ))}
        </div>
        {admin ? (
          <div>
            <Button type="submit" busy={change.isPending}>
              {t(change.isPending ? 'limits.saving' : 'limits.save')}
            </Button>
          </div>
        ) : null}
      </form>
    </Card>
  );
}
