/** What a bot is to do: what is stored, what is in force, and how it came to be. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body } from '../../../api/client';
import { keys, useStrategies } from '../../../api/queries';
import { Trouble } from '../../../api/trouble';
import { useMayAct } from '../../../app/role';
import { Button } from '../../../design/Button';
import { Card } from '../../../design/Card';
import { TextField } from '../../../design/field';
import { Loaded } from '../../../design/Loaded';
import { Notice } from '../../../design/Notice';
import { SchemaForm } from '../../../design/SchemaForm';
import { type Draft, draftOf, faultOf, settingsOf, valuesOf } from '../../../design/schema';
import { TroubleNotice } from '../../../design/TroubleNotice';
import { useSettingWords } from '../../../design/words';
import { CommandState } from '../CommandState';
import { type Bot, type Command, useConfig } from '../queries';
import { unitsOf } from '../wizard/units';
import { useCommand, useWish } from './Actions';
import { Versions } from './Versions';

export function Config({ bot }: { readonly bot: Bot }) {
  const mayAct = useMayAct();
  const strategies = useStrategies();
  return (
    <div className="flex flex-col gap-4">
      <InForce bot={bot} />
      {mayAct ? (
        <Loaded query={strategies}>
          {(known) => {
            const found = known.find((each) => each.strategy_type === bot.strategy_type);
            return found ? (
              <Edit key={bot.updated_at} bot={bot} schema={found.config_schema} />
            ) : null;
          }}
        </Loaded>
      ) : null}
      <Versions bot={bot} />
    </div>
  );
}

function InForce({ bot }: { readonly bot: Bot }) {
  const { t } = useTranslation('bots');
  const config = useConfig(bot.bot_id);
  const mayAct = useMayAct();
  const [asked, setAsked] = useState<Command>();
  const wish = useWish(bot.bot_id, setAsked);
  const command = useCommand(asked);
  if (config.data === undefined || config.data.in_force === null) return null;
  return (
    <Notice
      tone={config.data.same ? 'info' : 'warn'}
      title={t(config.data.same ? 'in_force.same' : 'in_force.other')}
      action={
        <>
          {mayAct && !config.data.same && bot.status === 'running' ? (
            <Button
              look="primary"
              busy={wish.isPending}
              onClick={() => wish.mutate({ wish: 'apply' })}
            >
              {t('wish.apply')}
            </Button>
          ) : null}
          {command.data ? (
            <CommandState state={command.data.state} reason={command.data.reason} />
          ) : null}
        </>
      }
    >
      {config.data.same ? null : <p>{t('in_force.text')}</p>}
      {wish.error ? <TroubleNotice error={wish.error} acting /> : null}
    </Notice>
  );
}

/** A field that is null stays what it is. */
const UNCHANGED = {
  name: null,
  strategy_type: null,
  exchange: null,
  environment: null,
  trading_pair: null,
  credential_id: null,
};

function Edit({
  bot,
  schema,
}: {
  readonly bot: Bot;
  readonly schema: Readonly<Record<string, unknown>>;
}) {
  const { t } = useTranslation('bots');
  const { t: word } = useTranslation('wizard');
  const words = useSettingWords(bot.strategy_type);
  const client = useQueryClient();
  const settings = useMemo(() => settingsOf(schema), [schema]);
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings, bot.config));
  const [name, setName] = useState(bot.name);
  const [tried, setTried] = useState(false);
  const renamed = name.trim() !== bot.name;
  const before = useMemo(() => draftOf(settings, bot.config), [settings, bot.config]);
  const changed = settings.filter((each) => draft[each.name] !== before[each.name]);
  const saving = useMutation({
    mutationFn: () => {
      const values = valuesOf(settings, draft);
      const config = Object.fromEntries(changed.map(({ name }) => [name, values[name] ?? null]));
      return body(
        api.PUT('/api/bots/{bot_id}', {
          params: { path: { bot_id: bot.bot_id } },
          body: {
            ...UNCHANGED,
            name: renamed ? name.trim() : null,
            config: changed.length > 0 ? config : null,
          },
        }),
      );
    },
    onSuccess: () => client.invalidateQueries({ queryKey: keys.bot(bot.bot_id) }),
  });
  const refused =
    saving.error instanceof Trouble
      ? Object.fromEntries(
          saving.error.fields.map(({ field, reason }) => [field.replace('config.', ''), reason]),
        )
      : {};
  return (
    <Card title={t('edit.title')}>
      <form
        noValidate
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          setTried(true);
          if (
            name.trim() &&
            settings.every((each) => faultOf(each, draft[each.name]) === undefined)
          )
            saving.mutate();
        }}
      >
        <div className="max-w-md">
          <TextField
            label={t('edit.name')}
            value={name}
            maxLength={100}
            required
            error={name.trim() ? undefined : t('edit.nameless')}
            onChange={(event) => setName(event.target.value)}
          />
        </div>
        <SchemaForm
          strategy={bot.strategy_type}
          settings={settings}
          draft={draft}
          onChange={setDraft}
          units={unitsOf(bot.trading_pair, word)}
          shown={tried}
          refused={refused}
        />
        {changed.length > 0 ? (
          <ul aria-label={t('edit.changes')} className="list-disc pl-5">
            {changed.map((each) => (
              <li key={each.name}>
                {words.label(each)}:{' '}
                <del className="text-muted">{String(before[each.name]) || '—'}</del> →{' '}
                <ins className="font-medium no-underline">{String(draft[each.name]) || '—'}</ins>
              </li>
            ))}
          </ul>
        ) : null}
        {saving.error ? <TroubleNotice error={saving.error} acting /> : null}
        <div>
          <Button
            type="submit"
            look="primary"
            disabled={changed.length === 0 && !renamed}
            busy={saving.isPending}
          >
            {t('edit.save')}
          </Button>
        </div>
      </form>
    </Card>
  );
}
