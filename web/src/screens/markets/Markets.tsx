/** Markets: one pair looked at closely, what an exchange lists, what is collected. */
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { NavLink, useParams, useSearchParams } from 'react-router';
import { SelectField } from '../../design/field';
import { Loaded } from '../../design/Loaded';
import { Page } from '../../design/Page';
import { type Exchange, exchangesQuery } from '../keys/queries';
import { Collected } from './Collected';
import { Instruments } from './Instruments';
import { PairView } from './PairView';
import type { Market, Place } from './queries';

const VIEWS = [
  { name: 'pair', path: '/markets' },
  { name: 'instruments', path: '/markets/instruments' },
  { name: 'collectors', path: '/markets/collectors' },
] as const;

export function Markets() {
  const { t } = useTranslation('markets');
  const exchanges = useQuery(exchangesQuery);
  return (
    <Page title={t('title')}>
      <p className="text-muted">{t('lead')}</p>
      <Loaded query={exchanges}>
        {(found) => <Chosen exchanges={found.filter((each) => each.data.length > 0)} />}
      </Loaded>
    </Page>
  );
}

function Chosen({ exchanges }: { readonly exchanges: readonly Exchange[] }) {
  const { t } = useTranslation('markets');
  const { view } = useParams();
  const [search, setSearch] = useSearchParams();
  const asked = exchanges.find((each) => each.exchange === search.get('exchange'));
  const exchange = asked ?? exchanges.find((each) => each.exchange === 'binance') ?? exchanges[0];
  if (exchange === undefined) return null;
  const wished = search.get('market') === 'futures' ? 'futures' : 'spot';
  const market: Market = exchange.data.includes(wished) ? wished : (exchange.data[0] ?? 'spot');
  const place: Place = { exchange: exchange.exchange, market };
  const go = (next: Record<string, string>) => setSearch({ ...place, ...next }, { replace: true });
  const kept = `?${new URLSearchParams({ ...place })}`;
  return (
    <>
      <div className="grid grid-cols-2 gap-3 sm:max-w-md">
        <SelectField
          label={t('exchange')}
          value={place.exchange}
          onChange={(event) => go({ exchange: event.target.value })}
        >
          {exchanges.map((each) => (
            <option key={each.exchange}>{each.exchange}</option>
          ))}
        </SelectField>
        <SelectField
          label={t('market')}
          value={market}
          onChange={(event) => go({ market: event.target.value })}
        >
          {(['spot', 'futures'] as const)
            .filter((each) => exchange.data.includes(each))
            .map((each) => (
              <option key={each} value={each}>
                {t(each)}
              </option>
            ))}
        </SelectField>
      </div>
      <nav aria-label={t('title')} className="flex flex-wrap gap-1 border-line border-b">
        {VIEWS.map(({ name, path }) => (
          <NavLink
            key={name}
            to={path + kept}
            end
            className="border-transparent border-b-2 px-3 py-2 text-muted hover:text-text aria-[current=page]:border-accent aria-[current=page]:font-semibold aria-[current=page]:text-text"
          >
            {t(`view.${name}`)}
          </NavLink>
        ))}
      </nav>
      {view === 'instruments' ? (
        <Instruments place={place} />
      ) : view === 'collectors' ? (
        <Collected exchanges={exchanges} />
      ) : (
        <PairView place={place} wished={search.get('pair')} onPair={(pair) => go({ pair })} />
      )}
    </>
  );
}
