/** What a strategy's settings are called. The API names them in English; other languages have a table. */
import { useTranslation } from 'react-i18next';
import type { Setting } from './schema';

export interface SettingWords {
  readonly label: (setting: Setting) => string;
  /** By name alone, with what to say where the table lacks it. */
  readonly named: (name: string, title: string) => string;
  readonly help: (setting: Setting) => string;
  readonly choice: (name: string) => string;
}

export function useSettingWords(strategy: string): SettingWords {
  const { t } = useTranslation('parameters');
  return {
    label: ({ name, title }) => t(`field.${name}`, { defaultValue: title }),
    named: (name, title) => t(`field.${name}`, { defaultValue: title }),
    help: ({ name, description }) =>
      t([`help_in.${strategy}.${name}`, `help.${name}`], { defaultValue: description }),
    choice: (name) => t(`choice.${name}`, { defaultValue: name }),
  };
}
