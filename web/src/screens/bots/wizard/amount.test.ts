import { expect, test } from 'vitest';
import { smallAmount } from './amount';

const ETHER = { step_size: '0.0001', min_size: '0.0001', min_notional: '5' };

test('three times the least worth, rounded up to one digit', () => {
  expect(smallAmount(ETHER, '3000')).toBe('0.005');
  expect(smallAmount(ETHER, '997.59')).toBe('0.02');
});

test('never less than the least size', () => {
  expect(smallAmount({ ...ETHER, min_size: '0.5' }, '3000')).toBe('0.5');
});

test('on the step where that is no multiple of it', () => {
  expect(smallAmount({ ...ETHER, step_size: '0.003' }, '3000')).toBe('0.006');
});

test('a least worth that nobody tells is taken for ten', () => {
  expect(smallAmount({ ...ETHER, min_notional: null }, '3000')).toBe('0.01');
});

test('nothing without a price', () => {
  expect(smallAmount(ETHER, undefined)).toBeUndefined();
  expect(smallAmount(ETHER, '0')).toBeUndefined();
});
