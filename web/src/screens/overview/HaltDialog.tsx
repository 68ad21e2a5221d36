/** Asks before the organization's state changes, and says what was asked of whom. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, body, type Schemas } from '../../api/client';
import { keys } from '../../api/queries';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { TextField } from '../../design/field';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { StopModes } from '../bots/StopModes';

export function HaltDialog({
  target,
  onClose,
}: {
  readonly target: Schemas['TradingState'];
  readonly onClose: () => void;
}) {
  const { t } = useTranslation('overview');
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const [mode, setMode] = useState<Schemas['StopMode']>('cancel_orders');
  const asking = useMutation({
    mutationFn: () =>
      body(
        api.PUT('/api/organization/state', {
          body: { state: target, reason: reason.trim(), stop_mode: mode },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: keys.organization }),
  });
  return (
    <Dialog
      title={t(`ask.${target}.title`)}
      onClose={onClose}
      actions={
        asking.isSuccess ? (
          <Button onClick={onClose}>{t('done')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('common:cancel')}</Button>
            <Button
              look={target === 'HALTED' ? 'danger' : 'primary'}
              disabled={reason.trim() === ''}
              busy={asking.isPending}
              onClick={() => asking.mutate()}
            >
              {t(`ask.${target}.go`)}
            </Button>
          </>
        )
      }
    >
      {asking.isSuccess ? (
        <Notice tone="info" title={t(`ask.${target}.asked`)}>
          {t('asked_bots', { count: asking.data.asked.length })}
        </Notice>
      ) : (
        <div className="flex flex-col gap-4">
          <p>{t(`ask.${target}.text`)}</p>
          {target === 'HALTED' ? <StopModes value={mode} onChange={setMode} /> : null}
          <TextField
            label={t('reason')}
            help={t('reason_help')}
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
          />
          {asking.error ? <TroubleNotice error={asking.error} acting /> : null}
        </div>
      )}
    </Dialog>
  );
}
