/** What the platform knows of a pair: its steps and its book. Both may be missing. */
import { useQuery } from '@tanstack/react-query';
import { api, body } from '../../../api/client';

const slashed = (pair: string) => pair.replace('-', '/');

export function useInstruments(exchange: string | undefined) {
  return useQuery({
    queryKey: ['instruments', exchange, 'spot'],
    enabled: exchange !== undefined,
    staleTime: 300_000,
    queryFn: async () =>
      (
        await body(
          api.GET('/api/instruments', {
            params: { query: { exchange: exchange ?? '', market: 'spot' } },
          }),
        )
      ).items,
  });
}

export function useInstrument(exchange: string | undefined, pair: string) {
  const instruments = useInstruments(exchange);
  return instruments.data?.find((each) => each.pair === slashed(pair));
}

export function useBook(exchange: string | undefined, pair: string) {
  return useQuery({
    queryKey: ['book', exchange, 'spot', slashed(pair)],
    enabled: exchange !== undefined && pair !== '',
    refetchInterval: 2_000,
    retry: false,
    queryFn: () =>
      body(
        api.GET('/api/book', {
          params: {
            query: { exchange: exchange ?? '', market: 'spot', pair: slashed(pair), limit: 5 },
          },
        }),
      ),
  });
}
