/** Decimals and times as text. Decimals stay texts: no money passes through a float. */
import type { TFunction } from 'i18next';

/** `1234567.5` → `1 234 567.5` with narrow spaces; the digits are those that came. */
export function grouped(decimal: string): string {
  const [, sign = '', whole = '', rest = ''] = /^([-+]?)(\d+)(.*)$/.exec(decimal) ?? [];
  if (whole === '') return decimal;
  return `${sign === '-' ? '−' : sign}${whole.replace(/\B(?=(\d{3})+$)/g, ' ')}${rest}`;
}

/** Cut to so many places, towards zero: what is shown is never more than there is. */
export function cut(decimal: string, places: number): string {
  const [whole = '', fraction = ''] = plain(decimal).split('.');
  if (places === 0) return whole;
  return `${whole}.${fraction.padEnd(places, '0').slice(0, places)}`;
}

/** `1E-8` → `0.00000001`. */
export function plain(decimal: string): string {
  const match = /^([-+]?)(\d+)(?:\.(\d*))?[eE]([-+]?\d+)$/.exec(decimal);
  if (match === null) return decimal;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  if (point >= digits.length) return `${sign}${digits}${'0'.repeat(point - digits.length)}`;
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** -1, 0 or 1, read from the text. */
export function signOf(decimal: string): -1 | 0 | 1 {
  if (!/[1-9]/.test(decimal.replace(/[eE].*$/, ''))) return 0;
  return decimal.startsWith('-') ? -1 : 1;
}

/** `0.001` → `0.1 %`, exactly. */
export function percent(fraction: string): string {
  const moved = plain(/[eE]/.test(fraction) ? plain(fraction) : fraction);
  const sign = moved.startsWith('-') ? '−' : '';
  const [whole = '0', rest = ''] = moved.replace(/^[-+]/, '').split('.');
  const digits = rest.padEnd(2, '0');
  const integer = (whole + digits.slice(0, 2)).replace(/^0+(?=\d)/, '');
  const left = digits.slice(2).replace(/0+$/, '');
  return `${sign}${integer}${left ? `.${left}` : ''} %`;
}

/** `0.00129` → `+0.12 %`, cut to a hundredth; what is too small to be seen has no sign. */
export function percentMoved(fraction: string): { sign: -1 | 0 | 1; text: string } {
  const shown = cut(fraction, 4);
  const sign = signOf(shown);
  return { sign, text: `${sign > 0 ? '+' : ''}${percent(sign === 0 ? '0' : shown)}` };
}

/** `2026-11-21 07:15:02 UTC`. */
export function utc(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** `2026-11-21T07:15`, as an input of day and time has it, read as UTC; undefined where it is none. */
export function instant(typed: string): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(typed)) return undefined;
  const at = new Date(`${typed}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** An age in its largest unit. */
export function span(seconds: number, t: TFunction): string {
  if (seconds < 60) return t('span.seconds', { count: Math.floor(seconds) });
  if (seconds < 3_600) return t('span.minutes', { count: Math.floor(seconds / 60) });
  if (seconds < 86_400) return t('span.hours', { count: Math.floor(seconds / 3_600) });
  return t('span.days', { count: Math.floor(seconds / 86_400) });
}
