/** What is at stake: what the orders bind, whether the account has it, and where trading ends. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, body } from '../../../api/client';
import { whole } from '../../../api/queries';
import { Age } from '../../../design/Age';
import { Amount } from '../../../design/Figure';
import type { Asking, Chosen } from './chosen';
import { fixed } from './decimal';
import { bound, ladder } from './ladder';
import { useBook, useInstrument } from './market';
import { Questions } from './Questions';

/** Settings that say where trading ends. They are asked for here. */
export const LIMITS: ReadonlySet<string> = new Set(['price_floor', 'price_ceiling']);

export function Risk(asking: Asking) {
  const { t } = useTranslation('wizard');
  return (
    <div className="flex flex-col gap-5">
      <AtStake {...asking} />
      {asking.settings.length === 0 ? (
        <p className="text-muted">{t('risk.no_limits')}</p>
      ) : (
        <>
          <p>{t('risk.limits')}</p>
          <Questions unfolded asking={asking} />
        </>
      )}
      <p className="text-muted">
        {t('risk.watch')}{' '}
        <Link to="/alerts/rules" className="text-accent underline">
          {t('risk.rules')}
        </Link>
      </p>
    </div>
  );
}

function AtStake({ strategy, credential, pair, config }: Chosen) {
  const { t } = useTranslation('wizard');
  const tick = useInstrument(credential.exchange, pair)?.tick_size;
  const book = useBook(credential.exchange, pair);
  const balances = useQuery({
    queryKey: ['balances'],
    queryFn: () =>
      whole((cursor) =>
        body(
          api.GET('/api/balances', {
            params: { query: { limit: 500, ...(cursor ? { cursor } : {}) } },
          }),
        ),
      ),
  });
  const [bid, ask] = [book.data?.bids[0]?.price, book.data?.asks[0]?.price];
  const rungs = bid && ask ? ladder(strategy, config, { bid, ask }, tick) : [];
  const needed = bound(rungs);
  const [base = '', quote = ''] = pair.split('-');
  const held = (asset: string) =>
    balances.data?.find(
      (each) => each.credential_id === credential.credential_id && each.asset === asset,
    );
  return (
    <table className="w-full max-w-2xl text-right">
      <caption className="mb-1 text-left font-medium">{t('risk.bound')}</caption>
      <thead className="text-xs text-muted">
        <tr>
          <th scope="col" className="text-left">
            {t('risk.asset')}
          </th>
          <th scope="col">{t('risk.needed')}</th>
          <th scope="col">{t('risk.free')}</th>
          <th scope="col">{t('risk.read')}</th>
        </tr>
      </thead>
      <tbody>
        {(
          [
            [quote, needed?.quote],
            [base, needed?.base],
          ] as const
        ).map(([asset, amount]) => (
          <tr key={asset} className="border-t border-line">
            <th scope="row" className="py-1 text-left font-medium">
              {asset}
            </th>
            <td>
              <Amount value={amount} />
            </td>
            <td className={short(held(asset)?.free, amount) ? 'text-warn' : ''}>
              {short(held(asset)?.free, amount) ? `▲ ${t('risk.short')} ` : ''}
              <Amount value={held(asset)?.free} />
            </td>
            <td>
              <Age at={held(asset)?.at} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Whether the account is known to have less than the orders need. */
function short(free: string | undefined, needed: string | undefined): boolean {
  const [has, wants] = [fixed(free ?? ''), fixed(needed ?? '')];
  return has !== undefined && wants !== undefined && has < wants;
}
