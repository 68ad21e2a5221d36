/** What is asked of the history. It stands in the address, so that it can be kept and shared. */
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { SIDES, STATUSES, type Wish } from './queries';

const EVERYTHING: Wish = { bot: '', status: '', side: '' };

export function useFilters(): [Wish, (next: Partial<Wish>) => void] {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(
    (): Wish => ({
      bot: search.get('bot') ?? '',
      status: STATUSES.find((each) => each === search.get('status')) ?? '',
      side: SIDES.find((each) => each === search.get('side')) ?? '',
    }),
    [search],
  );
  const set = (next: Partial<Wish>) => {
    const kept = Object.entries({ ...EVERYTHING, ...next }).filter(([, value]) => value);
    setSearch(kept, { replace: true });
  };
  return [filters, set];
}

export function isNarrow(wish: Wish): boolean {
  return Object.values(wish).some(Boolean);
}
