"""Chains from a request to an exchange's order, in PostgreSQL.

An order's client id names its session modulo 36: the run that placed it is the last that claimed
such a session before. The command behind a run is the last start before its claim.
"""

from collections.abc import Sequence
from typing import Any, LiteralString
from uuid import UUID

from janym.db import commands, fills, orders, runs
from janym.db.connection import Transaction
from janym.domain.chain import Chain, Wanted
from janym.domain.client_order_id import DIGITS, PREFIX_LENGTH
from janym.domain.errors import NotFound
from janym.domain.ids import BotId
from janym.domain.trading import Fill, Order

MOST_FILLS = 500
STARTS = ["start", "restart", "resume", "apply"]

RUN_OF_ORDER: LiteralString = """
SELECT * FROM bot_runs WHERE bot_id = %s AND claimed_at <= %s AND session %% 36 = %s
ORDER BY created_at DESC LIMIT 1
"""
RUN_OF_COMMAND: LiteralString = """
SELECT * FROM bot_runs WHERE bot_id = %s AND created_at >= %s ORDER BY created_at LIMIT 1
"""
COMMAND_BEFORE: LiteralString = """
SELECT * FROM commands WHERE bot_id = %s AND created_at <= %s AND kind = ANY(%s)
ORDER BY created_at DESC LIMIT 1
"""


class Chains:
    """`ports.chains.Chains`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def find(self, bot: BotId, wanted: Wanted) -> Chain:
        if wanted.client_order_id is not None or wanted.exchange_order_id is not None:
            return self._of_order(bot, wanted)
        command = commands.command(self._asked(bot, wanted))
        run = self._transaction.one(RUN_OF_COMMAND, (bot, command.created_at))
        return Chain(command=command, run=runs.run(run) if run else None)

    def _of_order(self, bot: BotId, wanted: Wanted) -> Chain:
        column, key = (
            ("client_order_id", wanted.client_order_id)
            if wanted.client_order_id is not None
            else ("exchange_order_id", wanted.exchange_order_id)
        )
        statement: LiteralString = (
            "SELECT * FROM orders WHERE bot_id = %s AND client_order_id = %s"
            if column == "client_order_id"
            else "SELECT * FROM orders WHERE bot_id = %s AND exchange_order_id = %s LIMIT 1"
        )
        row = self._transaction.one(statement, (bot, key))
        if row is None:
            raise NotFound("order", key)
        order = orders.order(row)
        run = self._run_of(order)
        before = run.claimed_at if run is not None and run.claimed_at else order.created_at
        asked = self._transaction.one(COMMAND_BEFORE, (bot, before, STARTS))
        return Chain(
            command=commands.command(asked) if asked else None,
            run=run,
            order=order,
            fills=self._fills(order),
        )

    def _asked(self, bot: BotId, wanted: Wanted) -> Any:
        if wanted.idempotency_key is not None:
            key: object = wanted.idempotency_key
            statement: LiteralString = (
                "SELECT * FROM commands WHERE bot_id = %s AND idempotency_key = %s"
                " ORDER BY created_at DESC LIMIT 1"
            )
        else:
            key = UUID(wanted.command_id)
            statement = "SELECT * FROM commands WHERE bot_id = %s AND id = %s"
        row = self._transaction.one(statement, (bot, key))
        if row is None:
            raise NotFound("command", key)
        return row

    def _run_of(self, order: Order) -> Any:
        digit = order.client_order_id[PREFIX_LENGTH - 2 : PREFIX_LENGTH - 1]
        if digit not in DIGITS or not digit:
            return None
        asked = (order.bot, order.created_at, DIGITS.index(digit))
        row = self._transaction.one(RUN_OF_ORDER, asked)
        return runs.run(row) if row else None

    def _fills(self, order: Order) -> Sequence[Fill]:
        rows = self._transaction.all(
            """
            SELECT * FROM fills WHERE bot_id = %s AND client_order_id = %s
            ORDER BY executed_at, trade_id COLLATE "C" LIMIT %s
            """,
            (order.bot, order.client_order_id, MOST_FILLS),
        )
        return [fills.fill(row) for row in rows]
