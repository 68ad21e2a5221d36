/** Deleting a bot: it stops first where it runs, and goes when nothing of it is left at the exchange. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, body, once } from '../../../api/client';
import { keys } from '../../../api/queries';
import { Button } from '../../../design/Button';
import { Dialog } from '../../../design/Dialog';
import { TroubleNotice } from '../../../design/TroubleNotice';
import type { Bot } from '../queries';

export function LeaveDialog({ bot, onClose }: { readonly bot: Bot; readonly onClose: () => void }) {
  const { t } = useTranslation('bots');
  const client = useQueryClient();
  const navigate = useNavigate();
  const stopped = bot.status === 'stopped' && bot.desired_status === 'stopped';
  const path = { bot_id: bot.bot_id };
  const leaving = useMutation({
    mutationFn: async () => {
      if (stopped) await api.DELETE('/api/bots/{bot_id}', { params: { path } });
      else
        await body(
          api.POST('/api/bots/{bot_id}/delete', {
            params: { path, header: once() },
            body: { mode: 'cancel_orders' },
          }),
        );
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: keys.bots });
      await navigate('/bots');
    },
  });
  return (
    <Dialog
      title={t('leave.title', { name: bot.name })}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('common:cancel')}</Button>
          <Button look="danger" busy={leaving.isPending} onClick={() => leaving.mutate()}>
            {t('delete')}
          </Button>
        </>
      }
    >
      <p>{t(stopped ? 'leave.stopped' : 'leave.running')}</p>
      {leaving.error ? <TroubleNotice error={leaving.error} acting /> : null}
    </Dialog>
  );
}
