/** Exact decimals for a preview: twelve places behind the point, in whole numbers. */
const PLACES = 12;
const ONE = 10n ** BigInt(PLACES);

export type Fixed = bigint & { readonly fixed: unique symbol };

/** Read a decimal; undefined where it is none. */
export function fixed(text: string): Fixed | undefined {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?$/.exec(text.trim());
  if (match === null || (!match[2] && !match[3])) return undefined;
  const whole = BigInt(match[2] || '0') * ONE;
  const fraction = BigInt((match[3] ?? '').padEnd(PLACES, '0').slice(0, PLACES) || '0');
  const value = whole + fraction;
  return (match[1] === '-' ? -value : value) as Fixed;
}

export function times(a: Fixed, b: Fixed): Fixed {
  return ((a * b) / ONE) as Fixed;
}

export function text(value: Fixed): string {
  const digits = (value < 0n ? -value : value).toString().padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -PLACES)}${fraction ? `.${fraction}` : ''}`;
}
