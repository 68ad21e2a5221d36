/** Reading and changing alerts, their rules and their channels. */
import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';
import { api, body, once, type Schemas } from '../../api/client';
import { whole } from '../../api/queries';

export type Alert = Schemas['AlertView'];
export type Rule = Schemas['RuleView'];
export type Channel = Schemas['ChannelView'];
export type Delivery = Schemas['DeliveryView'];
export type AlertState = Schemas['AlertState'];
export type Severity = Schemas['Severity'];
export type Kind = Schemas['RuleKind'];
export type NewRule = Schemas['CreateRule'];
export type NewChannel = Schemas['CreateChannel'];

const ALERTS = ['alerts'] as const;
const RULES = ['alert-rules'] as const;
const CHANNELS = ['alert-channels'] as const;
const PAGE = 100;

export const alertsQuery = (state: AlertState | '') =>
  infiniteQueryOptions({
    queryKey: [...ALERTS, 'feed', state],
    initialPageParam: '',
    queryFn: ({ pageParam }) => {
      const given = { ...(state ? { state } : {}), ...(pageParam ? { cursor: pageParam } : {}) };
      return body(api.GET('/api/alerts', { params: { query: { limit: PAGE, ...given } } }));
    },
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

const partAt = (cursor: string | undefined) => ({
  params: { query: { limit: 200, ...(cursor ? { cursor } : {}) } },
});

export const rulesQuery = queryOptions({
  queryKey: RULES,
  queryFn: () => whole((from) => body(api.GET('/api/alerts/rules', partAt(from)))),
});

export const channelsQuery = queryOptions({
  queryKey: CHANNELS,
  queryFn: () => whole((from) => body(api.GET('/api/alerts/channels', partAt(from)))),
});

const channelAt = (channel: Channel) => ({ params: { path: { channel_id: channel.channel_id } } });

export const deliveriesQuery = (channel: Channel) =>
  queryOptions({
    queryKey: [...CHANNELS, channel.channel_id, 'deliveries'],
    queryFn: async () =>
      (await body(api.GET('/api/alerts/channels/{channel_id}/deliveries', channelAt(channel))))
        .items,
    refetchInterval: (query) =>
      query.state.data?.some((each) => each.state === 'pending') ? 1_000 : false,
  });

export const toldQuery = (alert: Alert) =>
  queryOptions({
    queryKey: [...ALERTS, alert.alert_id, 'deliveries'],
    queryFn: async () => {
      const path = { alert_id: alert.alert_id };
      return (await body(api.GET('/api/alerts/{alert_id}/deliveries', { params: { path } }))).items;
    },
  });

/** One change; what it touches is read again whatever came of it. */
function useChange<Wish, Answer>(
  touched: readonly string[],
  change: (wish: Wish) => Promise<Answer>,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () => client.invalidateQueries({ queryKey: touched }),
  });
}

export const useAcknowledge = () =>
  useChange(ALERTS, (alert: Alert) =>
    body(
      api.POST('/api/alerts/{alert_id}/acknowledge', {
        params: { path: { alert_id: alert.alert_id }, header: once() },
      }),
    ),
  );

/** Keep a rule: a new one, or what another says in place of a stored one. */
export const useKeepRule = (stored: Rule | undefined) =>
  useChange(RULES, ({ kind, ...rule }: NewRule) =>
    stored
      ? body(
          api.PUT('/api/alerts/rules/{rule_id}', {
            params: { path: { rule_id: stored.rule_id } },
            body: rule,
          }),
        )
      : body(
          api.POST('/api/alerts/rules', { params: { header: once() }, body: { kind, ...rule } }),
        ),
  );

export const useForgetRule = () =>
  useChange(RULES, (rule: Rule) =>
    api.DELETE('/api/alerts/rules/{rule_id}', { params: { path: { rule_id: rule.rule_id } } }),
  );

export const useKeepChannel = () =>
  useChange(CHANNELS, (channel: NewChannel) =>
    body(api.POST('/api/alerts/channels', { params: { header: once() }, body: channel })),
  );

export const useSwitchChannel = () =>
  useChange(CHANNELS, (channel: Channel) =>
    body(
      api.PUT('/api/alerts/channels/{channel_id}', {
        ...channelAt(channel),
        body: { label: null, enabled: !channel.enabled, quiet_hours: channel.quiet_hours },
      }),
    ),
  );

export const useTestChannel = () =>
  useChange(CHANNELS, (channel: Channel) =>
    body(
      api.POST('/api/alerts/channels/{channel_id}/test', {
        params: { path: { channel_id: channel.channel_id }, header: once() },
      }),
    ),
  );

export const useForgetChannel = () =>
  useChange(CHANNELS, (channel: Channel) =>
    api.DELETE('/api/alerts/channels/{channel_id}', channelAt(channel)),
  );
