/** A key in words: what it may do, and why its exchange does not take it. */
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Tone } from '../../design/Badge';
import type { Key } from './queries';

export interface Right {
  readonly tone: Tone;
  readonly text: string;
}

export function nameOf(key: Key, t: TFunction<'keys'>): string {
  return key.label || t('unnamed');
}

export function useWords() {
  const { t } = useTranslation('keys');
  return {
    reason: (key: Key): string =>
      t(`why.${key.reason}`, {
        defaultValue: t('why.other', { detail: key.detail ?? key.reason ?? '' }),
      }),
    rights: ({ permissions: { trade, withdraw } }: Key): Right[] => {
      if (trade === null && withdraw === null) return [{ tone: 'warn', text: t('right.unknown') }];
      const rights: Right[] = [];
      if (trade !== null) {
        rights.push({
          tone: trade ? 'good' : 'bad',
          text: t(trade ? 'right.trade' : 'right.noTrade'),
        });
      }
      if (withdraw !== null) {
        rights.push({
          tone: withdraw ? 'bad' : 'good',
          text: t(withdraw ? 'right.withdraw' : 'right.noWithdraw'),
        });
      }
      return rights;
    },
  };
}
