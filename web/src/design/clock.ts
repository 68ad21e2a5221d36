/** One clock for everything on the page that ages. */
import { useSyncExternalStore } from 'react';

const BEAT = 1_000;
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const watchers = new Set<() => void>();

function watch(react: () => void): () => void {
  watchers.add(react);
  if (timer === undefined) now = Date.now(); // it stood still while nobody looked
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of watchers) each();
  }, BEAT);
  return () => {
    watchers.delete(react);
    if (watchers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Milliseconds since the epoch, once a second. */
export function useNow(): number {
  return useSyncExternalStore(watch, () => now);
}
