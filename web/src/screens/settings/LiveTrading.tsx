/** Whether bots may trade with real money. Allowing it takes words that an admin types out. */
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdmin } from '../../app/role';
import { Badge } from '../../design/Badge';
import { Button } from '../../design/Button';
import { Card } from '../../design/Card';
import { Dialog } from '../../design/Dialog';
import { TextField } from '../../design/field';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { type Organization, useLiveTrading } from './queries';

export function LiveTrading({ organization }: { readonly organization: Organization }) {
  const { t } = useTranslation('settings');
  const admin = useIsAdmin();
  const forbid = useLiveTrading();
  const [asking, setAsking] = useState(false);
  const [done, setDone] = useState<'allowed' | 'forbidden'>();
  const on = organization.live_trading;
  return (
    <Card title={t('live.title')}>
      <div className="flex flex-col gap-3">
        {forbid.error ? <TroubleNotice error={forbid.error} acting /> : null}
        {done ? <Notice tone="info" title={t(`live.${done}`)} /> : null}
        <div>
          <Badge tone={on ? 'bad' : 'neutral'}>{t(on ? 'live.on' : 'live.off')}</Badge>
        </div>
        <p className="max-w-prose">{t(on ? 'live.onText' : 'live.offText')}</p>
        {admin ? (
          <div>
            {on ? (
              <Button
                busy={forbid.isPending}
                onClick={() =>
                  forbid.mutate(
                    { enabled: false, confirmation: null },
                    { onSuccess: () => setDone('forbidden') },
                  )
                }
              >
                {t(forbid.isPending ? 'live.saving' : 'live.forbid')}
              </Button>
            ) : (
              <Button onClick={() => setAsking(true)}>{t('live.allow')}</Button>
            )}
          </div>
        ) : (
          <p className="text-muted">{t('adminsOnly')}</p>
        )}
      </div>
      {asking ? (
        <Confirmation
          words={organization.live_confirmation}
          onClose={(allowed) => {
            setAsking(false);
            if (allowed) setDone('allowed');
          }}
        />
      ) : null}
    </Card>
  );
}

function Confirmation({
  words,
  onClose,
}: {
  readonly words: string;
  readonly onClose: (allowed: boolean) => void;
}) {
  const { t } = useTranslation('settings');
  const id = useId();
  const allow = useLiveTrading();
  const [typed, setTyped] = useState('');

  function send(event: FormEvent) {
    event.preventDefault();
    if (typed !== words) return;
    allow.mutate({ enabled: true, confirmation: typed }, { onSuccess: () => onClose(true) });
  }

  return (
    <Dialog
      title={t('live.dialogTitle')}
      onClose={() => onClose(false)}
      actions={
        <>
          <Button onClick={() => onClose(false)}>{t('live.cancel')}</Button>
          <Button
            look="danger"
            type="submit"
            form={id}
            disabled={typed !== words}
            busy={allow.isPending}
          >
            {t(allow.isPending ? 'live.saving' : 'live.confirm')}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={send} className="flex flex-col gap-3">
        {allow.error ? <TroubleNotice error={allow.error} acting /> : null}
        <p>{t('live.dialogText')}</p>
        <p lang="en" className="rounded bg-page p-2 font-mono select-all">
          {words}
        </p>
        <TextField
          label={t('live.words')}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
