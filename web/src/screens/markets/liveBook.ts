/** A book as its collector tells it over the socket, several times a second. */
import { useCallback, useState } from 'react';
import { useNow } from '../../design/clock';
import type { LiveEvent } from '../../live/connection';
import { useLink, useTopic } from '../../live/live';
import type { Level } from './ladder';
import type { Spot } from './queries';

/** Levels of a side that are told. */
export const LEVELS = 20;
/** Milliseconds without a word, after which the book is not known. */
const SILENCE = 10_000;

export interface LiveBook {
  readonly state: 'live' | 'stale' | 'syncing' | 'empty';
  readonly at: string;
  /** Best first; none unless the state is `live`. */
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

interface Heard {
  readonly topic: string;
  readonly book: LiveBook;
  /** Milliseconds since the epoch, by this page's clock. */
  readonly when: number;
}

/** The book of a place, while it is told; undefined where it is to be read instead. */
export function useLiveBook(spot: Spot | undefined): LiveBook | undefined {
  const [heard, setHeard] = useState<Heard>();
  const linked = useLink(({ link }) => link === 'live');
  const now = useNow();
  const topic = spot && `book/${spot.exchange}/${spot.market}/${spot.pair}`;
  const hear = useCallback(
    (event: LiveEvent) => setHeard({ topic: event.topic, book: bookOf(event), when: Date.now() }),
    [],
  );
  useTopic(topic, hear);
  const known = linked && heard !== undefined && heard.topic === topic;
  return known && now - heard.when < SILENCE ? heard.book : undefined;
}

type Pairs = readonly (readonly [string, string])[];

export function bookOf(event: LiveEvent): LiveBook {
  const told = event.data as { state: LiveBook['state']; bids: Pairs; asks: Pairs };
  return { state: told.state, at: event.at, bids: levels(told.bids), asks: levels(told.asks) };
}

function levels(pairs: Pairs): readonly Level[] {
  return pairs.map(([price, amount]) => ({ price, amount }));
}
