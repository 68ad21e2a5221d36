/** Reading orders, page by page, and all of them as one file. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api, body, type Schemas } from '../../api/client';
import { instant } from '../../design/format';

export type Order = Schemas['OrderView'];
const PAGE = 200;
const PART = 5_000;

export const STATUSES = ['open', 'filled', 'cancelled', 'failed'] as const;
export const SIDES = ['buy', 'sell'] as const;

/** Which orders; what is empty is not asked about. */
export interface Wish {
  /** Orders of this bot alone. */
  readonly bot: string;
  readonly status: Order['status'] | '';
  readonly side: Order['order_side'] | '';
  /** As `ETH-USDT`. */
  readonly pair: string;
  /** Created then or later; as an input of day and time has it, in UTC. */
  readonly since: string;
  /** Created before then; the same. */
  readonly until: string;
}

function asked({ status, side, pair, since, until }: Wish) {
  const [from, to] = [instant(since), instant(until)];
  return {
    ...(status ? { status } : {}),
    ...(side ? { side } : {}),
    ...(pair ? { pair } : {}),
    ...(from ? { since: from } : {}),
    ...(to ? { until: to } : {}),
  };
}

export const ordersQuery = (wish: Wish) =>
  infiniteQueryOptions({
    queryKey: ['orders', wish],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => {
      const query = { limit: PAGE, ...asked(wish), ...(pageParam ? { cursor: pageParam } : {}) };
      const path = { bot_id: wish.bot };
      return wish.bot
        ? body(api.GET('/api/bots/{bot_id}/orders', { params: { path, query } }))
        : body(api.GET('/api/orders', { params: { query } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Names of the bots, by id. */
export const botNamesQuery = queryOptions({
  queryKey: ['bots', 'names'],
  queryFn: async () => {
    const names = new Map<string, string>();
    let cursor: string | undefined;
    do {
      const query = { limit: 500, ...(cursor ? { cursor } : {}) };
      const page = await body(api.GET('/api/bots', { params: { query } }));
      for (const bot of page.items) names.set(bot.bot_id, bot.name);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return names;
  },
});

/** Every order that is wished for as CSV, with the head once, and how many rows it has. */
export async function readCsv(wish: Wish): Promise<{ text: string; rows: number }> {
  let text = '';
  let rows = 0;
  let cursor: string | undefined;
  do {
    const query = {
      format: 'csv' as const,
      limit: PART,
      ...asked(wish),
      ...(cursor ? { cursor } : {}),
    };
    const { data, response } = wish.bot
      ? await api.GET('/api/bots/{bot_id}/orders', {
          params: { path: { bot_id: wish.bot }, query },
          parseAs: 'text',
        })
      : await api.GET('/api/orders', { params: { query }, parseAs: 'text' });
    const part = String(data ?? '');
    const head = part.indexOf('\n') + 1;
    const lines = part.slice(head);
    text += text === '' ? part : lines;
    rows += lines.split('\n').filter(Boolean).length;
    cursor = response.headers.get('X-Next-Cursor') ?? undefined;
  } while (cursor);
  return { text, rows };
}
