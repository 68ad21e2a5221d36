import { describe, expect, test } from 'vitest';
import { NOTHING, read } from './filters';

describe('S0-124: what an address asks of the history', () => {
  test('stands in it whole', () => {
    const asked =
      'bot=b1&status=failed&side=sell&pair=ETH-USDT&since=2026-11-21T07:15&until=2026-11-22T00:00';

    expect(read(new URLSearchParams(asked))).toEqual({
      bot: 'b1',
      status: 'failed',
      side: 'sell',
      pair: 'ETH-USDT',
      since: '2026-11-21T07:15',
      until: '2026-11-22T00:00',
    });
  });

  test.each(['status=lost', 'side=up', 'pair=ETH/USDT', 'since=yesterday', 'until=2026-02-31'])(
    '%s asks nothing',
    (asked) => expect(read(new URLSearchParams(asked))).toEqual(NOTHING),
  );
});
