import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { onBot } from './queries';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([
  ['log', 'logs'],
  ['order', 'orders'],
  ['fill', 'fills'],
])('word of a bot’s %s has its %s read anew, and no other bot’s', async (kind, part) => {
  const client = new QueryClient();
  const mine = ['bot', 'one', part, 'error'];
  const others = ['bot', 'two', part, 'error'];
  const state = ['bot', 'one', 'state'];
  for (const key of [mine, others, state]) client.setQueryData(key, []);

  onBot({ topic: 'bot/one', id: 1, at: '2026-01-01T00:00:00Z', kind, data: {} }, client);
  await vi.advanceTimersByTimeAsync(1_000);

  const stale = [mine, others, state].map((key) => client.getQueryState(key)?.isInvalidated);
  expect(stale).toEqual([true, false, false]);
});
