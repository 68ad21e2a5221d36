import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Moment } from '../../design/Age';
import { Badge, type Tone } from '../../design/Badge';
import { type Column, DataTable } from '../../design/DataTable';
import { Amount } from '../../design/Figure';
import type { Order } from './queries';

const TONES: Record<Order['status'], Tone> = {
  open: 'busy',
  filled: 'good',
  cancelled: 'neutral',
  failed: 'bad',
};

export function OrdersTable({
  orders,
  names,
  empty,
}: {
  readonly orders: readonly Order[];
  /** Names of the bots by id, as far as they are known. */
  readonly names: ReadonlyMap<string, string> | undefined;
  readonly empty: ReactNode;
}) {
  const { t } = useTranslation('orders');
  const nameOf = (order: Order) => names?.get(order.bot_id) ?? order.bot_id.slice(0, 8);
  const columns: Column<Order>[] = [
    {
      id: 'created',
      title: t('column.created'),
      value: (order) => order.created_at,
      cell: (order) => <Moment at={order.created_at} />,
    },
    {
      id: 'bot',
      title: t('column.bot'),
      value: nameOf,
      cell: (order) => (
        <Link to={`/bots/${order.bot_id}`} className="text-accent underline">
          {nameOf(order)}
        </Link>
      ),
    },
    {
      id: 'pair',
      title: t('column.pair'),
      value: (order) => order.trading_pair,
      cell: (order) => <span className="whitespace-nowrap">{order.trading_pair}</span>,
    },
    {
      id: 'side',
      title: t('column.side'),
      value: (order) => t(`side.${order.order_side}`),
      cell: (order) => <Side side={order.order_side} text={t(`side.${order.order_side}`)} />,
    },
    { id: 'type', title: t('column.type'), value: (order) => t(`type.${order.order_type}`) },
    {
      id: 'price',
      title: t('column.price'),
      numeric: true,
      value: (order) => order.price ?? '',
      cell: (order) => (order.price === null ? t('atMarket') : <Amount value={order.price} />),
    },
    {
      id: 'quantity',
      title: t('column.quantity'),
      numeric: true,
      value: (order) => order.quantity,
      cell: (order) => <Amount value={order.quantity} />,
    },
    {
      id: 'filled',
      title: t('column.filled'),
      numeric: true,
      value: (order) => order.filled_quantity,
      cell: (order) => <Amount value={order.filled_quantity} />,
    },
    {
      id: 'status',
      title: t('column.status'),
      value: (order) => t(`status.${order.status}`),
      cell: (order) => (
        <Badge tone={TONES[order.status]} title={order.reason ?? undefined}>
          {t(`status.${order.status}`)}
        </Badge>
      ),
    },
    {
      id: 'id',
      title: t('column.id'),
      value: (order) => order.client_order_id,
      cell: (order) => <code className="text-xs">{order.client_order_id}</code>,
    },
  ];
  return (
    <DataTable
      name={t('title')}
      rows={orders}
      columns={columns}
      keyOf={(order) => `${order.bot_id} ${order.client_order_id}`}
      empty={empty}
      sortedBy={{ id: 'created', desc: true }}
    />
  );
}

function Side({ side, text }: { readonly side: string; readonly text: string }) {
  const buys = side.toLowerCase() === 'buy';
  return (
    <span className={`whitespace-nowrap ${buys ? 'text-gain' : 'text-loss'}`}>
      <span aria-hidden="true">{buys ? '▲ ' : '▼ '}</span>
      {text}
    </span>
  );
}
