/** Nobody is signed in. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn, useSession } from '../../app/session';
import { Button } from '../../design/Button';
import { Notice } from '../../design/Notice';

export function SignIn({ failure }: { readonly failure: unknown }) {
  const { t } = useTranslation('signin');
  const session = useSession();
  const [error, setError] = useState<unknown>();
  const [going, setGoing] = useState(false);

  async function go() {
    setGoing(true);
    try {
      await signIn();
    } catch (refusal) {
      setError(refusal);
      setGoing(false);
    }
  }

  if (session.phase === 'starting' && failure === undefined) {
    return (
      <main className="p-8 text-center text-muted" role="status">
        {t('starting')}
      </main>
    );
  }
  const wrong = failure ?? error;
  return (
    <main className="mx-auto flex min-h-dvh max-w-md flex-col justify-center gap-4 p-6">
      <div className="flex items-center gap-3">
        <img src="/icon.svg" alt="" className="size-10" />
        <h1>Janym</h1>
      </div>
      <p className="text-muted">{t('text')}</p>
      {session.phase === 'out' && session.because === 'expired' ? (
        <Notice tone="warn" title={t('expired.title')}>
          {t('expired.text')}
        </Notice>
      ) : null}
      {session.phase === 'out' && session.because === 'refused' ? (
        <Notice tone="danger" title={t('refused.title')}>
          <p>{t('refused.text')}</p>
          <p lang="en">{session.detail}</p>
        </Notice>
      ) : null}
      {wrong === undefined ? null : (
        <Notice tone="danger" title={t('failed.title')}>
          <p>{t('failed.text')}</p>
          <p lang="en">{String(wrong)}</p>
        </Notice>
      )}
      <Button look="primary" busy={going} onClick={() => void go()}>
        {t('go')}
      </Button>
    </main>
  );
}
