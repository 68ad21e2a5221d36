/** How the bot trades: its settings, and where its orders would rest in the book as it is now. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client';
import { SchemaForm } from '../../../design/SchemaForm';
import type { Draft, Setting } from '../../../design/schema';
import { smallAmount } from './amount';
import { Ladder } from './LadderPreview';
import { useBook, useInstrument } from './market';
import { unitsOf } from './units';

const AMOUNT = 'order_amount';

export function Settings({
  strategy,
  credential,
  pair,
  settings,
  draft,
  config,
  onChange,
  shown,
  refused,
}: {
  readonly strategy: string;
  readonly credential: Schemas['CredentialView'];
  readonly pair: string;
  readonly settings: readonly Setting[];
  readonly draft: Draft;
  readonly config: Readonly<Record<string, unknown>>;
  readonly onChange: (draft: Draft) => void;
  readonly shown: boolean;
  readonly refused: Readonly<Record<string, string>>;
}) {
  const { t } = useTranslation('wizard');
  const instrument = useInstrument(credential.exchange, pair);
  const book = useBook(credential.exchange, pair);
  const small = instrument && smallAmount(instrument, book.data?.bids[0]?.price);
  const empty = draft[AMOUNT] === '' && !shown;
  // biome-ignore lint/correctness/useExhaustiveDependencies: proposed once; what is emptied stays so
  useEffect(() => {
    if (small !== undefined && empty) onChange({ ...draft, [AMOUNT]: small });
  }, [small !== undefined]);
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">{t('proposed')}</p>
      <div className="grid gap-6 xl:grid-cols-[1fr_22rem]">
        <SchemaForm
          strategy={strategy}
          settings={settings}
          draft={draft}
          onChange={onChange}
          units={unitsOf(pair, t)}
          shown={shown}
          refused={refused}
        />
        <Ladder
          strategy={strategy}
          exchange={credential.exchange}
          environment={credential.environment}
          pair={pair}
          config={config}
        />
      </div>
    </div>
  );
}
