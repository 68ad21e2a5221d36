import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Dialog } from '../../design/Dialog';
import { TroubleNotice } from '../../design/TroubleNotice';
import { type Key, useForget } from './queries';
import { nameOf } from './words';

export function ForgetKey({
  of,
  onClose,
}: {
  readonly of: Key;
  readonly onClose: (done?: string) => void;
}) {
  const { t } = useTranslation('keys');
  const forget = useForget();
  const label = nameOf(of, t);
  return (
    <Dialog
      title={t('remove.title', { label })}
      onClose={() => onClose()}
      actions={
        <>
          <Button onClick={() => onClose()}>{t('remove.cancel')}</Button>
          <Button
            look="danger"
            busy={forget.isPending}
            onClick={() =>
              forget.mutate(of, { onSuccess: () => onClose(t('done.deleted', { label })) })
            }
          >
            {t('remove.confirm')}
          </Button>
        </>
      }
    >
      {forget.error ? <TroubleNotice error={forget.error} acting /> : null}
      <p>{t('remove.text', { exchange: of.exchange })}</p>
    </Dialog>
  );
}
