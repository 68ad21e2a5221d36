import { describe, expect, test } from 'vitest';
import { ladder, spread, step } from './ladder';

const BIDS = [
  { price: '1000.19', amount: '0.5' },
  { price: '1000.11', amount: '1.25' },
  { price: '1000.1', amount: '0.00000001' },
  { price: '999.99', amount: '2' },
];
const ASKS = [
  { price: '1000.2', amount: '1' },
  { price: '1000.21', amount: '2' },
  { price: '1000.31', amount: '4' },
];

describe('a ladder shows no price better than it is', () => {
  test('bids go down to their step', () => {
    const rungs = ladder(BIDS, { side: 'bids', step: '0.1', depth: 10 });
    expect(rungs.map((rung) => [rung.price, rung.amount, rung.total])).toEqual([
      ['1000.1', '1.75000001', '1.75000001'],
      ['999.9', '2.00000000', '3.75000001'],
    ]);
  });

  test('asks go up to theirs', () => {
    const rungs = ladder(ASKS, { side: 'asks', step: '0.1', depth: 10 });
    expect(rungs.map((rung) => [rung.price, rung.amount])).toEqual([
      ['1000.2', '1'],
      ['1000.3', '2'],
      ['1000.4', '4'],
    ]);
  });

  test('a rung is whole or not there', () => {
    const rungs = ladder(BIDS, { side: 'bids', step: '0.1', depth: 1 });
    expect(rungs.map((rung) => rung.amount)).toEqual(['1.75000001']);
    expect(rungs[0]?.share).toBe(1);
  });

  test('nothing is a ladder too', () => {
    expect(ladder([], { side: 'asks', step: '0.01', depth: 5 })).toEqual([]);
  });
});

test.each([
  ['0.01', 0, '0.01'],
  ['0.01', 1, '0.1'],
  ['0.01', 3, '10'],
  ['0.5', 1, '5'],
  ['0.00000001', 2, '0.000001'],
])('%s with %i zeros is %s', (tick, zeros, wide) => expect(step(tick, zeros)).toBe(wide));

test('a spread is exact', () => {
  expect(spread('1000.11', '1000.2')).toEqual({ width: '0.09', share: '0.000089' });
});
