import { expect, test } from 'vitest';
import type { Schemas } from '../api/client';
import { vitals } from './vitals';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const bot = (told: Partial<Schemas['BotView']>) =>
  ({
    reported_at: null,
    desired_status: 'running',
    status: 'running',
    ...told,
  }) as Schemas['BotView'];
const word = (bot_id: string, timestamp: string) =>
  ({ bot_id, latest: { timestamp } }) as Schemas['LatestView'];

test('nothing is said of what was not read', () => {
  expect(vitals({ bots: undefined, latest: undefined, alerts: undefined, now: NOW })).toEqual({});
});

test('bots at rest count for nothing; one that should run and does not counts', () => {
  const bots = [
    bot({ bot_id: 'a' }),
    bot({ bot_id: 'b', status: 'error' }),
    bot({ bot_id: 'c', desired_status: 'stopped', status: 'stopped' }),
    bot({ bot_id: 'd', desired_status: 'stopped', status: 'orphaned' }),
  ];
  expect(vitals({ bots, latest: [], alerts: [], now: NOW })).toEqual({
    bots: { asWished: 1, all: 3 },
    alerts: 0,
  });
});

test('the longest silence is that of a running bot, by its figures or its last word', () => {
  const bots = [
    bot({ bot_id: 'a', reported_at: '2026-11-21T11:00:00Z' }),
    bot({ bot_id: 'b', reported_at: '2026-11-21T11:59:18Z' }),
    bot({ bot_id: 'c', reported_at: '2026-11-21T09:00:00Z', status: 'error' }),
  ];
  const latest = [word('a', '2026-11-21T11:59:55Z')];
  expect(vitals({ bots, latest, alerts: undefined, now: NOW }).heard).toBe(42);
});
