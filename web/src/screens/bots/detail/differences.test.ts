import { expect, test } from 'vitest';
import { differences } from './differences';

test('S0-115: settings are told one by one, what stayed is not told', () => {
  const items = [
    { field: 'config', before: null, after: { bid_spread: '0.001', levels: ['1', '2'] } },
    { field: 'config.ask_spread', before: '0.001', after: '0.002' },
    { field: 'name', before: 'A', after: 'B' },
    { field: 'note', before: null, after: null },
  ];
  expect(differences(items)).toEqual([
    { name: 'bid_spread', title: 'Bid spread', before: '—', after: '0.001' },
    { name: 'levels', title: 'Levels', before: '—', after: '1, 2' },
    { name: 'ask_spread', title: 'Ask spread', before: '0.001', after: '0.002' },
    { name: 'name', title: 'Name', before: 'A', after: 'B' },
  ]);
});
