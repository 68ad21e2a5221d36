/** The two languages. A screen's words are one file in each folder here, under the screen's name. */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

export const LANGUAGES = ['en', 'ru'] as const;
export type Language = (typeof LANGUAGES)[number];

const KEPT = 'janym.language';

async function words(language: Language): Promise<Record<string, object>> {
  return language === 'ru' ? (await import('./ru')).default : (await import('./en')).default;
}

/** Which language to begin with: the chosen one, else the browser's, else English. */
export function preferred(): Language {
  const chosen = localStorage.getItem(KEPT) ?? navigator.language;
  return chosen.startsWith('ru') ? 'ru' : 'en';
}

export async function startLanguage(): Promise<void> {
  const language = preferred();
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: await words(language) },
    defaultNS: 'common',
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  document.documentElement.lang = language;
}

export async function chooseLanguage(language: Language): Promise<void> {
  for (const [name, texts] of Object.entries(await words(language))) {
    i18next.addResourceBundle(language, name, texts);
  }
  await i18next.changeLanguage(language);
  localStorage.setItem(KEPT, language);
  document.documentElement.lang = language;
}
