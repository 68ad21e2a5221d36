import { describe, expect, test } from 'vitest';
import en from './en';
import ru from './ru';

const PLURAL = /_(one|few|many|other)$/;

function leaves(node: object, path = ''): [string, string][] {
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value]] : leaves(value as object, `${path}${key}.`),
  );
}

function keys(node: object): string[] {
  return [...new Set(leaves(node).map(([key]) => key.replace(PLURAL, '')))].sort();
}

function holes(text: string): string[] {
  return (text.match(/\{\{[^}]+\}\}/g) ?? []).map((hole) => hole.replace(/,.*\}/, '}')).sort();
}

/** English names of strategies' settings are the API's own: `tests/integration/web` sees that none lacks. */
const translated = Object.fromEntries(Object.entries(ru).filter(([name]) => name !== 'parameters'));

describe('S0-125: both languages are complete', () => {
  test('they have the same files', () => {
    expect(Object.keys(translated).sort()).toEqual(Object.keys(en).sort());
  });

  test.each(Object.keys(en))('%s has the same texts in both', (name) => {
    expect(keys(ru[name] ?? {})).toEqual(keys(en[name] ?? {}));
  });

  test.each(Object.keys(en))('%s fills in the same places', (name) => {
    const english = Object.fromEntries(leaves(en[name] ?? {}));
    for (const [key, text] of leaves(ru[name] ?? {})) {
      const peer = english[key] ?? english[key.replace(PLURAL, '_other')];
      expect.soft(holes(text), key).toEqual(holes(peer ?? ''));
    }
  });

  test.each([...Object.entries(en), ...Object.entries(ru)])('%s says nothing empty', (_, texts) => {
    for (const [key, text] of leaves(texts)) expect.soft(text.trim(), key).not.toBe('');
  });

  test('what counts has every form that its language needs', () => {
    const forms = { en: ['one', 'other'], ru: ['few', 'many', 'one', 'other'] };
    for (const [language, files] of [
      ['en', en],
      ['ru', ru],
    ] as const) {
      for (const texts of Object.values(files)) {
        const counted = leaves(texts).filter(([key]) => PLURAL.test(key));
        for (const stem of new Set(counted.map(([key]) => key.replace(PLURAL, '')))) {
          const found = counted
            .map(([key]) => key)
            .filter((key) => key.replace(PLURAL, '') === stem);
          expect
            .soft(found.map((key) => key.split('_').at(-1)).sort(), stem)
            .toEqual(forms[language]);
        }
      }
    }
  });
});
