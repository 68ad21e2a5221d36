/** A form made from a JSON Schema: what is needed first, the rest on request. */
import { useTranslation } from 'react-i18next';
import { CheckField, SelectField, TextField } from './field';
import { percent } from './format';
import { type Draft, faultOf, type Setting } from './schema';
import { type SettingWords, useSettingWords } from './words';

export function SchemaForm({
  strategy,
  settings,
  draft,
  onChange,
  units,
  shown,
  refused,
  unfolded = false,
}: {
  /** Whose settings these are. */
  readonly strategy: string;
  readonly settings: readonly Setting[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** What a unit is called here: `base` may be ETH. */
  readonly units: Readonly<Record<string, string>>;
  /** Whether faults are shown yet. */
  readonly shown: boolean;
  /** What the server said of fields. */
  readonly refused?: Readonly<Record<string, string>>;
  /** Whether what may stay as it is stands beside the rest. */
  readonly unfolded?: boolean;
}) {
  const { t } = useTranslation('schema');
  const words = useSettingWords(strategy);
  const fields = (list: readonly Setting[]) => (
    <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
      {list.map((each) => (
        <SettingField
          key={each.name}
          setting={each}
          words={words}
          value={draft[each.name]}
          unit={each.unit === undefined ? undefined : (units[each.unit] ?? each.unit)}
          shown={shown}
          refused={refused?.[each.name]}
          onChange={(value) => onChange({ ...draft, [each.name]: value })}
        />
      ))}
    </div>
  );
  const first = settings.filter((each) => unfolded || each.required);
  const further = settings.filter((each) => !first.includes(each));
  return (
    <div className="flex flex-col gap-4">
      {fields(first)}
      {further.length > 0 ? (
        <details open={shown && further.some((each) => faultOf(each, draft[each.name]))}>
          <summary className="mb-3 font-medium">{t('further', { count: further.length })}</summary>
          {fields(further)}
        </details>
      ) : null}
    </div>
  );
}

function SettingField({
  setting,
  words,
  value,
  unit,
  shown,
  refused,
  onChange,
}: {
  readonly setting: Setting;
  readonly words: SettingWords;
  readonly value: string | boolean | undefined;
  readonly unit: string | undefined;
  readonly shown: boolean;
  readonly refused: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}) {
  const { t } = useTranslation('schema');
  const fault = faultOf(setting, value);
  const error = refused ?? (shown && fault ? t(`fault.${fault}`, limitsOf(setting)) : undefined);
  const label = words.label(setting);
  const help = words.help(setting);
  if (setting.kind === 'boolean') {
    return (
      <CheckField
        label={label}
        help={help}
        error={error}
        checked={value === true}
        onChange={(event) => onChange(event.target.checked)}
      />
    );
  }
  const text = typeof value === 'string' ? value : '';
  if (setting.kind === 'choice') {
    return (
      <SelectField
        label={label}
        help={help}
        error={error}
        value={text}
        onChange={(event) => onChange(event.target.value)}
      >
        {text === '' || setting.optional ? <option value="">—</option> : null}
        {setting.choices?.map((choice) => (
          <option key={choice} value={choice}>
            {words.choice(choice)}
          </option>
        ))}
      </SelectField>
    );
  }
  const fraction = setting.unit === 'fraction' && fault === undefined && text !== '';
  return (
    <TextField
      label={label}
      help={help}
      error={error}
      unit={fraction ? `= ${percent(text)}` : unit}
      value={text}
      inputMode={setting.kind === 'decimal' ? 'decimal' : undefined}
      required={setting.required}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}

function limitsOf({ limits }: Setting): { least: number | undefined; most: number | undefined } {
  return {
    least: limits.minimum ?? limits.exclusiveMinimum,
    most: limits.maximum ?? limits.exclusiveMaximum,
  };
}
