/** Where exchanges see the platform come from, to be put on keys' allow lists. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Card } from '../../design/Card';
import { Copy } from '../../design/Copy';
import { Loaded } from '../../design/Loaded';
import { addressesQuery } from './queries';

export function Addresses() {
  const { t } = useTranslation('keys');
  const addresses = useQuery(addressesQuery);
  return (
    <Card title={t('addresses.title')}>
      <p className="max-w-prose text-muted">{t('addresses.text')}</p>
      <Loaded query={addresses}>
        {(found) =>
          found.length === 0 ? (
            <p className="mt-2 max-w-prose">{t('addresses.none')}</p>
          ) : (
            <ul className="mt-2 flex flex-col gap-1">
              {found.map((each) => (
                <li key={each.egress_shard} className="flex flex-wrap items-center gap-3">
                  <code>{each.address}</code>
                  <span className="text-xs text-muted">
                    {t('addresses.shard', { number: each.egress_shard })}
                  </span>
                  <Copy text={each.address}>{t('addresses.copy', { address: each.address })}</Copy>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}
