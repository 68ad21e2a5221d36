import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Button } from '../design/Button';
import { Notice } from '../design/Notice';

/** A screen broke: the others go on. */
export function Crash() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Notice
      tone="danger"
      title={t('crash.title')}
      action={<Button onClick={() => location.reload()}>{t('reload')}</Button>}
    >
      <p>{t('crash.text')}</p>
      <pre className="mt-2 overflow-auto text-xs">{String(error)}</pre>
    </Notice>
  );
}
