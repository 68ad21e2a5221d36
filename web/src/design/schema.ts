/** A JSON Schema of settings, read for a form: which fields there are and what they take. */

export interface Setting {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly kind: 'decimal' | 'integer' | 'boolean' | 'choice' | 'list' | 'text';
  readonly required: boolean;
  /** Whether it may be left empty, which then means none. */
  readonly optional: boolean;
  readonly unit?: string;
  readonly initial?: unknown;
  /** What a form begins with where the person has to decide. */
  readonly proposed?: unknown;
  readonly choices?: readonly string[];
  readonly limits: Limits;
}

interface Limits {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

type Node = Record<string, unknown> & Limits;
export type Draft = Readonly<Record<string, string | boolean>>;
export type Fault = 'missing' | 'no_decimal' | 'no_integer' | 'too_small' | 'too_large';

export function settingsOf(schema: Readonly<Record<string, unknown>>): readonly Setting[] {
  const properties = (schema.properties ?? {}) as Record<string, Node>;
  const required = new Set((schema.required ?? []) as string[]);
  const definitions = (schema.$defs ?? {}) as Record<string, Node>;
  return Object.entries(properties).map(([name, node]) => {
    const options = (node.anyOf ?? [node]) as Node[];
    const plain = options.find((option) => option.type !== 'null') ?? node;
    const reference =
      String(plain.$ref ?? '')
        .split('/')
        .at(-1) ?? '';
    const merged = { ...(definitions[reference] ?? {}), ...plain } as Node;
    return setting(
      name,
      { ...node, ...merged },
      {
        required: required.has(name),
        optional: options.some((option) => option.type === 'null'),
      },
    );
  });
}

function setting(
  name: string,
  node: Node,
  { required, optional }: { required: boolean; optional: boolean },
): Setting {
  return {
    name,
    title: sentence(String(node.title ?? name)),
    description: String(node.description ?? ''),
    kind: kindOf(node),
    required,
    optional,
    limits: node,
    ...(node.unit === undefined ? {} : { unit: String(node.unit) }),
    ...(node.default === undefined || node.default === null ? {} : { initial: node.default }),
    ...(required && Array.isArray(node.examples) ? { proposed: node.examples[0] } : {}),
    ...(Array.isArray(node.enum) ? { choices: node.enum.map(String) } : {}),
  };
}

/** `Bid Spread` is `Bid spread`. */
function sentence(title: string): string {
  return title.slice(0, 1) + title.slice(1).toLowerCase();
}

function kindOf(node: Node): Setting['kind'] {
  if (Array.isArray(node.enum)) return 'choice';
  if (node.type === 'boolean') return 'boolean';
  if (node.type === 'integer') return 'integer';
  if (node.type === 'array') return 'list';
  return node.format === 'decimal' ? 'decimal' : 'text';
}

/** What a form begins with: what is given, else what is usual, else what is proposed. */
export function draftOf(
  settings: readonly Setting[],
  given: Readonly<Record<string, unknown>>,
): Draft {
  return Object.fromEntries(
    settings.map((each) => {
      const value = given[each.name] ?? each.initial ?? each.proposed;
      if (each.kind === 'boolean') return [each.name, value === true];
      return [each.name, Array.isArray(value) ? value.join(', ') : String(value ?? '')];
    }),
  );
}

export function faultOf(each: Setting, value: string | boolean | undefined): Fault | undefined {
  if (typeof value === 'boolean') return undefined;
  const text = (value ?? '').trim();
  if (text === '') return each.required ? 'missing' : undefined;
  if (each.kind === 'integer' && !/^-?\d+$/.test(text)) return 'no_integer';
  if (each.kind === 'decimal' && !/^-?(\d+\.?\d*|\.\d+)$/.test(text)) return 'no_decimal';
  if (each.kind !== 'integer' && each.kind !== 'decimal') return undefined;
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = each.limits;
  const number = Number(text); // limits alone are compared with it
  if (minimum !== undefined && number < minimum) return 'too_small';
  if (exclusiveMinimum !== undefined && number <= exclusiveMinimum) return 'too_small';
  if (maximum !== undefined && number > maximum) return 'too_large';
  if (exclusiveMaximum !== undefined && number >= exclusiveMaximum) return 'too_large';
  return undefined;
}

/** What is sent: decimals as texts; what was left empty is left to what is usual. */
export function valuesOf(settings: readonly Setting[], draft: Draft): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const each of settings) {
    const value = draft[each.name];
    if (typeof value === 'boolean') values[each.name] = value;
    else if (value === undefined || value.trim() === '') {
      if (each.optional) values[each.name] = null;
    } else if (each.kind === 'integer') values[each.name] = Number(value);
    else if (each.kind === 'list') {
      values[each.name] = value.split(/[\s,;]+/).filter(Boolean);
    } else values[each.name] = value.trim();
  }
  return values;
}
