/** What is asked of the history: chosen at once, typed once it is whole. */
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { SelectField, TextField } from '../../design/field';
import { isNarrow, isPair } from './filters';
import { SIDES, STATUSES, type Wish } from './queries';

export function Filters({
  filters,
  names,
  onChange,
  clear,
}: {
  readonly filters: Wish;
  /** Names of the bots by id, as far as they are known. */
  readonly names: ReadonlyMap<string, string> | undefined;
  readonly onChange: (filters: Wish) => void;
  readonly clear: ReactNode;
}) {
  const { t } = useTranslation('orders');
  const set = (changed: Partial<Wish>) => onChange({ ...filters, ...changed });
  const { since, until } = filters;
  const runsBack = (from: string, to: string) =>
    from && to && to <= from ? t('filter.runsBack') : undefined;

  return (
    <search className="grid grid-cols-1 items-start gap-3 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-6">
      <SelectField
        label={t('filter.bot')}
        value={filters.bot}
        onChange={(event) => set({ bot: event.target.value })}
      >
        <option value="">{t('filter.allBots')}</option>
        {[...(names ?? [])].map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('filter.status')}
        value={filters.status}
        onChange={(event) => set({ status: event.target.value as Wish['status'] })}
      >
        <option value="">{t('filter.any')}</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(`status.${status}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('filter.side')}
        value={filters.side}
        onChange={(event) => set({ side: event.target.value as Wish['side'] })}
      >
        <option value="">{t('filter.any')}</option>
        {SIDES.map((side) => (
          <option key={side} value={side}>
            {t(`side.${side}`)}
          </option>
        ))}
      </SelectField>
      <Typed
        label={t('filter.pair')}
        placeholder="ETH-USDT"
        value={filters.pair}
        tidy={(text) => text.trim().toUpperCase().replace('/', '-')}
        refusal={(pair) => (pair && !isPair(pair) ? t('filter.noPair') : undefined)}
        onTyped={(pair) => set({ pair })}
      />
      <Typed
        type="datetime-local"
        label={t('filter.since')}
        value={since}
        refusal={(typed) => runsBack(typed, until)}
        onTyped={(typed) => set({ since: typed })}
      />
      <Typed
        type="datetime-local"
        label={t('filter.until')}
        value={until}
        refusal={(typed) => runsBack(since, typed)}
        onTyped={(typed) => set({ until: typed })}
      />
      {isNarrow(filters) ? <div className="self-end">{clear}</div> : null}
    </search>
  );
}

/** A text that is asked about on Enter, or when its field is left. */
function Typed({
  value,
  tidy = (text) => text,
  refusal,
  onTyped,
  ...field
}: {
  readonly label: string;
  readonly type?: 'text' | 'datetime-local';
  readonly placeholder?: string;
  readonly value: string;
  /** What was typed, as it is asked about. */
  readonly tidy?: (typed: string) => string;
  /** Why it cannot be asked about. */
  readonly refusal: (typed: string) => string | undefined;
  readonly onTyped: (typed: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const [error, setError] = useState<string>();
  const [asked, setAsked] = useState(value);
  if (asked !== value) {
    setAsked(value); // filters were cleared, or the address is another
    setTyped(value);
    setError(undefined);
  }
  const done = () => {
    const text = tidy(typed);
    const refused = refusal(text);
    setError(refused);
    if (refused === undefined && text !== value) onTyped(text);
    else if (refused === undefined) setTyped(text);
  };
  return (
    <TextField
      {...field}
      value={typed}
      error={error}
      maxLength={50}
      onChange={(event) => setTyped(event.target.value)}
      onBlur={done}
      onKeyDown={(event) => {
        if (event.key === 'Enter') done();
      }}
    />
  );
}
