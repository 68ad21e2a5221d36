/** Candles drawn by lightweight-charts; a chunk of its own, loaded when a chart is first seen. */
import {
  CandlestickSeries,
  createChart,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useTheme } from '../../design/theme';
import type { Candle, Shown } from './queries';

interface Drawn {
  readonly chart: IChartApi;
  readonly prices: ISeriesApi<'Candlestick'>;
  readonly volumes: ISeriesApi<'Histogram'>;
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--c-${name}`).trim();
}

/** The library's logo brings a style sheet that the page's policy forbids: a link below names it. */
function draw(box: HTMLElement): Drawn {
  const chart = createChart(box, {
    autoSize: true,
    layout: {
      attributionLogo: false,
      background: { color: colour('surface') },
      textColor: colour('muted'),
    },
    grid: { vertLines: { color: colour('line') }, horzLines: { color: colour('line') } },
    timeScale: { timeVisible: true, borderColor: colour('line') },
    rightPriceScale: { borderColor: colour('line'), scaleMargins: { top: 0.08, bottom: 0.25 } },
  });
  const prices = chart.addSeries(CandlestickSeries, {
    upColor: colour('surface'), // hollow up, filled down: told apart without colour
    downColor: colour('loss'),
    borderUpColor: colour('gain'),
    borderDownColor: colour('loss'),
    wickUpColor: colour('gain'),
    wickDownColor: colour('loss'),
  });
  const volumes = chart.addSeries(HistogramSeries, {
    color: colour('line'),
    priceFormat: { type: 'volume' },
    priceScaleId: 'volume',
    lastValueVisible: false,
    priceLineVisible: false,
  });
  chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
  return { chart, prices, volumes };
}

function fill({ prices, volumes }: Drawn, candles: readonly Candle[]): void {
  const timed = candles.map((each) => ({
    time: (Date.parse(each.at) / 1_000) as UTCTimestamp,
    candle: each,
  }));
  prices.setData(
    timed.map(({ time, candle }) => ({
      time,
      open: Number(candle.open),
      high: Number(candle.high),
      low: Number(candle.low),
      close: Number(candle.close),
    })),
  );
  volumes.setData(timed.map(({ time, candle }) => ({ time, value: Number(candle.volume) })));
}

export default function Candles({
  candles,
  interval,
}: {
  readonly candles: readonly Candle[];
  readonly interval: Shown;
}) {
  const { t } = useTranslation('markets');
  const theme = useTheme((state) => state.theme);
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(undefined);
  const newest = useRef(candles);
  newest.current = candles;

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are the theme's
  useEffect(() => {
    if (box.current === null) return;
    const made = draw(box.current);
    drawn.current = made;
    fill(made, newest.current);
    made.chart.timeScale().fitContent();
    return () => {
      drawn.current = undefined;
      made.chart.remove();
    };
  }, [theme, interval]);
  useEffect(() => {
    if (drawn.current) fill(drawn.current, candles);
  }, [candles]);

  const numbers = candles.flatMap((each) => [Number(each.low), Number(each.high)]);
  const summary = t('chart.summary', {
    interval,
    count: candles.length,
    low: Math.min(...numbers),
    high: Math.max(...numbers),
    close: candles.at(-1)?.close,
  });
  return (
    <figure>
      <div ref={box} aria-hidden="true" className="h-80 w-full" />
      <figcaption className="mt-2 flex flex-wrap justify-between gap-2 text-xs text-muted">
        <span>{summary}</span>
        <a
          href="https://www.tradingview.com/"
          target="_blank"
          rel="noreferrer"
          className="underline"
        >
          TradingView Lightweight Charts™
        </a>
      </figcaption>
    </figure>
  );
}
