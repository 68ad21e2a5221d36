/** How the bot trades: its settings, and where its orders would rest in the book as it is now. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { smallAmount } from './amount';
import type { Asking } from './chosen';
import { Ladder } from './LadderPreview';
import { useBook, useInstrument } from './market';
import { Questions } from './Questions';

const AMOUNT = 'order_amount';

export function Settings(asking: Asking) {
  const { strategy, credential, pair, draft, config, onChange, shown } = asking;
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
        <Questions asking={asking} />
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
