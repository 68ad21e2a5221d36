/** What can be asked of a bot now, and how far the last wish got. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, once, type Schemas } from '../../../api/client';
import { keys } from '../../../api/queries';
import { useMayAct } from '../../../app/role';
import { Button, LinkButton } from '../../../design/Button';
import { TroubleNotice } from '../../../design/TroubleNotice';
import { usePace } from '../../../live/live';
import { CommandState, STAGES } from '../CommandState';
import type { Bot, Command } from '../queries';
import { LeaveDialog } from './LeaveDialog';
import { StopDialog } from './StopDialog';

export type Wish = 'start' | 'restart' | 'pause' | 'resume' | 'apply';

const USUAL: Schemas['StartBot'] = { log_level: 'INFO', script: null, is_quickstart: false };

export function useWish(bot: string, onAsked: (command: Command) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ wish }: { wish: Wish }) => {
      const params = { path: { bot_id: bot }, header: once() };
      if (wish === 'start')
        return body(api.POST('/api/bots/{bot_id}/start', { params, body: USUAL }));
      if (wish === 'restart')
        return body(api.POST('/api/bots/{bot_id}/restart', { params, body: USUAL }));
      return body(api.POST(`/api/bots/{bot_id}/${wish}`, { params }));
    },
    onSuccess: onAsked,
    onSettled: () => client.invalidateQueries({ queryKey: keys.bot(bot) }),
  });
}

/** A command, followed to its end. */
export function useCommand(asked: Command | undefined) {
  const pace = usePace(2_000, 2_000);
  return useQuery({
    queryKey: ['command', asked?.command_id],
    enabled: asked !== undefined,
    ...(asked === undefined ? {} : { initialData: asked }),
    refetchInterval: ({ state }) =>
      state.data && ['done', 'failed'].includes(STAGES[state.data.state]) ? false : pace,
    queryFn: () =>
      body(
        api.GET('/api/commands/{command_id}', {
          params: { path: { command_id: asked?.command_id ?? '' } },
        }),
      ),
  });
}

const WISHES: Record<Schemas['BotStatus'], readonly Wish[]> = {
  stopped: ['start'],
  starting: [],
  running: ['pause', 'restart'],
  paused: ['resume'],
  stopping: [],
  error: ['start', 'restart'],
  orphaned: ['start'],
};

export function Actions({ bot }: { readonly bot: Bot }) {
  const { t } = useTranslation('bots');
  const mayAct = useMayAct();
  const [asked, setAsked] = useState<Command>();
  const [dialog, setDialog] = useState<'stop' | 'leave'>();
  const wish = useWish(bot.bot_id, setAsked);
  const command = useCommand(asked);
  if (!mayAct) return null;
  const stopped = bot.desired_status === 'stopped' && bot.status === 'stopped';
  return (
    <div className="flex flex-wrap items-center justify-end gap-2">
      {command.data ? (
        <span role="status" className="flex items-center gap-1.5">
          {t(`wish.${command.data.kind}`)}
          <CommandState state={command.data.state} reason={command.data.reason} />
        </span>
      ) : null}
      {WISHES[bot.status]
        .filter((each) => !(each === 'restart' && bot.desired_status === 'stopped'))
        .map((each) => (
          <Button
            key={each}
            look={each === 'start' || each === 'resume' ? 'primary' : 'plain'}
            busy={wish.isPending && wish.variables.wish === each}
            disabled={wish.isPending || bot.leaving}
            onClick={() => wish.mutate({ wish: each })}
          >
            {t(`wish.${each}`)}
          </Button>
        ))}
      {stopped ? null : (
        <Button look="danger" onClick={() => setDialog('stop')}>
          {t('wish.stop')}
        </Button>
      )}
      <LinkButton to="?part=config">{t('edit.go')}</LinkButton>
      <Button look="quiet" disabled={bot.leaving} onClick={() => setDialog('leave')}>
        {t('delete')}
      </Button>
      {wish.error ? (
        <div className="basis-full">
          <TroubleNotice error={wish.error} acting />
        </div>
      ) : null}
      {dialog === 'stop' ? (
        <StopDialog bot={bot} onAsked={setAsked} onClose={() => setDialog(undefined)} />
      ) : null}
      {dialog === 'leave' ? <LeaveDialog bot={bot} onClose={() => setDialog(undefined)} /> : null}
    </div>
  );
}
