/** Reading what collectors gathered, and saying what they shall gather. */
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { api, body, once, type Schemas } from '../../api/client';
import { whole } from '../../api/queries';
import { Trouble } from '../../api/trouble';

export type Market = Schemas['Market'];
export type Interval = Schemas['Interval'];
export type Ticker = Schemas['TickerView'];
export type Instrument = Schemas['InstrumentView'];
export type Book = Schemas['BookView'];
export type Candle = Schemas['CandleView'];
export type Monitored = Schemas['MonitoringView'];
export type Collector = Schemas['CollectorView'];

/** One market of one exchange. */
export interface Place {
  readonly exchange: string;
  readonly market: Market;
}

/** One pair there. */
export interface Spot extends Place {
  readonly pair: string;
}

export const INTERVALS = { '1m': 60, '5m': 300, '1h': 3_600, '1d': 86_400 } as const;
export type Shown = keyof typeof INTERVALS;
const CANDLES = 240;
const HOUR = 3_600_000;

function ago(milliseconds: number): string {
  return new Date(Date.now() - milliseconds).toISOString();
}

export const tickersQuery = (place: Place) =>
  queryOptions({
    queryKey: ['tickers', place],
    queryFn: async () => (await body(api.GET('/api/tickers', { params: { query: place } }))).items,
    refetchInterval: 5_000,
  });

export const instrumentsQuery = ({ exchange, market }: Place) =>
  queryOptions({
    queryKey: ['instruments', exchange, market],
    queryFn: async () =>
      (await body(api.GET('/api/instruments', { params: { query: { exchange, market } } }))).items,
    staleTime: 600_000,
  });

/** The newest book; null where none was collected. */
export const bookQuery = (spot: Spot, limit: number, pace: number) =>
  queryOptions({
    queryKey: ['book', spot, limit],
    queryFn: async () => {
      try {
        return await body(api.GET('/api/book', { params: { query: { ...spot, limit } } }));
      } catch (error) {
        if (error instanceof Trouble && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: pace,
  });

export const tradesQuery = (spot: Spot) =>
  queryOptions({
    queryKey: ['trades', spot],
    queryFn: async () =>
      (await body(api.GET('/api/trades', { params: { query: { ...spot, limit: 50 } } }))).items,
    refetchInterval: 2_000,
  });

export const candlesQuery = (spot: Spot, interval: Shown) =>
  queryOptions({
    queryKey: ['candles', spot, interval],
    queryFn: async () => {
      const since = ago(INTERVALS[interval] * CANDLES * 1_000);
      const query = { ...spot, interval, since };
      return (await body(api.GET('/api/candles', { params: { query } }))).items;
    },
    refetchInterval: 5_000,
  });

export const gapsQuery = (spot: Spot) =>
  queryOptions({
    queryKey: ['gaps', spot],
    queryFn: async () => {
      const query = { ...spot, since: ago(HOUR) };
      return (await body(api.GET('/api/gaps', { params: { query } }))).items;
    },
    refetchInterval: 15_000,
  });

export const collectorsQuery = queryOptions({
  queryKey: ['collectors'],
  queryFn: async () => (await body(api.GET('/api/collectors'))).items,
  refetchInterval: 10_000,
});

export const monitoredQuery = queryOptions({
  queryKey: ['monitoring'],
  queryFn: () =>
    whole((cursor) =>
      body(
        api.GET('/api/monitoring', {
          params: { query: { limit: 500, ...(cursor ? { cursor } : {}) } },
        }),
      ),
    ),
});

/** One change of what is collected; the list is read again whatever came of it. */
function useChange<Wish, Answer>(change: (wish: Wish) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: monitoredQuery.queryKey }),
  });
}

const at = (row: Monitored) => ({ params: { path: { monitoring_id: row.monitoring_id } } });

export const useCollect = () =>
  useChange((spot: Spot) =>
    body(
      api.POST('/api/monitoring', {
        params: { header: once() },
        body: { ...spot, depth: '50', bbo: false, priority: 1, enabled: true },
      }),
    ),
  );

export const useSwitch = () =>
  useChange((row: Monitored) =>
    body(
      api.PUT('/api/monitoring/{monitoring_id}', {
        ...at(row),
        body: { depth: null, bbo: null, priority: null, enabled: !row.enabled },
      }),
    ),
  );

export const useLeave = () =>
  useChange((row: Monitored) => api.DELETE('/api/monitoring/{monitoring_id}', at(row)));
