/** Labelled inputs. Help and error are tied to the input, so that they are read with it. */
import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react';

const INPUT =
  'w-full min-w-0 rounded-md border border-line bg-page px-2 py-1.5 text-text aria-invalid:border-danger disabled:opacity-60';

interface Labels {
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
}

function Field({
  id,
  label,
  help,
  error,
  children,
}: Labels & { readonly id: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children}
      <Told id={id} help={help} error={error} />
    </div>
  );
}

function Told({ id, help, error }: Omit<Labels, 'label'> & { readonly id: string }) {
  return (
    <>
      {help ? (
        <p id={`${id}-help`} className="text-xs text-muted">
          {help}
        </p>
      ) : null}
      {error ? (
        <p id={`${id}-error`} role="alert" className="text-xs text-danger">
          ■ {error}
        </p>
      ) : null}
    </>
  );
}

function described(id: string, { help, error }: Labels) {
  const ids = [help ? `${id}-help` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return { 'aria-describedby': ids || undefined, 'aria-invalid': error ? true : undefined };
}

export function TextField({
  label,
  help,
  error,
  unit,
  ...input
}: Labels & { readonly unit?: string | undefined } & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const labels: Labels = { label, help, error };
  return (
    <Field id={id} {...labels}>
      <div className="flex items-center gap-2">
        <input id={id} autoComplete="off" {...input} {...described(id, labels)} className={INPUT} />
        {unit ? <span className="text-xs whitespace-nowrap text-muted">{unit}</span> : null}
      </div>
    </Field>
  );
}

export function AreaField({
  label,
  help,
  error,
  ...area
}: Labels & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  const labels: Labels = { label, help, error };
  return (
    <Field id={id} {...labels}>
      <textarea id={id} {...area} {...described(id, labels)} className={`${INPUT} font-mono`} />
    </Field>
  );
}

export function SelectField({
  label,
  help,
  error,
  children,
  ...select
}: Labels & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  const labels: Labels = { label, help, error };
  return (
    <Field id={id} {...labels}>
      <select id={id} {...select} {...described(id, labels)} className={INPUT}>
        {children}
      </select>
    </Field>
  );
}

export function CheckField({
  label,
  help,
  error,
  ...input
}: Labels & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  const labels: Labels = { label, help, error };
  return (
    <div className="flex min-w-0 items-start gap-2">
      <input id={id} type="checkbox" {...input} {...described(id, labels)} className="mt-1" />
      <div>
        <label htmlFor={id} className="text-sm font-medium">
          {label}
        </label>
        <Told id={id} help={help} error={error} />
      </div>
    </div>
  );
}

/** One of a few, each with what it means. */
export function Choices<T extends string>({
  legend,
  name,
  value,
  options,
  onChange,
}: {
  readonly legend: string;
  readonly name: string;
  readonly value: T | undefined;
  readonly options: readonly { readonly value: T; readonly title: string; readonly text: string }[];
  readonly onChange: (value: T) => void;
}) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">{legend}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className="flex items-start gap-3 rounded-md border border-line p-3 has-checked:border-accent has-checked:bg-raised"
        >
          <input
            type="radio"
            name={name}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="mt-1"
          />
          <span className="min-w-0">
            <span className="block font-medium break-words">{option.title}</span>
            <span className="block text-sm break-words text-muted">{option.text}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
