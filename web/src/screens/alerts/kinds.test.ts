import { describe, expect, test } from 'vitest';
import { fraction, isLimit, perCent } from './kinds';

describe('shares are typed in per cent and kept as fractions', () => {
  test.each([
    ['10', '0.10'],
    ['12.5', '0.125'],
    ['0.1', '0.001'],
    ['100', '1.00'],
  ])('%s per cent', (typed, kept) => {
    expect(Number(fraction(typed))).toBe(Number(kept));
    expect(perCent(fraction(typed))).toBe(typed);
  });
});

describe('a limit that cannot be one is not sent', () => {
  test.each([
    ['amount', '0'],
    ['amount', '-1'],
    ['amount', '1e3'],
    ['share', '100.5'],
    ['share', '0.0'],
    ['silence', '1.5'],
    ['silence', ''],
  ] as const)('%s %s', (asks, text) => expect(isLimit(asks, text)).toBe(false));

  test.each([
    ['amount', '0.5'],
    ['amount', '1000'],
    ['share', '100'],
    ['share', '7.25'],
    ['silence', '60'],
    ['nothing', ''],
  ] as const)('but %s %s is', (asks, text) => expect(isLimit(asks, text)).toBe(true));
});
