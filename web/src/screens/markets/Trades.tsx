import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Card } from '../../design/Card';
import { grouped } from '../../design/format';
import { Loaded } from '../../design/Loaded';
import { TableHead } from '../../design/TableHead';
import { type Spot, tradesQuery } from './queries';

export function Trades({ spot }: { readonly spot: Spot }) {
  const { t } = useTranslation('markets');
  const trades = useQuery(tradesQuery(spot));
  return (
    <Card title={t('trades.title')}>
      <Loaded query={trades}>
        {(found) =>
          found.length === 0 ? (
            <p className="text-muted">{t('trades.none')}</p>
          ) : (
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
            <section tabIndex={0} aria-label={t('trades.title')} className="max-h-80 overflow-auto">
              <table className="w-full text-right text-sm">
                <TableHead
                  className="sticky top-0 bg-surface"
                  columns={[
                    { title: t('trades.time'), words: true },
                    { title: t('trades.side'), words: true },
                    { title: t('trades.price') },
                    { title: t('trades.amount') },
                  ]}
                />
                <tbody>
                  {found.map((trade) => {
                    const buys = trade.side === 'buy';
                    return (
                      <tr key={trade.id}>
                        <td className="text-left">
                          <time dateTime={trade.at} title={new Date(trade.at).toLocaleString()}>
                            {trade.at.slice(11, 19)}
                          </time>
                        </td>
                        <td className={`text-left ${buys ? 'text-gain' : 'text-loss'}`}>
                          <span aria-hidden="true">{buys ? '▲ ' : '▼ '}</span>
                          {t(`trades.${trade.side}`)}
                        </td>
                        <td>{grouped(trade.price)}</td>
                        <td>{grouped(trade.amount)}</td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </section>
          )
        }
      </Loaded>
    </Card>
  );
}
