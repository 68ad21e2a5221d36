import type { TFunction } from 'i18next';

/** What people call a strategy; its own name where nobody gave it another. */
export function strategyTitle(t: TFunction<never>, strategy: string): string {
  return t(`wizard:strategy.${strategy}.title`, { defaultValue: strategy });
}
