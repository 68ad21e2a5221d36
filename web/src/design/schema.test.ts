import { expect, test } from 'vitest';
import { draftOf, faultOf, settingsOf, valuesOf } from './schema';

const settings = settingsOf({
  required: ['spread'],
  properties: {
    spread: {
      type: ['string', 'number'],
      format: 'decimal',
      unit: 'fraction',
      exclusiveMinimum: 0,
      exclusiveMaximum: 1,
    },
    levels: { type: 'integer', minimum: 1, maximum: 20, default: 1 },
    ceiling: {
      anyOf: [{ type: ['string', 'number'], format: 'decimal' }, { type: 'null' }],
      default: null,
    },
    skew: { type: 'boolean', default: false },
    ratios: { type: 'array', default: ['0.5'] },
    direction: { enum: ['long', 'short'] },
  },
});
const named = (name: string) => {
  const found = settings.find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
};

test('S0-110: a schema becomes fields with units, limits and what is usual', () => {
  expect(settings.map((each) => each.kind)).toEqual([
    'decimal',
    'integer',
    'decimal',
    'boolean',
    'list',
    'choice',
  ]);
  expect(named('spread')).toMatchObject({ required: true, unit: 'fraction' });
  expect(named('ceiling')).toMatchObject({ required: false, optional: true });
});

test('S0-110: what is invalid is refused before it is sent', () => {
  expect(faultOf(named('spread'), '')).toBe('missing');
  expect(faultOf(named('spread'), 'x')).toBe('no_decimal');
  expect(faultOf(named('spread'), '0')).toBe('too_small');
  expect(faultOf(named('spread'), '1')).toBe('too_large');
  expect(faultOf(named('spread'), '0.001')).toBeUndefined();
  expect(faultOf(named('levels'), '1.5')).toBe('no_integer');
  expect(faultOf(named('ceiling'), '')).toBeUndefined();
});

test('decimals are sent as they were written', () => {
  const draft = { ...draftOf(settings, {}), spread: '0.0010' };
  expect(valuesOf(settings, draft)).toEqual({
    spread: '0.0010',
    levels: 1,
    ceiling: null,
    skew: false,
    ratios: ['0.5'],
  });
});
