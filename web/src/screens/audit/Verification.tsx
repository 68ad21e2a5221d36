/** The whole chain of hashes, computed again by the server when it is asked to. */
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Button } from '../../design/Button';
import { Notice } from '../../design/Notice';
import { TroubleNotice } from '../../design/TroubleNotice';
import { type Chain, verify } from './queries';

export function Verification() {
  const { t } = useTranslation('audit');
  const verifying = useMutation({ mutationFn: verify });
  return (
    <div className="flex flex-col gap-3">
      <div>
        <Button busy={verifying.isPending} onClick={() => verifying.mutate()}>
          {t(verifying.isPending ? 'verify.doing' : 'verify.do')}
        </Button>
      </div>
      {verifying.error ? (
        <TroubleNotice error={verifying.error} retry={() => verifying.mutate()} />
      ) : null}
      {verifying.data ? <Verdict chain={verifying.data} /> : null}
    </div>
  );
}

function Verdict({ chain }: { readonly chain: Chain }) {
  const { t } = useTranslation('audit');
  if (!chain.whole) {
    return (
      <Notice tone="danger" title={t('verify.broken', { count: chain.faults.length })}>
        <ul className="list-disc pl-5">
          {chain.faults.map(({ number, fault }) => (
            <li key={`${number} ${fault}`}>{t('verify.fault', { number, fault })}</li>
          ))}
        </ul>
      </Notice>
    );
  }
  return (
    <Notice tone="info" title={t('verify.whole', { count: chain.lines })}>
      <p className="text-muted">{t('verify.head')}</p>
      <code className="text-xs break-all">{chain.head_hash ?? '—'}</code>
    </Notice>
  );
}
