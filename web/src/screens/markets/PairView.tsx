/** One pair: its day, its candles, its book, its trades, and what is missing of them. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../design/Age';
import { Card } from '../../design/Card';
import { Empty } from '../../design/Empty';
import { Amount, ChangePercent } from '../../design/Figure';
import { Loaded } from '../../design/Loaded';
import { BookLadder } from './BookLadder';
import { change } from './change';
import { Gaps } from './Gaps';
import { Pairs } from './Pairs';
import {
  candlesQuery,
  INTERVALS,
  type Place,
  type Shown,
  type Spot,
  type Ticker,
  tickersQuery,
} from './queries';
import { Trades } from './Trades';

const Candles = lazy(() => import('./Candles'));

export function PairView({
  place,
  wished,
  onPair,
}: {
  readonly place: Place;
  readonly wished: string | null;
  readonly onPair: (pair: string) => void;
}) {
  const { t } = useTranslation('markets');
  const tickers = useQuery(tickersQuery(place));
  return (
    <Loaded query={tickers}>
      {(found) => {
        const ticker = found.find((each) => each.pair === wished) ?? found[0];
        if (ticker === undefined) {
          return <Empty title={t('pairs.none.title')} text={t('pairs.none.text')} />;
        }
        return (
          <div className="grid gap-4 xl:grid-cols-[23rem_minmax(0,1fr)_20rem] 2xl:grid-cols-[minmax(0,1fr)_minmax(0,2fr)_minmax(0,1fr)]">
            <Pairs tickers={found} chosen={ticker.pair} onPair={onPair} />
            <One
              key={`${place.exchange} ${place.market} ${ticker.pair}`}
              place={place}
              ticker={ticker}
            />
          </div>
        );
      }}
    </Loaded>
  );
}

function One({ place, ticker }: { readonly place: Place; readonly ticker: Ticker }) {
  const { t } = useTranslation('markets');
  const spot: Spot = { ...place, pair: ticker.pair };
  return (
    <>
      <div className="flex min-w-0 flex-col gap-4">
        <Card title={ticker.pair}>
          <dl className="flex flex-wrap items-end gap-x-6 gap-y-2">
            <div>
              <dt className="text-xs text-muted">{t('pairs.last')}</dt>
              <dd className="text-lg font-semibold">
                <Amount value={ticker.last} />
              </dd>
            </div>
            <div>
              <dt className="text-xs text-muted">{t('pairs.change')}</dt>
              <dd>
                <ChangePercent value={change(ticker.open, ticker.last)} />
              </dd>
            </div>
            {(['high', 'low', 'volume', 'turnover'] as const).map((name) => (
              <div key={name}>
                <dt className="text-xs text-muted">{t(`summary.${name}`)}</dt>
                <dd>
                  <Amount value={ticker[name]} />
                </dd>
              </div>
            ))}
            <div>
              <dt className="text-xs text-muted">{t('pairs.heard')}</dt>
              <dd>
                <Age at={ticker.at} staleAfter={60} />
              </dd>
            </div>
          </dl>
        </Card>
        <Chart spot={spot} />
        <Gaps spot={spot} />
      </div>
      <div className="flex min-w-0 flex-col gap-4">
        <BookLadder spot={spot} />
        <Trades spot={spot} />
      </div>
    </>
  );
}

function Chart({ spot }: { readonly spot: Spot }) {
  const { t } = useTranslation('markets');
  const [interval, setInterval] = useState<Shown>('1m');
  const candles = useQuery(candlesQuery(spot, interval));
  return (
    <Card
      title={t('chart.title', { pair: spot.pair })}
      actions={
        <label className="flex items-center gap-2 text-sm">
          {t('chart.interval')}
          <select
            value={interval}
            onChange={(event) => setInterval(event.target.value as Shown)}
            className="rounded-md border border-line bg-page px-2 py-1"
          >
            {Object.keys(INTERVALS).map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        </label>
      }
    >
      <Loaded query={candles}>
        {(found) =>
          found.length === 0 ? (
            <p className="py-10 text-center text-muted">{t('chart.empty')}</p>
          ) : (
            <Suspense fallback={<p role="status">{t('chart.loading')}</p>}>
              <Candles candles={found} interval={interval} />
            </Suspense>
          )
        }
      </Loaded>
    </Card>
  );
}
