"""Fills in PostgreSQL: each execution once, by bot, pair and trade id.

Where one execution is told twice in different words, the earliest message of the bot is kept, and
any word of the bot before the venue's, so that the order of arrival does not matter.
"""

from collections.abc import Sequence
from typing import Any

from janym.db import payload, positions
from janym.db.connection import Transaction
from janym.domain.bot import Position
from janym.domain.ids import BotId, ClientOrderId, TradeId
from janym.domain.trading import Fee, Fill, FillSource, Side

LAST = Position(session=2**31 - 1, seq=2**53)
"""Where the venue's own word stands: after all of the bot's."""

STORE = """
INSERT INTO fills AS known (
    organization_id, bot_id, trade_id, client_order_id, exchange_order_id, trading_pair, side,
    price, quantity, fee_asset, fee_amount, fee_price, maker, executed_at, source, session, seq
)
SELECT bots.organization_id, bot_id, trade_id, client_order_id, exchange_order_id,
    told.trading_pair, side, price, quantity, fee_asset, fee_amount, fee_price, maker, executed_at,
    source, told.session, told.seq
FROM json_to_recordset(%s) AS told (
    bot_id uuid, trade_id text, client_order_id text, exchange_order_id text, trading_pair text,
    side text, price numeric, quantity numeric, fee_asset text, fee_amount numeric,
    fee_price numeric, maker boolean, executed_at timestamptz, source text, session integer,
    seq bigint
) JOIN bots ON bots.id = bot_id
ORDER BY bot_id, told.trading_pair, trade_id
ON CONFLICT (bot_id, trading_pair, trade_id) DO UPDATE SET
    client_order_id = excluded.client_order_id, exchange_order_id = excluded.exchange_order_id,
    side = excluded.side, price = excluded.price, quantity = excluded.quantity,
    fee_asset = excluded.fee_asset, fee_amount = excluded.fee_amount,
    fee_price = excluded.fee_price, maker = excluded.maker, executed_at = excluded.executed_at,
    source = excluded.source, session = excluded.session, seq = excluded.seq
WHERE (excluded.session, excluded.seq)
    < (coalesce(known.session, 2147483647), coalesce(known.seq, 9007199254740992))
RETURNING *, xmax = 0 AS added
"""


def store(transaction: Transaction, fills: Sequence[Fill]) -> int:
    """Store fills, and count those that were not there. Their bots must be locked."""
    if not fills:
        return 0
    rows = transaction.all(STORE, (payload.encode([_row(fill) for fill in _once(fills)]),))
    if rows:
        positions.add(transaction, [(fill(row), row.added) for row in rows], of_pair)
    return sum(row.added for row in rows)


def of_pair(transaction: Transaction, bot: BotId, pair: str) -> list[Fill]:
    """Give every execution of a bot on a pair, oldest first: by time, then trade id."""
    rows = transaction.all(
        """
        SELECT * FROM fills WHERE bot_id = %s AND trading_pair = %s
        ORDER BY executed_at, trade_id COLLATE "C"
        """,
        (bot, pair),
    )
    return [fill(row) for row in rows]


def fill(row: Any) -> Fill:
    """Turn a row of `fills` into a fill."""
    told = row.session is not None
    return Fill(
        bot=BotId(row.bot_id),
        trade_id=TradeId(row.trade_id),
        client_order_id=ClientOrderId(row.client_order_id),
        exchange_order_id=row.exchange_order_id,
        trading_pair=row.trading_pair,
        side=Side(row.side),
        price=row.price,
        quantity=row.quantity,
        fee=Fee(asset=row.fee_asset, amount=row.fee_amount, price=row.fee_price),
        maker=row.maker,
        executed_at=row.executed_at,
        source=FillSource(row.source),
        position=Position(session=row.session, seq=row.seq) if told else None,
    )


def _once(fills: Sequence[Fill]) -> list[Fill]:
    kept: dict[tuple[BotId, str, str], Fill] = {}
    for fill in fills:
        key = (fill.bot, fill.trading_pair, fill.trade_id)
        known = kept.get(key)
        if known is None or (fill.position or LAST) < (known.position or LAST):
            kept[key] = fill
    return list(kept.values())


def _row(fill: Fill) -> dict[str, Any]:
    return {
        "bot_id": fill.bot,
        "trade_id": fill.trade_id,
        "client_order_id": fill.client_order_id,
        "exchange_order_id": fill.exchange_order_id,
        "trading_pair": fill.trading_pair,
        "side": fill.side,
        "price": fill.price,
        "quantity": fill.quantity,
        "fee_asset": fill.fee.asset,
        "fee_amount": fill.fee.amount,
        "fee_price": fill.fee.price,
        "maker": fill.maker,
        "executed_at": fill.executed_at,
        "source": fill.source,
        "session": fill.position.session if fill.position else None,
        "seq": fill.position.seq if fill.position else None,
    }
