/** Letting a program in: its name, the request that it made, and then what it connects with. */
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Copy } from '../../design/Copy';
import { Dialog } from '../../design/Dialog';
import { AreaField, TextField } from '../../design/field';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { AccessDetails } from './AccessDetails';
import { useIssue } from './queries';

/** Makes a key that stays where it is run, and a request for it under a name nobody has. */
function command(): string {
  return (
    'openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ' +
    `-keyout reader.key -out reader.csr -subj "/CN=live-${crypto.randomUUID()}"`
  );
}

export function AddIntegrator({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation('settings');
  const id = useId();
  const issue = useIssue();
  const [line] = useState(command);
  const [name, setName] = useState('');
  const [csr, setCsr] = useState('');
  const [tried, setTried] = useState(false);
  const missing = (text: string) => (tried && !text.trim() ? t('integrators.required') : undefined);

  function send(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (name.trim() && csr.trim()) issue.mutate({ name: name.trim(), csr: csr.trim() });
  }

  if (issue.data) {
    return (
      <Dialog
        wide
        title={t('integrators.issued', { name: issue.data.integrator.name })}
        onClose={onClose}
        actions={
          <Button look="primary" onClick={onClose}>
            {t('integrators.finish')}
          </Button>
        }
      >
        <Notice tone="info" title={t('integrators.key_note')} />
        <div className="mt-3">
          <AccessDetails access={issue.data} />
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog
      wide
      title={t('integrators.add')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('integrators.cancel')}</Button>
          <Button look="primary" type="submit" form={id} busy={issue.isPending}>
            {t('integrators.issue')}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={send} noValidate className="flex flex-col gap-3">
        {issue.error ? <TroubleNotice error={issue.error} acting /> : null}
        <TextField
          label={t('integrators.name')}
          help={t('integrators.name_help')}
          error={missing(name)}
          value={name}
          maxLength={100}
          onChange={(event) => setName(event.target.value)}
        />
        <div>
          <p>{t('integrators.command')}</p>
          <code className="my-1 block rounded-md border border-line bg-page p-2 text-xs break-all">
            {line}
          </code>
          <Copy text={line}>{t('integrators.copy')}</Copy>
        </div>
        <AreaField
          label={t('integrators.csr')}
          help={t('integrators.csr_help')}
          error={missing(csr)}
          rows={6}
          spellCheck={false}
          value={csr}
          onChange={(event) => setCsr(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
