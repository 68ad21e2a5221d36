import type { Tone } from '../../design/Badge';
import type { AlertState, Delivery, Severity } from './queries';

export const SEVERITY_TONES: Record<Severity, Tone> = {
  info: 'busy',
  warning: 'warn',
  critical: 'bad',
};

export const STATE_TONES: Record<AlertState, Tone> = {
  open: 'bad',
  acknowledged: 'warn',
  resolved: 'good',
};

export const DELIVERY_TONES: Record<Delivery['state'], Tone> = {
  pending: 'busy',
  delivered: 'good',
  failed: 'bad',
};
