/** The book as a ladder: levels put together by a step of price, with running sums. Exact. */
import { plain } from '../../design/format';

export interface Level {
  readonly price: string;
  readonly amount: string;
}

export interface Rung extends Level {
  /** All amounts from the best price to here. */
  readonly total: string;
  /** `total` as a share of the largest shown, from 0 to 1; for drawing. */
  readonly share: number;
}

export type Side = 'bids' | 'asks';

function places(decimal: string): number {
  return plain(decimal).split('.')[1]?.length ?? 0;
}

function scaled(decimal: string, digits: number): bigint {
  const [whole = '0', rest = ''] = plain(decimal).split('.');
  return BigInt(whole + rest.padEnd(digits, '0').slice(0, digits));
}

function written(value: bigint, digits: number): string {
  const sign = value < 0n ? '-' : '';
  const text = (value < 0n ? -value : value).toString().padStart(digits + 1, '0');
  if (digits === 0) return sign + text;
  return `${sign}${text.slice(0, -digits)}.${text.slice(-digits)}`;
}

/** Put levels together by `step`: bids down, asks up, so that no price looks better than it is. */
export function ladder(
  levels: readonly Level[],
  { side, step, depth }: { readonly side: Side; readonly step: string; readonly depth: number },
): Rung[] {
  const digits = Math.max(places(step), ...levels.map((level) => places(level.price)));
  const fine = Math.max(0, ...levels.map((level) => places(level.amount)));
  const width = scaled(step, digits);
  const sums = new Map<bigint, bigint>();
  for (const level of levels) {
    const price = scaled(level.price, digits);
    const below = (price / width) * width;
    const rung = side === 'bids' || below === price ? below : below + width;
    if (!sums.has(rung) && sums.size === depth) break;
    sums.set(rung, (sums.get(rung) ?? 0n) + scaled(level.amount, fine));
  }
  let total = 0n;
  const rungs = [...sums].map(([price, amount]) => {
    total += amount;
    return { price, amount, total };
  });
  const shown = places(step);
  return rungs.map((rung) => ({
    price: written(rung.price / 10n ** BigInt(digits - shown), shown),
    amount: written(rung.amount, fine),
    total: written(rung.total, fine),
    share: total === 0n ? 0 : Number((rung.total * 1_000n) / total) / 1_000,
  }));
}

/** `tick` times a power of ten. */
export function step(tick: string, zeros: number): string {
  const digits = places(tick);
  const value = scaled(tick, digits) * 10n ** BigInt(zeros);
  return written(value, digits)
    .replace(/(\.\d*?)0+$/, '$1')
    .replace(/\.$/, '');
}

/** The distance of the best prices, and its share of the bid as a fraction with six places. */
export function spread(
  bid: string,
  ask: string,
): { readonly width: string; readonly share: string } {
  const digits = Math.max(places(bid), places(ask));
  const [low, high] = [scaled(bid, digits), scaled(ask, digits)];
  const share = low === 0n ? 0n : ((high - low) * 1_000_000n) / low;
  return { width: written(high - low, digits), share: written(share, 6) };
}
