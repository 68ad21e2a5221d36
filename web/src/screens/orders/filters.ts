/** What is asked of the history. It stands in the address, so that it can be kept and shared. */
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { instant } from '../../design/format';
import { SIDES, STATUSES, type Wish } from './queries';

export const NOTHING: Wish = { bot: '', status: '', side: '', pair: '', since: '', until: '' };

export function useFilters(): [Wish, (filters: Wish) => void] {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo((): Wish => read(search), [search]);
  const set = (next: Wish) => {
    const kept = Object.entries(next).filter(([, value]) => value);
    setSearch(kept, { replace: true });
  };
  return [filters, set];
}

/** What an address asks for; what nothing can be asked about is left out. */
export function read(search: URLSearchParams): Wish {
  const pair = search.get('pair') ?? '';
  return {
    bot: search.get('bot') ?? '',
    status: STATUSES.find((each) => each === search.get('status')) ?? '',
    side: SIDES.find((each) => each === search.get('side')) ?? '',
    pair: isPair(pair) ? pair : '',
    since: moment(search.get('since')),
    until: moment(search.get('until')),
  };
}

export function isNarrow(wish: Wish): boolean {
  return Object.values(wish).some(Boolean);
}

export function isPair(text: string): boolean {
  return /^[A-Z0-9]{1,20}-[A-Z0-9]{1,20}$/.test(text);
}

function moment(text: string | null): string {
  return text !== null && instant(text) !== undefined ? text : '';
}
