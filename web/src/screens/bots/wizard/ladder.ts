/** Where a market maker's orders would rest, by its configuration and the book's middle. */
import { type Fixed, fixed, text, times } from './decimal';

export interface Rung {
  readonly side: 'buy' | 'sell';
  readonly price: string;
  readonly amount: string;
}

const LADDERS = new Set(['pure_market_making', 'pmm']);
const ZERO = 0n as Fixed;

/** The orders, best first in each side; nothing where the configuration is not yet one of a ladder. */
export function ladder(
  strategy: string,
  config: Readonly<Record<string, unknown>>,
  book: { readonly bid: string; readonly ask: string },
  tick: string | undefined,
): readonly Rung[] {
  if (!LADDERS.has(strategy)) return [];
  const read = (name: string) => fixed(String(config[name] ?? ''));
  const [bid, ask] = [fixed(book.bid), fixed(book.ask)];
  const amount = read('order_amount');
  if (bid === undefined || ask === undefined || amount === undefined) return [];
  const middle = ((bid + ask) / 2n) as Fixed;
  const levels = Math.min(20, Math.max(1, Number(config.order_levels ?? 1) || 1));
  const step = read('order_level_spread') ?? ZERO;
  const more = read('order_level_amount') ?? ZERO;
  const grain = tick === undefined ? undefined : fixed(tick);
  return (['sell', 'buy'] as const).flatMap((side) => {
    const spread = read(side === 'buy' ? 'bid_spread' : 'ask_spread');
    if (spread === undefined) return [];
    return Array.from({ length: levels }, (_, level): Rung => {
      const away = times(middle, (spread + step * BigInt(level)) as Fixed);
      const price = (side === 'buy' ? middle - away : middle + away) as Fixed;
      return {
        side,
        price: text(onTick(price, grain, side)),
        amount: text((amount + more * BigInt(level)) as Fixed),
      };
    });
  });
}

/** What the orders bind on the account while they rest; undefined where there are none. */
export function bound(rungs: readonly Rung[]): { quote: string; base: string } | undefined {
  if (rungs.length === 0) return undefined;
  let [quote, base] = [0n, 0n];
  for (const rung of rungs) {
    const [price, amount] = [fixed(rung.price) ?? ZERO, fixed(rung.amount) ?? ZERO];
    if (rung.side === 'buy') quote += times(price, amount);
    else base += amount;
  }
  return { quote: text(quote as Fixed), base: text(base as Fixed) };
}

/** Away from the middle: the side that does not trade sooner. */
function onTick(price: Fixed, grain: Fixed | undefined, side: 'buy' | 'sell'): Fixed {
  if (grain === undefined || grain <= 0n) return price;
  const down = price - (price % grain);
  return (side === 'sell' && down !== price ? down + grain : down) as Fixed;
}
