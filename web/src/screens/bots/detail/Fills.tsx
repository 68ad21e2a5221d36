import { useTranslation } from 'react-i18next';
import { Moment } from '../../../design/Age';
import { DataTable } from '../../../design/DataTable';
import { Empty } from '../../../design/Empty';
import { Amount } from '../../../design/Figure';
import { Loaded } from '../../../design/Loaded';
import { useFills } from '../queries';
import { Side } from './Side';

export function Fills({ id }: { readonly id: string }) {
  const { t } = useTranslation('bots');
  return (
    <Loaded query={useFills(id)}>
      {(fills) => (
        <DataTable
          name={t('part.fills')}
          rows={fills}
          keyOf={(fill) => fill.trade_id}
          empty={<Empty title={t('no_fills.title')} text={t('no_fills.text')} />}
          columns={[
            {
              id: 'at',
              title: t('fill.at'),
              value: (fill) => fill.executed_at,
              cell: (fill) => <Moment at={fill.executed_at} />,
            },
            {
              id: 'side',
              title: t('order.side'),
              value: (fill) => fill.order_side,
              cell: (fill) => <Side side={fill.order_side} />,
            },
            {
              id: 'price',
              title: t('order.price'),
              numeric: true,
              value: (fill) => fill.price,
              cell: (fill) => <Amount value={fill.price} />,
            },
            {
              id: 'quantity',
              title: t('order.quantity'),
              numeric: true,
              value: (fill) => fill.quantity,
            },
            {
              id: 'fee',
              title: t('fill.fee'),
              numeric: true,
              value: (fill) => fill.fee,
              cell: (fill) => <Amount value={fill.fee} unit={fill.fee_asset} />,
            },
            {
              id: 'maker',
              title: t('fill.maker'),
              value: (fill) =>
                fill.maker === null ? '' : t(fill.maker ? 'fill.is_maker' : 'fill.is_taker'),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
