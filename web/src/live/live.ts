/** The page's socket, and what its events do to what was read before. */
import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { create } from 'zustand';
import { api, body } from '../api/client';
import { Connection, type Link, type LiveEvent } from './connection';

interface LinkState {
  readonly link: Link;
  /** When it became so; milliseconds since the epoch. */
  readonly since: number;
  /** Whether it was ever live since the page was opened. */
  readonly wasLive: boolean;
}

export const useLink = create<LinkState>(() => ({
  link: 'connecting',
  since: Date.now(),
  wasLive: false,
}));

type Listener = (event: LiveEvent) => void;
const listeners = new Map<string, Set<Listener>>();
let everything: (() => void) | undefined;

const connection = new Connection(() => body(api.POST('/api/live/tickets')), {
  event: (event) => {
    for (const listener of listeners.get(event.topic) ?? []) listener(event);
  },
  missed: () => everything?.(),
  link: (link) => {
    const before = useLink.getState();
    if (before.link === link) return;
    useLink.setState({ link, since: Date.now(), wasLive: before.wasLive || link === 'live' }, true);
    // Between the first reading and the first event something may have happened.
    if (link === 'live') everything?.();
  },
});

/** Keep the socket open for as long as the caller is on the page and there is something to hear. */
export function useLiveConnection(wanted: boolean): void {
  const client = useQueryClient();
  useEffect(() => {
    if (!wanted) return;
    everything = () => void client.invalidateQueries();
    connection.start();
    return () => {
      everything = undefined;
      connection.stop();
    };
  }, [client, wanted]);
}

/** Have `react` told of every event of a topic, if any, while the caller is on the page. */
export function useTopic(
  topic: string | undefined,
  react: (event: LiveEvent, client: QueryClient) => void,
): void {
  const client = useQueryClient();
  useEffect(() => {
    if (topic === undefined) return;
    const listener: Listener = (event) => react(event, client);
    const known = listeners.get(topic) ?? new Set();
    listeners.set(topic, known.add(listener));
    const stop = connection.listen(topic);
    return () => {
      known.delete(listener);
      stop();
    };
  }, [topic, react, client]);
}

/** How often to read by HTTPS: rarely while events come, often while they do not. Milliseconds. */
export function usePace(live = 60_000, lost = 5_000): number {
  return useLink((state) => (state.link === 'live' ? live : lost));
}
