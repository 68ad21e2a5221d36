/** What two versions of a bot have different, field by field, those within its settings too. */
import type { Schemas } from '../../../api/client';

export interface Difference {
  readonly name: string;
  /** The name in words, where nobody knows better. */
  readonly title: string;
  readonly before: string;
  readonly after: string;
}

export function differences(items: readonly Schemas['DifferenceView'][]): readonly Difference[] {
  return items
    .flatMap(({ field, before, after }) => {
      if (!isRecord(before) && !isRecord(after)) return [{ field, before, after }];
      const [old, now] = [isRecord(before) ? before : {}, isRecord(after) ? after : {}];
      return [...new Set([...Object.keys(old), ...Object.keys(now)])].map((name) => ({
        field: name,
        before: old[name],
        after: now[name],
      }));
    })
    .map(({ field, before, after }) => {
      const name = field.replace(/^config\./, '');
      return { name, title: titled(name), before: told(before), after: told(after) };
    })
    .filter(({ before, after }) => before !== after);
}

function titled(name: string): string {
  const words = name.replaceAll('_', ' ');
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function told(value: unknown): string {
  if (value === null || value === undefined) return '—';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
