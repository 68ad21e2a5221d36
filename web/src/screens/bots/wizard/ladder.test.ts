import { expect, test } from 'vitest';
import { fixed, text, times } from './decimal';
import { bound, ladder } from './ladder';

const BOOK = { bid: '999.9', ask: '1000.1' };

test('S0-110: each level rests farther out and is larger', () => {
  const config = {
    bid_spread: '0.001',
    ask_spread: '0.002',
    order_amount: '0.05',
    order_levels: 2,
    order_level_spread: '0.01',
    order_level_amount: '0.01',
  };
  expect(ladder('pmm', config, BOOK, '0.01')).toEqual([
    { side: 'sell', price: '1002', amount: '0.05' },
    { side: 'sell', price: '1012', amount: '0.06' },
    { side: 'buy', price: '999', amount: '0.05' },
    { side: 'buy', price: '989', amount: '0.06' },
  ]);
});

test('prices lie on ticks, away from the middle', () => {
  const config = { bid_spread: '0.00011', ask_spread: '0.00011', order_amount: '1' };
  const prices = ladder('pmm', config, { bid: '3', ask: '3' }, '0.01').map((rung) => rung.price);
  expect(prices).toEqual(['3.01', '2.99']);
});

test('what is not filled in yet is not drawn', () => {
  expect(ladder('pmm', { bid_spread: '0.001' }, BOOK, undefined)).toEqual([]);
  expect(ladder('grid', { order_amount: '1' }, BOOK, undefined)).toEqual([]);
});

test('decimals are exact', () => {
  const [a, b] = [fixed('0.1'), fixed('-0.2')];
  if (a === undefined || b === undefined) throw new Error('they are decimals');
  expect(text(times(a, b))).toBe('-0.02');
  expect(fixed('one')).toBeUndefined();
});

test('resting orders bind the quote of what they buy and the base of what they sell', () => {
  expect(
    bound([
      { side: 'sell', price: '3010', amount: '0.5' },
      { side: 'buy', price: '2990', amount: '0.5' },
      { side: 'buy', price: '2980', amount: '0.25' },
    ]),
  ).toEqual({ quote: '2240', base: '0.5' });
  expect(bound([])).toBeUndefined();
});
