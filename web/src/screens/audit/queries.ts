/** Reading the audit log, and having its hashes computed again. */
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '../../api/client';
import { instant } from '../../design/format';

export type Line = Schemas['AuditLineView'];
export type Chain = Schemas['AuditChainView'];
const PAGE = 100;

/** What is searched for; empty texts search for nothing. Times as an input of the browser gives them, in UTC. */
export interface Search {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly since: string;
  readonly until: string;
}

export const NOTHING: Search = { actor: '', action: '', subject: '', since: '', until: '' };

export function same(one: Search, other: Search): boolean {
  return (Object.keys(NOTHING) as (keyof Search)[]).every((field) => one[field] === other[field]);
}

export const auditQuery = (search: Search) =>
  infiniteQueryOptions({
    queryKey: ['audit', search],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const wished = {
        ...search,
        since: instant(search.since),
        until: instant(search.until),
        cursor: pageParam,
      };
      const given = Object.fromEntries(Object.entries(wished).filter(([, text]) => text));
      return body(api.GET('/api/audit', { params: { query: { limit: PAGE, ...given } } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export function verify(): Promise<Chain> {
  return body(api.GET('/api/audit/verification'));
}
