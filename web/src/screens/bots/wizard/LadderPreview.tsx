/** Where the orders would rest in the book as it is now. */
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../../api/client';
import { Age } from '../../../design/Age';
import { Badge } from '../../../design/Badge';
import { grouped } from '../../../design/format';
import { TableHead } from '../../../design/TableHead';
import { ladder } from './ladder';
import { useBook, useInstrument } from './market';

export function Ladder({
  strategy,
  exchange,
  environment,
  pair,
  config,
}: {
  readonly strategy: string;
  readonly exchange: string;
  readonly environment: Schemas['Environment'];
  readonly pair: string;
  readonly config: Readonly<Record<string, unknown>>;
}) {
  const { t } = useTranslation('wizard');
  const tick = useInstrument(exchange, pair)?.tick_size;
  const book = useBook(exchange, pair);
  const bid = book.data?.bids[0]?.price;
  const ask = book.data?.asks[0]?.price;
  if (bid === undefined || ask === undefined) {
    return (
      <p className="text-sm text-muted">{t(book.isPending ? 'preview.loading' : 'preview.none')}</p>
    );
  }
  const rungs = ladder(strategy, config, { bid, ask }, tick);
  const [sells, buys] = [
    rungs.filter((rung) => rung.side === 'sell').reverse(),
    rungs.filter((rung) => rung.side === 'buy'),
  ];
  return (
    <section aria-label={t('preview.title')} className="flex min-w-0 flex-col gap-2">
      <h3 className="font-semibold">{t('preview.title')}</h3>
      <div className="flex flex-wrap items-center gap-2">
        <Age at={book.data?.at} staleAfter={15} />
        {book.data?.trust === 'complete' ? null : (
          <Badge tone="warn">{t('preview.doubtful')}</Badge>
        )}
      </div>
      <table className="w-full text-right">
        <TableHead
          columns={[
            { title: t('preview.side'), words: true },
            { title: t('preview.price') },
            { title: t('preview.amount') },
          ]}
        />
        <tbody>
          {sells.map((rung) => (
            <Rung
              key={`sell ${rung.price}`}
              look="text-loss"
              label={`▼ ${t('preview.sell')}`}
              {...rung}
            />
          ))}
          <tr className="border-y border-line">
            <td className="py-1 text-left text-muted">{t('preview.market')}</td>
            <td className="py-1" colSpan={2}>
              {grouped(bid)} – {grouped(ask)}
            </td>
          </tr>
          {buys.map((rung) => (
            <Rung
              key={`buy ${rung.price}`}
              look="text-gain"
              label={`▲ ${t('preview.buy')}`}
              {...rung}
            />
          ))}
        </tbody>
      </table>
      <p className="text-xs text-muted">
        {t(rungs.length > 0 ? 'preview.note' : 'preview.no_ladder')}
        {environment === 'live' ? '' : ` ${t('preview.practice')}`}
      </p>
    </section>
  );
}

function Rung({
  label,
  price,
  amount,
  look,
}: {
  readonly label: string;
  readonly price: string;
  readonly amount: string;
  readonly look: string;
}) {
  return (
    <tr>
      <td className={`text-left ${look}`}>{label}</td>
      <td className={look}>{grouped(price)}</td>
      <td>{grouped(amount)}</td>
    </tr>
  );
}
