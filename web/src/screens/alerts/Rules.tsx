/** What is watched for. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMayAct } from '../../app/role';
import { Badge } from '../../design/Badge';
import { Button } from '../../design/Button';
import { type Column, DataTable } from '../../design/DataTable';
import { Dialog } from '../../design/Dialog';
import { Empty } from '../../design/Empty';
import { percent } from '../../design/format';
import { Loaded } from '../../design/Loaded';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { botNamesQuery } from '../orders/queries';
import { channelsQuery, type Rule, rulesQuery, useForgetRule } from './queries';
import { RuleForm } from './RuleForm';
import { SEVERITY_TONES } from './tones';

type Asked = { readonly what: 'add' } | { readonly what: 'change' | 'forget'; readonly rule: Rule };

export function Rules() {
  const { t } = useTranslation('alerts');
  const may = useMayAct();
  const rules = useQuery(rulesQuery);
  const [asked, setAsked] = useState<Asked>();
  const [done, setDone] = useState<string>();
  const columns = useColumns(may ? setAsked : undefined);
  const add = (
    <Button look="primary" onClick={() => setAsked({ what: 'add' })}>
      {t('rule.add')}
    </Button>
  );

  function finish(text?: string) {
    setAsked(undefined);
    if (text) setDone(text);
  }

  return (
    <div className="flex flex-col gap-3">
      {may ? <div>{add}</div> : <p className="text-muted">{t('viewer')}</p>}
      {done ? <Notice tone="info" title={done} /> : null}
      <Loaded query={rules}>
        {(found) => (
          <DataTable
            name={t('view.rules')}
            rows={found}
            columns={columns}
            keyOf={(rule) => rule.rule_id}
            empty={<Empty title={t('rule.empty.title')} text={t('rule.empty.text')} />}
          />
        )}
      </Loaded>
      {asked?.what === 'add' ? <RuleForm onClose={finish} /> : null}
      {asked?.what === 'change' ? <RuleForm stored={asked.rule} onClose={finish} /> : null}
      {asked?.what === 'forget' ? <ForgetRule rule={asked.rule} onClose={finish} /> : null}
    </div>
  );
}

function useColumns(ask: ((asked: Asked) => void) | undefined): Column<Rule>[] {
  const { t } = useTranslation('alerts');
  const channels = useQuery(channelsQuery);
  const bots = useQuery(botNamesQuery);
  const labels = new Map(channels.data?.map((each) => [each.channel_id, each.label]));
  const tells = (rule: Rule) =>
    rule.channels.map((id) => labels.get(id) ?? id.slice(0, 8)).join(', ') || t('rule.shownOnly');
  const limit = (rule: Rule) => {
    if (rule.silence_seconds !== null) {
      return t('rule.seconds', { count: rule.silence_seconds });
    }
    if (rule.threshold === null) return '—';
    if (rule.kind === 'drawdown') return percent(rule.threshold);
    return [rule.threshold, rule.asset].filter(Boolean).join(' ');
  };
  const columns: Column<Rule>[] = [
    { id: 'what', title: t('rule.column.what'), value: (rule) => t(`kind.${rule.kind}`) },
    {
      id: 'bot',
      title: t('rule.column.bot'),
      value: (rule) =>
        rule.bot_id === null
          ? t('rule.everyBot')
          : (bots.data?.get(rule.bot_id) ?? rule.bot_id.slice(0, 8)),
    },
    { id: 'limit', title: t('rule.column.limit'), value: limit },
    {
      id: 'severity',
      title: t('rule.column.severity'),
      value: (rule) => t(`severity.${rule.severity}`),
      cell: (rule) => (
        <Badge tone={SEVERITY_TONES[rule.severity]}>{t(`severity.${rule.severity}`)}</Badge>
      ),
    },
    { id: 'tells', title: t('rule.column.tells'), value: tells },
    {
      id: 'state',
      title: t('rule.column.state'),
      value: (rule) => t(rule.enabled ? 'rule.enabled' : 'rule.resting'),
      cell: (rule) => (
        <Badge tone={rule.enabled ? 'good' : 'neutral'}>
          {t(rule.enabled ? 'rule.enabled' : 'rule.resting')}
        </Badge>
      ),
    },
  ];
  if (ask) {
    const named = (action: string, rule: Rule) =>
      t('rule.of', { action, name: t(`kind.${rule.kind}`) });
    columns.push({
      id: 'actions',
      title: t('rule.column.actions'),
      value: () => '',
      cell: (rule) => (
        <div className="flex gap-1">
          <Button
            aria-label={named(t('rule.edit'), rule)}
            onClick={() => ask({ what: 'change', rule })}
          >
            {t('rule.edit')}
          </Button>
          <Button
            look="quiet"
            aria-label={named(t('rule.delete'), rule)}
            onClick={() => ask({ what: 'forget', rule })}
          >
            {t('rule.delete')}
          </Button>
        </div>
      ),
    });
  }
  return columns;
}

function ForgetRule({
  rule,
  onClose,
}: {
  readonly rule: Rule;
  readonly onClose: (done?: string) => void;
}) {
  const { t } = useTranslation('alerts');
  const forget = useForgetRule();
  return (
    <Dialog
      title={t('rule.removeTitle')}
      onClose={() => onClose()}
      actions={
        <>
          <Button onClick={() => onClose()}>{t('rule.keep')}</Button>
          <Button
            look="danger"
            busy={forget.isPending}
            onClick={() => forget.mutate(rule, { onSuccess: () => onClose(t('rule.removed')) })}
          >
            {t('rule.delete')}
          </Button>
        </>
      }
    >
      {forget.error ? <TroubleNotice error={forget.error} acting /> : null}
      <p>
        {t(`kind.${rule.kind}`)}. {t('rule.removeText')}
      </p>
    </Dialog>
  );
}
