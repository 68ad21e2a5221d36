import { expect, test } from 'vitest';
import { bookOf } from './liveBook';

const told = (state: string, bids: unknown, asks: unknown) => ({
  topic: 'book/okx/spot/BTC/USDT',
  at: '2026-11-21T12:00:00Z',
  kind: 'book',
  data: { state, bids, asks, sequence: 1, heard_at: '2026-11-21T11:59:59Z' },
});

test('levels come as they were told, none is made up for a book that is not known', () => {
  expect(bookOf(told('live', [['67000.1', '0.25']], [['67000.20', '1.50']]))).toEqual({
    state: 'live',
    at: '2026-11-21T12:00:00Z',
    bids: [{ price: '67000.1', amount: '0.25' }],
    asks: [{ price: '67000.20', amount: '1.50' }],
  });
  expect(bookOf(told('stale', [], []))).toMatchObject({ state: 'stale', bids: [], asks: [] });
});
