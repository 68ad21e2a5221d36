/** The order book as a ladder: asks above bids, and how far it can be trusted. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../design/Age';
import { Badge, type Tone } from '../../design/Badge';
import { Card } from '../../design/Card';
import { useNow } from '../../design/clock';
import { Empty } from '../../design/Empty';
import { SelectField } from '../../design/field';
import { grouped, percent, span } from '../../design/format';
import { Loaded } from '../../design/Loaded';
import { Notice } from '../../design/Notice';
import { TableHead } from '../../design/TableHead';
import { type Level, ladder, type Rung, spread, step } from './ladder';
import { LEVELS, type LiveBook, useLiveBook } from './liveBook';
import { type Book, bookQuery, instrumentsQuery, type Spot } from './queries';

const DEPTHS = [10, 20, 50] as const;
const ZEROS = [0, 1, 2, 3] as const;
const MOST = 2_000;
/** Seconds after which a book is nothing to act on. */
const OLD = 20;
const TONES: Record<ShownBook['trust'], Tone> = {
  live: 'good',
  syncing: 'busy',
  empty: 'bad',
  complete: 'good',
  unproven: 'busy',
  stale: 'bad',
  missing: 'bad',
};
/** Milliseconds between readings: while the socket tells the book, and while it does not. */
const BESIDE = 10_000;
const ALONE = 1_000;

export function BookLadder({ spot }: { readonly spot: Spot }) {
  const { t } = useTranslation('markets');
  const [depth, setDepth] = useState<number>(10);
  const [zeros, setZeros] = useState(0);
  const limit = Math.min(MOST, depth * 10 ** zeros);
  const told = useLiveBook(depth <= LEVELS && zeros === 0 ? spot : undefined);
  const pace = told ? BESIDE : ALONE;
  const book = useQuery(bookQuery(spot, limit, pace));
  const instruments = useQuery(instrumentsQuery(spot));
  const tick = instruments.data?.find((each) => each.pair === spot.pair)?.tick_size ?? '0.01';
  return (
    <Card title={t('book.title')}>
      <div className="mb-3 grid grid-cols-2 gap-3">
        <SelectField
          label={t('book.depth')}
          value={depth}
          onChange={(event) => setDepth(Number(event.target.value))}
        >
          {DEPTHS.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </SelectField>
        <SelectField
          label={t('book.grouping')}
          value={zeros}
          onChange={(event) => setZeros(Number(event.target.value))}
        >
          {ZEROS.map((each) => (
            <option key={each} value={each}>
              {step(tick, each)}
            </option>
          ))}
        </SelectField>
      </div>
      {told ? (
        <Ladder shown={asTold(told)} wide={step(tick, 0)} depth={depth} />
      ) : (
        <Loaded query={book}>
          {(found) =>
            found === null ? (
              <Empty title={t('book.none.title')} text={t('book.none.text')} />
            ) : (
              <Ladder shown={asRead(found)} wide={step(tick, zeros)} depth={depth} />
            )
          }
        </Loaded>
      )}
    </Card>
  );
}

/** A book as the ladder shows it, wherever it came from. */
interface ShownBook {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly at: string;
  readonly trust: Book['trust'] | LiveBook['state'];
  readonly doubts: readonly string[];
}

function asTold({ bids, asks, at, state }: LiveBook): ShownBook {
  return { bids, asks, at, trust: state, doubts: [] };
}

function asRead({ bids, asks, at, trust, doubts }: Book): ShownBook {
  return { bids, asks, at, trust, doubts };
}

function Ladder({
  shown,
  wide,
  depth,
}: {
  readonly shown: ShownBook;
  readonly wide: string;
  readonly depth: number;
}) {
  const { t } = useTranslation(['markets', 'common']);
  const now = useNow();
  const age = Math.max(0, (now - Date.parse(shown.at)) / 1_000);
  const asks = ladder(shown.asks, { side: 'asks', step: wide, depth });
  const bids = ladder(shown.bids, { side: 'bids', step: wide, depth });
  const [bid, ask] = [shown.bids[0]?.price, shown.asks[0]?.price];
  const between = bid && ask ? spread(bid, ask) : undefined;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <Badge tone={TONES[shown.trust]} title={t(`trustText.${shown.trust}`)}>
          {t(`trust.${shown.trust}`)}
        </Badge>
        <Age at={shown.at} staleAfter={OLD} />
      </div>
      {shown.doubts.length > 0 ? (
        <Notice tone="warn" title={t(`trustText.${shown.trust}`)}>
          <ul lang="en">
            {shown.doubts.map((doubt) => (
              <li key={doubt}>{doubt}</li>
            ))}
          </ul>
        </Notice>
      ) : null}
      {shown.bids.length === 0 && shown.asks.length === 0 && shown.doubts.length === 0 ? (
        <p className="text-muted">{t(`trustText.${shown.trust}`)}</p>
      ) : null}
      {age > OLD ? <Notice tone="warn" title={t('book.old', { age: span(age, t) })} /> : null}
      <table className={`w-full table-fixed text-right text-sm ${age > OLD ? 'opacity-60' : ''}`}>
        <caption className="sr-only">{t('book.title')}</caption>
        <TableHead
          columns={[
            { title: t('book.price'), words: true },
            { title: t('book.amount') },
            { title: t('book.total') },
          ]}
        />
        <Rungs rungs={[...asks].reverse()} side="asks" />
        <tbody>
          <tr className="border-line border-y">
            <td colSpan={3} className="py-1 text-center text-muted">
              {between
                ? t('book.spread', {
                    spread: grouped(between.width),
                    share: percent(between.share),
                  })
                : t('none')}
            </td>
          </tr>
        </tbody>
        <Rungs rungs={bids} side="bids" />
      </table>
    </div>
  );
}

const COLOURS = { asks: 'text-loss', bids: 'text-gain' } as const;
const BARS = { asks: 'bg-loss/15', bids: 'bg-gain/15' } as const;

function Rungs({
  rungs,
  side,
}: {
  readonly rungs: readonly Rung[];
  readonly side: 'asks' | 'bids';
}) {
  const { t } = useTranslation('markets');
  return (
    <tbody aria-label={t(`book.${side}`)}>
      {rungs.map((rung, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: prices come and go, the rows of a ladder stay
        <tr key={place}>
          <td className={`text-left ${COLOURS[side]}`}>{grouped(rung.price)}</td>
          <td>{grouped(rung.amount)}</td>
          <td className="relative">
            <span
              aria-hidden="true"
              className={`absolute inset-y-0 right-0 ${BARS[side]}`}
              style={{ width: `${rung.share * 100}%` }}
            />
            <span className="relative">{grouped(rung.total)}</span>
          </td>
        </tr>
      ))}
    </tbody>
  );
}
