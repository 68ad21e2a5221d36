import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, once, type Schemas } from '../../../api/client';
import { keys } from '../../../api/queries';
import { Button } from '../../../design/Button';
import { Dialog } from '../../../design/Dialog';
import { TroubleNotice } from '../../../design/TroubleNotice';
import type { Bot, Command } from '../queries';
import { StopModes } from '../StopModes';

export function StopDialog({
  bot,
  onAsked,
  onClose,
}: {
  readonly bot: Bot;
  readonly onAsked: (command: Command) => void;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('bots');
  const client = useQueryClient();
  const [mode, setMode] = useState<Schemas['StopMode']>('cancel_orders');
  const stopping = useMutation({
    mutationFn: () =>
      body(
        api.POST('/api/bots/{bot_id}/stop', {
          params: { path: { bot_id: bot.bot_id }, header: once() },
          body: { mode },
        }),
      ),
    onSuccess: (command) => {
      onAsked(command);
      onClose();
    },
    onSettled: () => client.invalidateQueries({ queryKey: keys.bot(bot.bot_id) }),
  });
  return (
    <Dialog
      title={t('stop.title', { name: bot.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button look="danger" busy={stopping.isPending} onClick={() => stopping.mutate()}>
            {t('stop.go')}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <StopModes value={mode} onChange={setMode} />
        {stopping.error ? <TroubleNotice error={stopping.error} acting /> : null}
      </div>
    </Dialog>
  );
}
