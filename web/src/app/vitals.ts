/** What the strip of vitals says, computed from what is read anyway. */
import type { Schemas } from '../api/client';

/** Milliseconds; half of the API's answers come sooner. */
export const ANSWERED_MS = 300;
/** Seconds since a running bot's last word. */
export const HEARD_S = 30;
/** Open alerts. */
export const ALERTED = 0;

export interface Read {
  readonly bots: readonly Schemas['BotView'][] | undefined;
  readonly latest: readonly Schemas['LatestView'][] | undefined;
  readonly alerts: readonly Schemas['AlertView'][] | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface Found {
  /** Bots that are as they were asked to be, of all that are to do something or do. */
  readonly bots?: { readonly asWished: number; readonly all: number };
  /** Seconds since the last word of the running bot that was silent longest. */
  readonly heard?: number;
  /** Alerts that nobody took on. */
  readonly alerts?: number;
}

export function vitals({ bots, latest, alerts, now }: Read): Found {
  const awake = bots?.filter((bot) => bot.desired_status !== 'stopped' || bot.status !== 'stopped');
  const words = new Map(latest?.map((each) => [each.bot_id, each.latest?.timestamp]));
  const ages = awake
    ?.filter((bot) => bot.status === 'running')
    .map((bot) => words.get(bot.bot_id) ?? bot.reported_at)
    .filter((at) => typeof at === 'string')
    .map((at) => Math.max(0, (now - Date.parse(at)) / 1_000));
  return {
    ...(awake && {
      bots: {
        asWished: awake.filter((bot) => bot.status === bot.desired_status).length,
        all: awake.length,
      },
    }),
    ...(ages && ages.length > 0 && { heard: Math.max(...ages) }),
    ...(alerts && { alerts: alerts.filter((alert) => alert.state === 'open').length }),
  };
}
