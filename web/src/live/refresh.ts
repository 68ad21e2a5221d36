/** Reading anew what an event made old; many events at once are one reading. */
import type { QueryClient, QueryKey } from '@tanstack/react-query';

const PAUSE = 400;
const waiting = new Map<string, QueryKey>();
let timer: ReturnType<typeof setTimeout> | undefined;

export function refresh(client: QueryClient, ...keys: readonly QueryKey[]): void {
  for (const key of keys) waiting.set(JSON.stringify(key), key);
  if (timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    const due = [...waiting.values()];
    waiting.clear();
    for (const queryKey of due) void client.invalidateQueries({ queryKey });
  }, PAUSE);
}
