/** A channel to add. What it takes is encrypted by the server and never shown again. */
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { CheckField, SelectField, TextField } from '../../design/field';
import { TroubleNotice } from '../../design/TroubleNotice';
import { type NewChannel, useKeepChannel } from './queries';

type Kind = NewChannel['target']['kind'];

interface Wanted {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly secret?: boolean;
}

const WANTED: Record<Kind, readonly Wanted[]> = {
  webhook: [
    { name: 'url', label: 'channel.url' },
    { name: 'secret', label: 'channel.secret', hint: 'channel.secretHint', secret: true },
  ],
  email: [{ name: 'to', label: 'channel.to' }],
  slack: [{ name: 'url', label: 'channel.url', secret: true }],
  telegram: [
    { name: 'bot_token', label: 'channel.botToken', secret: true },
    { name: 'chat_id', label: 'channel.chatId' },
  ],
  pagerduty: [{ name: 'routing_key', label: 'channel.routingKey', secret: true }],
};
const KINDS = Object.keys(WANTED) as Kind[];

export function ChannelForm({ onClose }: { readonly onClose: (done?: string) => void }) {
  const { t } = useTranslation('alerts');
  const id = useId();
  const keep = useKeepChannel();
  const [kind, setKind] = useState<Kind>('webhook');
  const [label, setLabel] = useState('');
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [quiet, setQuiet] = useState(false);
  const [hours, setHours] = useState({
    begin: '22:00',
    end: '07:00',
    zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const [tried, setTried] = useState(false);
  const empty = (text: string | undefined) =>
    tried && !text?.trim() ? t('channel.required') : undefined;

  function send(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    const names = WANTED[kind].map((each) => each.name);
    if (!label.trim() || !names.every((name) => typed[name]?.trim())) return;
    const given = Object.fromEntries(names.map((name) => [name, typed[name]?.trim()]));
    keep.mutate(
      {
        label: label.trim(),
        target: { kind, ...given } as NewChannel['target'],
        quiet_hours: quiet ? hours : null,
        enabled: true,
      },
      { onSuccess: (channel) => onClose(t('channel.saved', { label: channel.label })) },
    );
  }

  return (
    <Dialog
      title={t('channel.title')}
      onClose={() => onClose()}
      actions={
        <>
          <Button onClick={() => onClose()}>{t('channel.cancel')}</Button>
          <Button look="primary" type="submit" form={id} busy={keep.isPending}>
            {t(keep.isPending ? 'channel.saving' : 'channel.save')}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={send} noValidate className="flex flex-col gap-3">
        {keep.error ? <TroubleNotice error={keep.error} acting /> : null}
        <SelectField
          label={t('channel.kind')}
          value={kind}
          onChange={(event) => {
            setKind(event.target.value as Kind);
            setTyped({});
          }}
        >
          {KINDS.map((each) => (
            <option key={each} value={each}>
              {t(`channel.${each}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={t('channel.label')}
          value={label}
          maxLength={100}
          error={empty(label)}
          onChange={(event) => setLabel(event.target.value)}
        />
        {WANTED[kind].map((each) => (
          <TextField
            key={each.name}
            label={t(each.label)}
            help={each.hint ? t(each.hint) : undefined}
            type={each.secret ? 'password' : 'text'}
            autoComplete={each.secret ? 'new-password' : 'off'}
            spellCheck={false}
            value={typed[each.name] ?? ''}
            error={empty(typed[each.name])}
            onChange={(event) => setTyped({ ...typed, [each.name]: event.target.value })}
          />
        ))}
        <CheckField
          label={t('channel.quiet')}
          help={t('channel.quietHint')}
          checked={quiet}
          onChange={(event) => setQuiet(event.target.checked)}
        />
        {quiet ? (
          <div className="grid gap-3 sm:grid-cols-3">
            {(['begin', 'end', 'zone'] as const).map((name) => (
              <TextField
                key={name}
                label={t(`channel.${name}`)}
                type={name === 'zone' ? 'text' : 'time'}
                value={hours[name]}
                onChange={(event) => setHours({ ...hours, [name]: event.target.value })}
              />
            ))}
          </div>
        ) : null}
      </form>
    </Dialog>
  );
}
