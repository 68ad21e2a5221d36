"""Orders in PostgreSQL, merged from whatever is heard of them, in any order.

Each column is the least upper bound of all that was said (highest rank, most filled, first and last
moment), so that no order of arrival and no repetition changes the outcome. An order whose fills
reach its quantity is filled, whatever was said of it, and then has no reason.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from janym.db import payload
from janym.db.connection import Transaction
from janym.domain.ids import BotId, ClientOrderId
from janym.domain.telemetry import OrderReport
from janym.domain.trading import Order, OrderStatus, OrderType, Side

Key = tuple[BotId, ClientOrderId]

# Statuses by rising rank, as in `janym.domain.trading.ORDER_RANK`.
MERGE = """
WITH told AS (
    SELECT *, array_position(ARRAY['open', 'failed', 'cancelled', 'filled'], status) AS rank
    FROM json_to_recordset(%s) AS said (
        bot_id uuid, client_order_id text, exchange_order_id text, trading_pair text,
        order_type text, order_side text, price numeric, quantity numeric,
        filled_quantity numeric, status text, reason text, first_at timestamptz,
        last_at timestamptz
    )
), merged AS (
    SELECT bot_id, client_order_id, max(exchange_order_id) AS exchange_order_id,
        max(trading_pair) AS trading_pair, max(order_type) AS order_type,
        max(order_side) AS order_side, max(price) AS price, max(quantity) AS quantity,
        max(filled_quantity) AS filled_quantity,
        (array_agg(status ORDER BY rank DESC))[1] AS status,
        (array_agg(reason ORDER BY rank DESC, reason DESC NULLS LAST))[1] AS reason,
        min(first_at) AS first_at, max(last_at) AS last_at
    FROM told GROUP BY bot_id, client_order_id
)
INSERT INTO orders AS known (
    organization_id, bot_id, client_order_id, exchange_order_id, trading_pair, order_type,
    order_side, price, quantity, filled_quantity, status, reason, exchange_timestamp, created_at,
    updated_at
)
SELECT bots.organization_id, bot_id, client_order_id, exchange_order_id, merged.trading_pair,
    order_type, order_side, price, quantity, filled_quantity, merged.status, reason, last_at,
    first_at, last_at
FROM merged JOIN bots ON bots.id = bot_id
ORDER BY bot_id, client_order_id
ON CONFLICT (bot_id, client_order_id) DO UPDATE SET
    exchange_order_id = greatest(known.exchange_order_id, excluded.exchange_order_id),
    trading_pair = greatest(known.trading_pair, excluded.trading_pair),
    order_type = greatest(known.order_type, excluded.order_type),
    order_side = greatest(known.order_side, excluded.order_side),
    price = greatest(known.price, excluded.price),
    quantity = greatest(known.quantity, excluded.quantity),
    filled_quantity = greatest(known.filled_quantity, excluded.filled_quantity),
    (status, reason) = (
        SELECT status, reason
        FROM (VALUES (known.status, known.reason), (excluded.status, excluded.reason))
            AS said (status, reason)
        ORDER BY array_position(ARRAY['open', 'failed', 'cancelled', 'filled'], said.status) DESC,
            said.reason DESC NULLS LAST
        LIMIT 1
    ),
    exchange_timestamp = greatest(known.exchange_timestamp, excluded.exchange_timestamp),
    created_at = least(known.created_at, excluded.created_at),
    updated_at = greatest(known.updated_at, excluded.updated_at)
"""

SETTLE = """
UPDATE orders SET
    filled_quantity = greatest(filled_quantity, filled.total),
    status = CASE WHEN greatest(filled_quantity, filled.total) >= quantity AND quantity > 0
        THEN 'filled' ELSE status END,
    reason = CASE WHEN status = 'filled'
        OR greatest(filled_quantity, filled.total) >= quantity AND quantity > 0
        THEN NULL ELSE reason END,
    updated_at = greatest(updated_at, filled.last_at)
FROM unnest(%s::uuid[], %s::text[]) AS touched (bot_id, client_order_id)
CROSS JOIN LATERAL (
    SELECT sum(fills.quantity) AS total, max(fills.executed_at) AS last_at FROM fills
    WHERE fills.bot_id = touched.bot_id AND fills.client_order_id = touched.client_order_id
) AS filled
WHERE orders.bot_id = touched.bot_id AND orders.client_order_id = touched.client_order_id
    AND (filled.total IS NOT NULL OR orders.filled_quantity > 0 OR orders.status = 'filled')
"""


def merge(transaction: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Merge what was said into the orders' rows. The bots must be locked; `settle` comes after."""
    if rows:
        transaction.run(MERGE, (payload.encode(rows),))


def settle(transaction: Transaction, keys: Iterable[Key]) -> None:
    """Bring filled quantities and statuses up to the fills stored. The bots must be locked."""
    touched = sorted(set(keys))
    if touched:
        bots, clients = [key[0] for key in touched], [payload.text(key[1]) for key in touched]
        transaction.run(SETTLE, (bots, clients))


def reported(report: OrderReport) -> dict[str, Any]:
    """Give what a bot's report says of an order."""
    return {
        "bot_id": report.bot,
        "client_order_id": report.client_order_id,
        "exchange_order_id": report.exchange_order_id,
        "trading_pair": report.trading_pair,
        "order_type": report.type,
        "order_side": report.side,
        "price": report.price,
        "quantity": report.quantity,
        "filled_quantity": 0,
        "status": report.status,
        "reason": report.reason,
        "first_at": report.at,
        "last_at": report.at,
    }


def whole(order: Order) -> dict[str, Any]:
    """Give what a whole order, as the venue shows it, says."""
    return {
        "bot_id": order.bot,
        "client_order_id": order.client_order_id,
        "exchange_order_id": order.exchange_order_id,
        "trading_pair": order.trading_pair,
        "order_type": order.type,
        "order_side": order.side,
        "price": order.price,
        "quantity": order.quantity,
        "filled_quantity": order.filled_quantity,
        "status": order.status,
        "reason": order.reason,
        "first_at": order.created_at,
        "last_at": order.exchange_timestamp or order.updated_at,
    }


def order(row: Any) -> Order:
    """Turn a row of `orders` into an order."""
    return Order(
        bot=BotId(row.bot_id),
        client_order_id=ClientOrderId(row.client_order_id),
        exchange_order_id=row.exchange_order_id,
        trading_pair=row.trading_pair,
        type=OrderType(row.order_type),
        side=Side(row.order_side),
        price=row.price,
        quantity=row.quantity,
        filled_quantity=row.filled_quantity,
        status=OrderStatus(row.status),
        reason=row.reason,
        exchange_timestamp=row.exchange_timestamp,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
