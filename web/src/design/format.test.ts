import { describe, expect, test } from 'vitest';
import { cut, grouped, instant, percent, percentMoved, plain, signOf } from './format';

describe('decimals stay what they are', () => {
  test.each([
    ['1234567.5', '1 234 567.5'],
    ['-1000', '−1 000'],
    ['0.00000001', '0.00000001'],
    ['12', '12'],
    ['90071992547409931234.1', '90 071 992 547 409 931 234.1'],
  ])('%s is grouped as %s', (given, shown) => expect(grouped(given)).toBe(shown));

  test.each([
    ['0.129', 2, '0.12'],
    ['5', 2, '5.00'],
    ['1E-8', 8, '0.00000001'],
    ['-0.999', 0, '-0'],
  ])('%s is cut to %i places', (given, places, shown) => expect(cut(given, places)).toBe(shown));

  test.each([
    ['1E-8', '0.00000001'],
    ['1.5e3', '1500'],
    ['12.345e1', '123.45'],
    ['7', '7'],
  ])('%s is written out', (given, shown) => expect(plain(given)).toBe(shown));

  test.each([
    ['0.001', '0.1 %'],
    ['1', '100 %'],
    ['-0.0005', '−0.05 %'],
    ['0.123456', '12.3456 %'],
    ['0', '0 %'],
  ])('%s is %s', (given, shown) => expect(percent(given)).toBe(shown));

  test.each([
    ['0.00129', 1, '+0.12 %'],
    ['-0.000100', -1, '−0.01 %'],
    ['-0.000003', 0, '0 %'],
    ['0.00009', 0, '0 %'],
    ['0', 0, '0 %'],
  ])('a move of %s has the sign %i and reads %s', (given, sign, text) =>
    expect(percentMoved(given)).toEqual({ sign, text }),
  );

  test.each([
    ['0.000', 0],
    ['-0.1', -1],
    ['3', 1],
    ['0E-8', 0],
  ])('the sign of %s', (given, sign) => expect(signOf(given)).toBe(sign));

  test.each([
    ['2026-11-21T07:15', '2026-11-21T07:15:00.000Z'],
    ['2026-11-21T07:15:02', '2026-11-21T07:15:02.000Z'],
    ['2026-13-21T07:15', undefined],
    ['2026-11-21', undefined],
    ['', undefined],
  ])('%s is a moment of UTC', (typed, at) => expect(instant(typed)).toBe(at));
});
