/** What each kind of rule asks for, and how what is typed becomes what the API takes. */
import { plain } from '../../design/format';
import type { Kind } from './queries';

export const KINDS: readonly Kind[] = [
  'bot_error',
  'bot_silent',
  'orphaned_orders',
  'drawdown',
  'loss_limit',
  'goal_reached',
  'low_balance',
  'large_fill',
  'collector_stale',
  'key_refused',
];

type Asks = 'nothing' | 'silence' | 'amount' | 'share';

export const ASKS: Record<Kind, Asks> = {
  bot_error: 'nothing',
  bot_silent: 'silence',
  orphaned_orders: 'nothing',
  drawdown: 'share',
  loss_limit: 'amount',
  goal_reached: 'amount',
  low_balance: 'amount',
  large_fill: 'amount',
  collector_stale: 'silence',
  key_refused: 'nothing',
};

/** `12.5` per cent is the fraction `0.125`; no float is asked. */
export function fraction(percent: string): string {
  return plain(`${percent}e-2`);
}

/** The fraction `0.125` is `12.5` per cent. */
export function perCent(fractionText: string): string {
  const [whole = '', rest = ''] = plain(`${plain(fractionText)}e2`).split('.');
  const places = rest.replace(/0+$/, '');
  return whole.replace(/^0+(?=\d)/, '') + (places && `.${places}`);
}

/** Whether a text is a decimal above 0, and up to 100 where it is a share. */
export function isLimit(asks: Asks, text: string): boolean {
  if (asks === 'nothing') return true;
  if (asks === 'silence') return /^[1-9]\d{0,6}$/.test(text);
  if (!/^\d{1,18}(\.\d{1,18})?$/.test(text) || !/[1-9]/.test(text)) return false;
  return asks === 'amount' || /^(100(\.0+)?|\d{1,2}(\.\d+)?)$/.test(text);
}
