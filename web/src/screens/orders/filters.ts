/** What is asked of the history. It stands in the address, so that it can be kept and shared. */
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import type { Order, Wish } from './queries';

export interface Filters extends Wish {
  readonly status: string;
  readonly side: string;
}

export function useFilters(): [Filters, (next: Partial<Filters>) => void] {
  const [search, setSearch] = useSearchParams();
  const filters = useMemo(
    () => ({
      bot: search.get('bot') ?? '',
      status: search.get('status') ?? '',
      side: search.get('side') ?? '',
      openOnly: search.get('open') === '1',
    }),
    [search],
  );
  const set = ({ bot, status, side, openOnly }: Partial<Filters>) => {
    const kept = Object.entries({ bot, status, side, open: openOnly ? '1' : '' });
    setSearch(
      kept.filter((entry): entry is [string, string] => Boolean(entry[1])),
      {
        replace: true,
      },
    );
  };
  return [filters, set];
}

export function fits(order: Order, { status, side }: Filters): boolean {
  return (!status || order.status === status) && (!side || order.order_side === side);
}

export function isNarrow(filters: Filters): boolean {
  return Boolean(filters.bot || filters.status || filters.side || filters.openOnly);
}
