/** A rule to add, or a stored one to change; its kind stays. */
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { CheckField, SelectField, TextField } from '../../design/field';
import { TroubleNotice } from '../../design/TroubleNotice';
import { botNamesQuery } from '../orders/queries';
import { ASKS, fraction, isLimit, KINDS, perCent } from './kinds';
import {
  channelsQuery,
  type Kind,
  type NewRule,
  type Rule,
  type Severity,
  useKeepRule,
} from './queries';

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

interface Typed {
  readonly kind: Kind;
  readonly bot: string;
  readonly limit: string;
  readonly asset: string;
  readonly severity: Severity;
  readonly channels: readonly string[];
  readonly enabled: boolean;
}

const NEW: Typed = {
  kind: 'bot_error',
  bot: '',
  limit: '',
  asset: '',
  severity: 'warning',
  channels: [],
  enabled: true,
};

function typedOf(rule: Rule): Typed {
  const threshold = rule.threshold ?? '';
  const amount = ASKS[rule.kind] === 'share' && threshold ? perCent(threshold) : threshold;
  return {
    kind: rule.kind,
    bot: rule.bot_id ?? '',
    limit: rule.silence_seconds === null ? amount : String(rule.silence_seconds),
    asset: rule.asset ?? '',
    severity: rule.severity,
    channels: rule.channels,
    enabled: rule.enabled,
  };
}

function wishOf({ kind, bot, limit, asset, severity, channels, enabled }: Typed): NewRule {
  const asks = ASKS[kind];
  return {
    kind,
    bot_id: kind === 'collector_stale' ? null : bot || null,
    threshold: asks === 'share' ? fraction(limit) : asks === 'amount' ? limit : null,
    asset: kind === 'low_balance' ? asset.trim().toUpperCase() || null : null,
    silence_seconds: asks === 'silence' ? Number(limit) : null,
    severity,
    channels: [...channels],
    enabled,
  };
}

export function RuleForm({
  stored,
  onClose,
}: {
  readonly stored?: Rule;
  readonly onClose: (done?: string) => void;
}) {
  const { t } = useTranslation('alerts');
  const id = useId();
  const bots = useQuery(botNamesQuery);
  const channels = useQuery(channelsQuery);
  const keep = useKeepRule(stored);
  const [typed, setTyped] = useState<Typed>(stored ? typedOf(stored) : NEW);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<Typed>) => setTyped({ ...typed, ...part });
  const asks = ASKS[typed.kind];
  const good = isLimit(asks, typed.limit.trim());

  function send(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!good) return;
    keep.mutate(wishOf({ ...typed, limit: typed.limit.trim() }), {
      onSuccess: () => onClose(t('rule.saved')),
    });
  }

  const limitLabel =
    asks === 'silence'
      ? 'rule.silence'
      : asks === 'share'
        ? 'rule.thresholdShare'
        : 'rule.threshold';
  return (
    <Dialog
      title={t(stored ? 'rule.editTitle' : 'rule.title')}
      onClose={() => onClose()}
      actions={
        <>
          <Button onClick={() => onClose()}>{t('rule.cancel')}</Button>
          <Button look="primary" type="submit" form={id} busy={keep.isPending}>
            {t(keep.isPending ? 'rule.saving' : 'rule.save')}
          </Button>
        </>
      }
    >
      <form id={id} onSubmit={send} noValidate className="flex flex-col gap-3">
        {keep.error ? <TroubleNotice error={keep.error} acting /> : null}
        <SelectField
          label={t('rule.kind')}
          help={t(`kindText.${typed.kind}`)}
          value={typed.kind}
          disabled={stored !== undefined}
          onChange={(event) => change({ kind: event.target.value as Kind, limit: '' })}
        >
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`kind.${kind}`)}
            </option>
          ))}
        </SelectField>
        {typed.kind === 'collector_stale' ? null : (
          <SelectField
            label={t('rule.bot')}
            value={typed.bot}
            onChange={(event) => change({ bot: event.target.value })}
          >
            <option value="">{t('rule.everyBot')}</option>
            {[...(bots.data ?? [])].map(([botId, name]) => (
              <option key={botId} value={botId}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        {asks === 'nothing' ? null : (
          <TextField
            label={t(limitLabel)}
            inputMode="decimal"
            value={typed.limit}
            error={
              tried && !good ? t(asks === 'share' ? 'rule.badShare' : 'rule.badNumber') : undefined
            }
            onChange={(event) => change({ limit: event.target.value })}
          />
        )}
        {typed.kind === 'low_balance' ? (
          <TextField
            label={t('rule.asset')}
            help={t('rule.assetHint')}
            value={typed.asset}
            onChange={(event) => change({ asset: event.target.value })}
          />
        ) : null}
        <SelectField
          label={t('rule.severity')}
          help={t('rule.severityHint')}
          value={typed.severity}
          onChange={(event) => change({ severity: event.target.value as Severity })}
        >
          {SEVERITIES.map((severity) => (
            <option key={severity} value={severity}>
              {t(`severity.${severity}`)}
            </option>
          ))}
        </SelectField>
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-medium">{t('rule.channels')}</legend>
          {channels.data?.length === 0 ? (
            <p className="text-muted">{t('rule.noChannels')}</p>
          ) : null}
          {channels.data?.map((channel) => (
            <CheckField
              key={channel.channel_id}
              label={channel.label}
              checked={typed.channels.includes(channel.channel_id)}
              onChange={(event) =>
                change({
                  channels: event.target.checked
                    ? [...typed.channels, channel.channel_id]
                    : typed.channels.filter((each) => each !== channel.channel_id),
                })
              }
            />
          ))}
        </fieldset>
        <CheckField
          label={t('rule.enabled')}
          checked={typed.enabled}
          onChange={(event) => change({ enabled: event.target.checked })}
        />
      </form>
    </Dialog>
  );
}
