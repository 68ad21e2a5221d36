/** What more than one screen reads. Keys are the paths, so that an event finds what it makes old. */
import { type QueryClient, useQuery } from '@tanstack/react-query';
import type { LiveEvent } from '../live/connection';
import { usePace } from '../live/live';
import { refresh } from '../live/refresh';
import { api, body, type Schemas } from './client';
import { Trouble } from './trouble';

export const keys = {
  organization: ['organization'] as const,
  bots: ['bots'] as const,
  bot: (id: string) => ['bot', id] as const,
  metrics: ['metrics'] as const,
  credentials: ['credentials'] as const,
  exchanges: ['exchanges'] as const,
  strategies: ['strategies'] as const,
  alerts: ['alerts'] as const,
};

/** Read a list to its end, part by part. */
export async function whole<T>(
  part: (cursor: string | undefined) => Promise<{ items: T[]; next_cursor?: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const read = await part(cursor);
    items.push(...read.items);
    cursor = read.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** The organization; null where nobody created it yet. */
export function useOrganization() {
  return useQuery({
    queryKey: keys.organization,
    refetchInterval: usePace(15_000),
    queryFn: async (): Promise<Schemas['OrganizationView'] | null> => {
      try {
        return await body(api.GET('/api/organization'));
      } catch (error) {
        if (error instanceof Trouble && error.status === 404) return null;
        throw error;
      }
    },
  });
}

export function useBots() {
  return useQuery({
    queryKey: keys.bots,
    refetchInterval: usePace(),
    queryFn: () =>
      whole((cursor) =>
        body(
          api.GET('/api/bots', {
            params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } },
          }),
        ),
      ),
  });
}

/** The latest figures of every bot. */
export function useLatest() {
  return useQuery({
    queryKey: keys.metrics,
    refetchInterval: usePace(10_000),
    queryFn: () =>
      whole((cursor) =>
        body(
          api.GET('/api/metrics', {
            params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } },
          }),
        ),
      ),
  });
}

export function useCredentials() {
  return useQuery({
    queryKey: keys.credentials,
    refetchInterval: 60_000,
    queryFn: async () => (await body(api.GET('/api/exchanges/credentials'))).items,
  });
}

export function useExchanges() {
  return useQuery({
    queryKey: keys.exchanges,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await body(api.GET('/api/exchanges'))).items,
  });
}

export function useStrategies() {
  return useQuery({
    queryKey: keys.strategies,
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () => (await body(api.GET('/api/strategies'))).items,
  });
}

export function onAlert(_: LiveEvent, client: QueryClient): void {
  refresh(client, keys.alerts);
}

export function useAlerts() {
  return useQuery({
    queryKey: keys.alerts,
    refetchInterval: usePace(),
    queryFn: async () =>
      (await body(api.GET('/api/alerts', { params: { query: { limit: 50 } } }))).items,
  });
}
