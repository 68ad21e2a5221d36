import { useTranslation } from 'react-i18next';
import { Age } from '../../../design/Age';
import { DataTable } from '../../../design/DataTable';
import { Empty } from '../../../design/Empty';
import { Amount } from '../../../design/Figure';
import { Loaded } from '../../../design/Loaded';
import { useOpenOrders } from '../queries';
import { Side } from './Side';

export function OpenOrders({ id }: { readonly id: string }) {
  const { t } = useTranslation('bots');
  return (
    <Loaded query={useOpenOrders(id)}>
      {(orders) => (
        <DataTable
          name={t('part.orders')}
          rows={orders}
          keyOf={(order) => order.client_order_id}
          empty={<Empty title={t('no_orders.title')} text={t('no_orders.text')} />}
          sortedBy={{ id: 'price', desc: true }}
          columns={[
            {
              id: 'side',
              title: t('order.side'),
              value: (order) => order.order_side,
              cell: (order) => <Side side={order.order_side} />,
            },
            {
              id: 'price',
              title: t('order.price'),
              numeric: true,
              value: (order) => order.price ?? '',
              cell: (order) => <Amount value={order.price} />,
            },
            {
              id: 'quantity',
              title: t('order.quantity'),
              numeric: true,
              value: (order) => order.quantity,
            },
            {
              id: 'filled',
              title: t('order.filled'),
              numeric: true,
              value: (order) => order.filled_quantity,
            },
            {
              id: 'age',
              title: t('order.age'),
              value: (order) => order.created_at,
              cell: (order) => <Age at={order.created_at} />,
            },
            { id: 'id', title: t('order.id'), value: (order) => order.client_order_id },
          ]}
        />
      )}
    </Loaded>
  );
}
