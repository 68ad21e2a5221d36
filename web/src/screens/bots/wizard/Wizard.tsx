/** A new bot in five steps: what, with which key and where, how, at which risk, and a last look. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, body, once, type Schemas } from '../../../api/client';
import { keys, useCredentials, useStrategies } from '../../../api/queries';
import { Trouble } from '../../../api/trouble';
import { useMayAct } from '../../../app/role';
import { Button, LinkButton } from '../../../design/Button';
import { Card } from '../../../design/Card';
import { Empty } from '../../../design/Empty';
import { Choices } from '../../../design/field';
import { Loaded } from '../../../design/Loaded';
import { Page } from '../../../design/Page';
import {
  type Draft,
  draftOf,
  faultOf,
  type Setting,
  settingsOf,
  valuesOf,
} from '../../../design/schema';
import { TroubleNotice } from '../../../design/TroubleNotice';
import { Place } from './Place';
import { Review } from './Review';
import { LIMITS, Risk } from './Risk';
import { Settings } from './Settings';

export const STEPS = ['strategy', 'place', 'settings', 'risk', 'review'] as const;
type Step = (typeof STEPS)[number];

export function Wizard() {
  const { t } = useTranslation('wizard');
  const mayAct = useMayAct();
  const strategies = useStrategies();
  const credentials = useCredentials();
  return (
    <Page title={t('title')}>
      {mayAct ? (
        <Loaded query={strategies}>
          {(known) => (
            <Loaded query={credentials}>
              {(stored) =>
                stored.length === 0 ? (
                  <Empty
                    title={t('no_key.title')}
                    text={t('no_key.text')}
                    action={
                      <LinkButton to="/keys" look="primary">
                        {t('no_key.go')}
                      </LinkButton>
                    }
                  />
                ) : (
                  <Steps strategies={known} credentials={stored} />
                )
              }
            </Loaded>
          )}
        </Loaded>
      ) : (
        <Empty title={t('viewer.title')} text={t('viewer.text')} />
      )}
    </Page>
  );
}

function Steps({
  strategies,
  credentials,
}: {
  readonly strategies: readonly Schemas['StrategyView'][];
  readonly credentials: readonly Schemas['CredentialView'][];
}) {
  const { t } = useTranslation('wizard');
  const client = useQueryClient();
  const navigate = useNavigate();
  const [step, setStep] = useState<Step>('strategy');
  const [strategy, setStrategy] = useState(
    strategies.find((s) => s.strategy_type === 'pure_market_making') ?? strategies[0],
  );
  const settings = useMemo(() => settingsOf(strategy?.config_schema ?? {}), [strategy]);
  const [draft, setDraft] = useState<Draft>(() => draftOf(settings, {}));
  const [credential, setCredential] = useState(
    credentials.length === 1 ? credentials[0] : undefined,
  );
  const [pair, setPair] = useState('');
  const [name, setName] = useState('');
  const [tried, setTried] = useState(false);
  const [key, setKey] = useState(once);
  const config = useMemo(() => valuesOf(settings, draft), [settings, draft]);
  const trading = settings.filter((each) => !LIMITS.has(each.name));
  const limits = settings.filter((each) => LIMITS.has(each.name));

  const creating = useMutation({
    mutationFn: () =>
      body(
        api.POST('/api/bots', {
          params: { header: key },
          body: {
            name: name.trim(),
            strategy_type: strategy?.strategy_type ?? '',
            exchange: credential?.exchange ?? '',
            environment: credential?.environment ?? 'paper',
            trading_pair: pair,
            credential_id: credential?.credential_id ?? '',
            config,
          },
        }),
      ),
    onSuccess: async (bot) => {
      await client.invalidateQueries({ queryKey: keys.bots });
      await navigate(`/bots/${bot.bot_id}`);
    },
    onError: (error) => {
      if (!(error instanceof Trouble && error.unknown)) setKey(once());
      const refused = Object.keys(refusedIn(error));
      if (refused.length > 0)
        setStep(refused.every((each) => LIMITS.has(each)) ? 'risk' : 'settings');
    },
  });

  const ready: Record<Step, boolean> = {
    strategy: strategy !== undefined,
    place: credential !== undefined && pair !== '',
    settings: sound(trading, draft),
    risk: sound(limits, draft),
    review: name.trim() !== '',
  };
  const place = STEPS.indexOf(step);
  const shown = useRef(step);
  const card = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (shown.current !== step) card.current?.focus();
    shown.current = step;
  }, [step]);
  const how = {
    strategy: strategy?.strategy_type ?? '',
    pair,
    draft,
    config,
    onChange: setDraft,
    shown: tried,
    refused: refusedIn(creating.error),
  };

  function forward() {
    setTried(true);
    if (!ready[step]) return;
    setTried(false);
    if (step === 'settings' && name === '') setName(`${pair} ${strategy?.strategy_type ?? ''}`);
    const next = STEPS[place + 1];
    if (next) setStep(next);
    else creating.mutate();
  }

  return (
    <form
      className="flex flex-col gap-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        forward();
      }}
    >
      <ol className="flex flex-wrap gap-2 text-sm" aria-label={t('steps')}>
        {STEPS.map((each, number) => (
          <li
            key={each}
            aria-current={each === step ? 'step' : undefined}
            className={`rounded-full border px-3 py-1 ${each === step ? 'border-accent font-semibold' : 'border-line text-muted'}`}
          >
            {number + 1}. {t(`step.${each}`)}
            {number < place ? ' ✓' : ''}
          </li>
        ))}
      </ol>
      <div ref={card} tabIndex={-1} className="outline-none">
        <Card title={t(`step.${step}`)}>
          {step === 'strategy' ? (
            <Choices
              legend={t('which')}
              name="strategy"
              value={strategy?.strategy_type}
              options={strategies.map((each) => ({
                value: each.strategy_type,
                title: t(`strategy.${each.strategy_type}.title`, {
                  defaultValue: each.strategy_type,
                }),
                text: t(`strategy.${each.strategy_type}.text`, { defaultValue: each.description }),
              }))}
              onChange={(chosen) => {
                const found = strategies.find((each) => each.strategy_type === chosen);
                setStrategy(found);
                setDraft(draftOf(settingsOf(found?.config_schema ?? {}), {}));
              }}
            />
          ) : null}
          {step === 'place' ? (
            <Place
              credentials={credentials.filter((each) =>
                strategy?.exchanges.includes(each.exchange),
              )}
              credential={credential}
              onCredential={(chosen) => {
                setCredential(chosen);
                setPair('');
              }}
              pair={pair}
              onPair={setPair}
              tried={tried}
            />
          ) : null}
          {step === 'settings' && credential ? (
            <Settings {...how} credential={credential} settings={trading} />
          ) : null}
          {step === 'risk' && credential ? (
            <Risk {...how} credential={credential} settings={limits} />
          ) : null}
          {step === 'review' && strategy && credential ? (
            <Review
              name={name}
              onName={setName}
              strategy={strategy.strategy_type}
              credential={credential}
              pair={pair}
              settings={settings}
              draft={draft}
              tried={tried}
            />
          ) : null}
        </Card>
      </div>
      {creating.error ? <TroubleNotice error={creating.error} acting /> : null}
      <div className="flex flex-wrap justify-between gap-2">
        <Button disabled={place === 0} onClick={() => setStep(STEPS[place - 1] ?? 'strategy')}>
          {t('back')}
        </Button>
        <Button type="submit" look="primary" busy={creating.isPending}>
          {t(step === 'review' ? 'create' : 'next')}
        </Button>
      </div>
    </form>
  );
}

function sound(settings: readonly Setting[], draft: Draft): boolean {
  return settings.every((each) => faultOf(each, draft[each.name]) === undefined);
}

/** What the server said of settings, by their names. */
function refusedIn(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof Trouble)) return {};
  return Object.fromEntries(
    error.fields
      .filter(({ field }) => field.startsWith('config.'))
      .map(({ field, reason }) => [field.slice('config.'.length), reason]),
  );
}
