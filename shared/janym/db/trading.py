"""Orders and fills for readers, and for what the venue says of them."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from janym.db import cursors, orders, positions
from janym.db import fills as executions
from janym.db.connection import Transaction
from janym.domain import pnl
from janym.domain.ids import BotId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.position import PairTotals
from janym.domain.trading import Fill, Order, OrderStatus, Stretch
from janym.ports.told import EVERY_ORDER, WantedOrders
from janym.ports.unit_of_work import Listing, Page

LOCK: LiteralString = "SELECT 1 FROM bots WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"
"""Whoever writes a bot's orders or fills holds its row, so that sums miss nothing."""

_NEWEST: LiteralString = """
    AND (%(bot)s::uuid IS NULL OR bot_id = %(bot)s)
    AND (%(side)s::text IS NULL OR order_side = %(side)s)
    AND (%(since)s::timestamptz IS NULL OR created_at >= %(since)s)
    AND (%(until)s::timestamptz IS NULL OR created_at < %(until)s)
    AND (%(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s, %(id)s::uuid))
ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""
_OF_A_STATUS: LiteralString = """
SELECT * FROM orders WHERE (%(status)s::text IS NULL OR status = %(status)s)
"""
ORDERS: LiteralString = _OF_A_STATUS + _NEWEST
_OF_EACH_STATUS: LiteralString = """
SELECT found.* FROM unnest(%(statuses)s::text[]) AS wanted (status) CROSS JOIN LATERAL (
SELECT * FROM orders WHERE trading_pair = %(pair)s AND status = wanted.status
"""
_NEWEST_OF_ALL: LiteralString = """
) AS found ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""
ORDERS_OF_A_PAIR: LiteralString = _OF_EACH_STATUS + _NEWEST + _NEWEST_OF_ALL
"""The newest of each status, and the newest of those: one index serves a pair with a status and
without one, and few rows are read however rare what is looked for."""


class Trading:
    """`ports.unit_of_work.Trading`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def orders(
        self, bot: BotId | None, page: Page, wanted: WantedOrders = EVERY_ORDER
    ) -> Listing[Order]:
        rows = self._transaction.all(
            ORDERS if wanted.pair is None else ORDERS_OF_A_PAIR,
            {
                "bot": bot,
                "status": wanted.status and wanted.status.value,
                "statuses": [wanted.status] if wanted.status else list(OrderStatus),
                "side": wanted.side and wanted.side.value,
                "pair": wanted.pair,
                "since": wanted.since,
                "until": wanted.until,
                "limit": page.limit + 1,
            }
            | cursors.uuid_parameters(cursors.read(page.cursor)),
        )
        return cursors.listing(rows, page, orders.order, lambda row: (row.created_at, str(row.id)))

    def fills(self, bot: BotId, page: Page) -> Listing[Fill]:
        after = cursors.read(page.cursor)
        rows = self._transaction.all(
            """
            SELECT * FROM fills
            WHERE bot_id = %(bot)s
                AND (%(at)s::timestamptz IS NULL OR (executed_at, id) < (%(at)s, %(id)s::uuid))
            ORDER BY executed_at DESC, id DESC LIMIT %(limit)s
            """,
            {"bot": bot, "limit": page.limit + 1} | cursors.uuid_parameters(after),
        )
        return cursors.listing(
            rows, page, executions.fill, lambda row: (row.executed_at, str(row.id))
        )

    def newest_fills(self, bot: BotId, pair: str, *, limit: int) -> Sequence[Fill]:
        rows = self._transaction.all(
            """
            SELECT * FROM (
                SELECT * FROM fills WHERE bot_id = %s AND trading_pair = %s
                ORDER BY executed_at DESC, trade_id DESC LIMIT %s
            ) AS newest
            ORDER BY executed_at, trade_id COLLATE "C"
            """,
            (bot, pair, limit),
        )
        return [executions.fill(row) for row in rows]

    def busy(
        self, bot: BotId, pair: str, *, since: datetime, before: datetime
    ) -> Sequence[Stretch]:
        rows = self._transaction.all(
            """
            SELECT max(executed_at) AS ended, count(*) AS fills, sum(price * quantity) AS volume
            FROM fills
            WHERE bot_id = %s AND trading_pair = %s AND executed_at >= %s AND executed_at < %s
            GROUP BY date_bin('5 minutes', executed_at, 'epoch') ORDER BY ended
            """,
            (bot, pair, since, before),
        )
        return [Stretch(ended=row.ended, fills=row.fills, volume=row.volume) for row in rows]

    def add_fills(self, fills: Sequence[Fill]) -> int:
        self._transaction.run(LOCK, (sorted({fill.bot for fill in fills}),))
        added = executions.store(self._transaction, fills)
        orders.settle(self._transaction, ((fill.bot, fill.client_order_id) for fill in fills))
        return added

    def put_order(self, order: Order) -> None:
        self._transaction.run(LOCK, ([order.bot],))
        orders.merge(self._transaction, [orders.whole(order)])
        orders.settle(self._transaction, [(order.bot, order.client_order_id)])

    def profit_and_loss(self, bot: BotId, pair: str) -> ProfitAndLoss:
        known = positions.of_bot(self._transaction, bot, pair)
        if known is not None:
            return known.totals
        return pnl.of(executions.of_pair(self._transaction, bot, pair))

    def positions(self, page: Page) -> Listing[PairTotals]:
        return positions.listed(self._transaction, page)
