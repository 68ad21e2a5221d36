/** A size to begin with: small, and still one that the exchange takes. */
import { type Fixed, fixed, text } from './decimal';

const TIMES_THE_LEAST = 3n;
/** Of an instrument whose least worth nobody tells, in units of the quote. */
const LEAST_WORTH = '10';

/** Three times the least that may be ordered, in one digit; undefined without a price. */
export function smallAmount(
  instrument: {
    readonly step_size: string;
    readonly min_size: string | null;
    readonly min_notional: string | null;
  },
  price: string | undefined,
): string | undefined {
  const [at, step] = [fixed(price ?? ''), fixed(instrument.step_size)];
  const worth = fixed(instrument.min_notional ?? LEAST_WORTH);
  if (at === undefined || worth === undefined || step === undefined) return undefined;
  if (at <= 0n || step <= 0n) return undefined;
  const one = fixed('1') ?? 1n;
  const byWorth = (worth * TIMES_THE_LEAST * one) / at;
  const bySize = fixed(instrument.min_size ?? '0') ?? 0n;
  const wanted = byWorth > bySize ? byWorth : bySize;
  const digit = 10n ** BigInt(wanted.toString().length - 1);
  const grain = digit % step === 0n ? digit : step;
  const grains = (wanted + grain - 1n) / grain;
  return text((grains * grain) as Fixed);
}
