import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { TextField } from '../../design/field';
import { NOTHING, type Search, same } from './queries';

const FIELDS = ['actor', 'action', 'subject', 'since', 'until'] as const;
const TIMES: readonly string[] = ['since', 'until'];

export function SearchForm({
  searched,
  onSearch,
}: {
  readonly searched: Search;
  readonly onSearch: (search: Search) => void;
}) {
  const { t } = useTranslation('audit');
  const [typed, setTyped] = useState<Search>(NOTHING);

  function send(event: FormEvent) {
    event.preventDefault();
    onSearch(typed);
  }

  return (
    <search>
      <form
        onSubmit={send}
        className="grid grid-cols-1 items-end gap-3 sm:grid-cols-2 lg:grid-cols-3 2xl:grid-cols-6"
      >
        {FIELDS.map((name) => (
          <TextField
            key={name}
            label={t(`filter.${name}`)}
            placeholder={name === 'action' ? t('filter.actionHint') : undefined}
            type={TIMES.includes(name) ? 'datetime-local' : 'text'}
            value={typed[name]}
            maxLength={200}
            onChange={(event) => setTyped({ ...typed, [name]: event.target.value })}
          />
        ))}
        <div className="flex gap-2">
          <Button type="submit" look="primary" disabled={same(typed, searched)}>
            {t('filter.apply')}
          </Button>
          <Button
            disabled={same(typed, NOTHING) && same(searched, NOTHING)}
            onClick={() => {
              setTyped(NOTHING);
              onSearch(NOTHING);
            }}
          >
            {t('filter.clear')}
          </Button>
        </div>
      </form>
    </search>
  );
}
