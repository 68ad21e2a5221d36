/** What is read of one bot, and what its events do to it. */
import { keepPreviousData, type QueryClient, useQuery } from '@tanstack/react-query';
import { api, body, type Schemas } from '../../api/client';
import { keys } from '../../api/queries';
import type { LiveEvent } from '../../live/connection';
import { usePace } from '../../live/live';
import { refresh } from '../../live/refresh';

export type Bot = Schemas['BotView'];
export type Command = Schemas['CommandView'];
export type Version = Schemas['VersionView'];

const part = (id: string, name: string) => [...keys.bot(id), name] as const;

export function useBot(id: string) {
  return useQuery({
    queryKey: part(id, 'state'),
    refetchInterval: usePace(30_000, 3_000),
    queryFn: () => body(api.GET('/api/bots/{bot_id}', { params: { path: { bot_id: id } } })),
  });
}

export function useConfig(id: string) {
  return useQuery({
    queryKey: part(id, 'config'),
    refetchInterval: usePace(30_000),
    queryFn: () => body(api.GET('/api/bots/{bot_id}/config', { params: { path: { bot_id: id } } })),
  });
}

export function useProfit(id: string) {
  return useQuery({
    queryKey: part(id, 'pnl'),
    refetchInterval: usePace(10_000),
    queryFn: () => body(api.GET('/api/bots/{bot_id}/pnl', { params: { path: { bot_id: id } } })),
  });
}

/** How much of the past a chart shows, in hours: fewer points than the limit. */
const SPAN_H = { '1m': 4, '5m': 24 } as const;

export function useMetrics(id: string, timeframe: keyof typeof SPAN_H = '1m') {
  return useQuery({
    queryKey: [...part(id, 'metrics'), timeframe],
    refetchInterval: usePace(15_000),
    queryFn: () => {
      const since = new Date(Date.now() - SPAN_H[timeframe] * 3_600_000).toISOString();
      const query = { timeframe, since, limit: 300 };
      return body(
        api.GET('/api/bots/{bot_id}/metrics', { params: { path: { bot_id: id }, query } }),
      );
    },
  });
}

export function useOpenOrders(id: string) {
  return useQuery({
    queryKey: part(id, 'orders'),
    refetchInterval: usePace(30_000, 3_000),
    queryFn: async () =>
      (
        await body(
          api.GET('/api/bots/{bot_id}/orders', {
            params: { path: { bot_id: id }, query: { open_only: true, limit: 200 } },
          }),
        )
      ).items,
  });
}

export function useFills(id: string) {
  return useQuery({
    queryKey: part(id, 'fills'),
    refetchInterval: usePace(30_000),
    queryFn: async () =>
      (
        await body(
          api.GET('/api/bots/{bot_id}/fills', {
            params: { path: { bot_id: id }, query: { limit: 200 } },
          }),
        )
      ).items,
  });
}

export function useCommands(id: string) {
  return useQuery({
    queryKey: part(id, 'commands'),
    refetchInterval: usePace(15_000, 3_000),
    queryFn: async () =>
      (
        await body(
          api.GET('/api/bots/{bot_id}/commands', {
            params: { path: { bot_id: id }, query: { limit: 50 } },
          }),
        )
      ).items,
  });
}

export function useVersions(id: string) {
  return useQuery({
    queryKey: part(id, 'versions'),
    refetchInterval: 60_000,
    queryFn: async () =>
      (
        await body(
          api.GET('/api/bots/{bot_id}/versions', {
            params: { path: { bot_id: id }, query: { limit: 100 } },
          }),
        )
      ).items,
  });
}

export function useDifferences(id: string, number: number) {
  return useQuery({
    queryKey: [...part(id, 'versions'), number],
    queryFn: () =>
      body(
        api.GET('/api/bots/{bot_id}/versions/{number}/diff', {
          params: { path: { bot_id: id, number } },
        }),
      ),
  });
}

/** What came of a command so far. */
export function useTimeline({ bot_id, command_id }: Command) {
  return useQuery({
    queryKey: [...part(bot_id, 'commands'), command_id],
    queryFn: () =>
      body(
        api.GET('/api/bots/{bot_id}/timeline', {
          params: { path: { bot_id }, query: { command_id } },
        }),
      ),
  });
}

export function useLogs(id: string, level: Schemas['LogLevel'] | '', text: string) {
  return useQuery({
    queryKey: [...part(id, 'logs'), level, text],
    refetchInterval: usePace(15_000, 3_000),
    placeholderData: keepPreviousData, // until the chosen lines are there; shown as not yet chosen
    queryFn: async () =>
      (
        await body(
          api.GET('/api/bots/{bot_id}/logs', {
            params: {
              path: { bot_id: id },
              query: { limit: 100, ...(level ? { level } : {}), ...(text ? { text } : {}) },
            },
          }),
        )
      ).items,
  });
}

/** Something happened to any bot. */
export function onBots(_: LiveEvent, client: QueryClient): void {
  refresh(client, keys.bots, keys.organization);
}

const STALE: Record<string, readonly string[]> = {
  status: ['state', 'config', 'versions', 'commands'],
  order: ['orders'],
  fill: ['fills', 'pnl'],
  command: ['commands', 'state', 'config'],
  metrics: ['metrics', 'pnl'],
  log: ['logs'],
};

/** Something happened to the bot of the event's topic. */
export function onBot(event: LiveEvent, client: QueryClient): void {
  const id = event.topic.slice('bot/'.length);
  refresh(client, ...(STALE[event.kind] ?? ['state']).map((name) => part(id, name)));
}
