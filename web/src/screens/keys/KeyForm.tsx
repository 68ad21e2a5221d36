/** A key to add, or another in place of a stored one. What is typed lives in this dialog alone. */
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Trouble } from '../../api/trouble';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import type { Environment } from '../../design/EnvironmentBadge';
import { SelectField, TextField } from '../../design/field';
import { Loaded } from '../../design/Loaded';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { Addresses } from './Addresses';
import { type Exchange, exchangesQuery, type Key, useAdd, useReplace } from './queries';
import { nameOf } from './words';

/** Exchanges whose keys come with a phrase that the person chose. */
const WITH_PASSPHRASE = new Set(['okx', 'kucoin']);
const DESCRIBED = new Set(['binance', 'bybit']);

interface Typed {
  readonly api_key: string;
  readonly api_secret: string;
  readonly passphrase: string | null;
}

export function KeyForm({
  replaced,
  onClose,
}: {
  readonly replaced?: Key;
  readonly onClose: (done?: string) => void;
}) {
  const exchanges = useQuery(exchangesQuery);
  const { t } = useTranslation('keys');
  if (replaced) return <ReplaceForm of={replaced} onClose={onClose} />;
  const open = exchanges.data?.filter((each) => each.environments.length > 0);
  if (open) return <AddForm exchanges={open} onClose={onClose} />;
  return (
    <Dialog title={t('form.title')} onClose={() => onClose()}>
      <Loaded query={exchanges}>{() => null}</Loaded>
    </Dialog>
  );
}

function AddForm({
  exchanges,
  onClose,
}: {
  readonly exchanges: readonly Exchange[];
  readonly onClose: (done?: string) => void;
}) {
  const { t } = useTranslation(['keys', 'common']);
  const add = useAdd();
  const [exchange, setExchange] = useState(exchanges[0]?.exchange ?? '');
  const [label, setLabel] = useState('');
  const offered = exchanges.find((each) => each.exchange === exchange)?.environments ?? [];
  const [wished, setWished] = useState<Environment>('paper');
  const environment = offered.includes(wished) ? wished : (offered[0] ?? 'paper');
  return (
    <Form
      title={t('form.title')}
      exchange={exchange}
      environment={environment}
      busy={add.isPending}
      error={add.error}
      onClose={() => onClose()}
      onSend={(typed) =>
        add.mutate(
          { exchange, environment, label: label.trim(), ...typed },
          { onSuccess: (key) => onClose(t('done.added', { label: nameOf(key, t) })) },
        )
      }
    >
      <SelectField
        label={t('form.exchange')}
        value={exchange}
        onChange={(event) => setExchange(event.target.value)}
      >
        {exchanges.map((each) => (
          <option key={each.exchange}>{each.exchange}</option>
        ))}
      </SelectField>
      <SelectField
        label={t('form.environment')}
        value={environment}
        onChange={(event) => setWished(event.target.value as Environment)}
      >
        {offered.map((each) => (
          <option key={each} value={each}>
            {t(`common:environment.${each}`)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t('form.label')}
        help={t('form.labelHint')}
        value={label}
        maxLength={100}
        onChange={(event) => setLabel(event.target.value)}
      />
    </Form>
  );
}

function ReplaceForm({
  of,
  onClose,
}: {
  readonly of: Key;
  readonly onClose: (done?: string) => void;
}) {
  const { t } = useTranslation('keys');
  const replace = useReplace(of);
  const label = nameOf(of, t);
  return (
    <Form
      title={t('form.replaceTitle', { label })}
      exchange={of.exchange}
      environment={of.environment}
      busy={replace.isPending}
      error={replace.error}
      onClose={() => onClose()}
      onSend={(typed) =>
        replace.mutate(typed, { onSuccess: () => onClose(t('done.replaced', { label })) })
      }
    >
      <p className="text-muted">{t('form.replaceText')}</p>
    </Form>
  );
}

function Form({
  title,
  exchange,
  environment,
  busy,
  error,
  onClose,
  onSend,
  children,
}: {
  readonly title: string;
  readonly exchange: string;
  readonly environment: Environment;
  readonly busy: boolean;
  readonly error: unknown;
  readonly onClose: () => void;
  readonly onSend: (typed: Typed) => void;
  readonly children: React.ReactNode;
}) {
  const { t } = useTranslation('keys');
  const id = useId();
  const [typed, setTyped] = useState<Typed>({ api_key: '', api_secret: '', passphrase: null });
  const [tried, setTried] = useState(false);
  const secrets = [
    'api_key',
    'api_secret',
    ...(WITH_PASSPHRASE.has(exchange) ? ['passphrase'] : []),
  ];

  function send(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!secrets.every((name) => typed[name as keyof Typed])) return;
    onSend(secrets.includes('passphrase') ? typed : { ...typed, passphrase: null });
  }

  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('form.cancel')}</Button>
          <Button look="primary" type="submit" form={id} busy={busy}>
            {t(busy ? 'form.saving' : 'form.save')}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={send} noValidate className="flex flex-col gap-3">
        {error ? <Refusal error={error} /> : null}
        {children}
        {environment === 'live' ? <Notice tone="warn" title={t('form.live')} /> : null}
        <details>
          <summary className="font-medium">{t('how.title')}</summary>
          <p className="mt-1 text-muted">{t(`how.${howTo(exchange, environment)}`)}</p>
          {environment === 'paper' ? null : <Addresses />}
        </details>
        {secrets.map((name) => {
          const value = typed[name as keyof Typed] ?? '';
          return (
            <TextField
              key={name}
              label={t(`form.${LABELS[name as keyof Typed]}`)}
              help={name === 'passphrase' ? t('form.passphraseHint') : undefined}
              error={tried && !value.trim() ? t('form.required') : undefined}
              type={name === 'api_key' ? 'text' : 'password'}
              autoComplete={name === 'api_key' ? 'off' : 'new-password'}
              spellCheck={false}
              value={value}
              onChange={(event) => setTyped({ ...typed, [name]: event.target.value.trim() })}
            />
          );
        })}
      </form>
    </Dialog>
  );
}

const LABELS = { api_key: 'apiKey', api_secret: 'apiSecret', passphrase: 'passphrase' } as const;

function howTo(exchange: string, environment: Environment): string {
  if (environment === 'paper') return 'paper';
  return DESCRIBED.has(exchange) ? exchange : 'other';
}

/** The refusal, and for a key that can withdraw why it is one. */
function Refusal({ error }: { readonly error: unknown }) {
  const { t } = useTranslation('keys');
  const dangerous = error instanceof Trouble && error.code === 'KEY_CAN_WITHDRAW';
  return (
    <>
      <TroubleNotice error={error} acting />
      {dangerous ? (
        <Notice tone="warn" title={t('withdraw.title')}>
          {t('withdraw.text')}
        </Notice>
      ) : null}
    </>
  );
}
