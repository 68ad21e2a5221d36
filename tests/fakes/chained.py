"""How wishes became orders, in memory."""

from janym.domain.chain import Chain, Wanted
from janym.domain.client_order_id import DIGITS, PREFIX_LENGTH
from janym.domain.command import Command, CommandKind
from janym.domain.errors import NotFound
from janym.domain.ids import BotId, OrganizationId
from janym.domain.run import Run
from janym.domain.trading import Order
from tests.fakes.tables import Tables

STARTS = {CommandKind.START, CommandKind.RESTART, CommandKind.RESUME, CommandKind.APPLY}


class MemoryChains:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def find(self, bot: BotId, wanted: Wanted) -> Chain:
        owner = self._tables.bots.get(bot)
        if owner is None or self._organization not in {None, owner.organization}:
            raise NotFound("bot", bot)
        commands = [each for each in self._tables.commands.values() if each.bot == bot]
        runs = [each for each in self._tables.runs.values() if each.bot == bot]
        if wanted.client_order_id is None and wanted.exchange_order_id is None:
            command = _asked(commands, wanted)
            later = [run for run in runs if run.created_at >= command.created_at]
            return Chain(command=command, run=later[0] if later else None)
        order = _placed([each for each in self._tables.orders() if each.bot == bot], wanted)
        run = _behind(order, runs)
        before = run.claimed_at if run and run.claimed_at else order.created_at
        starts = [c for c in commands if c.kind in STARTS and c.created_at <= before]
        fills = [
            f for f in self._tables.fills.values() if f.client_order_id == order.client_order_id
        ]
        fills.sort(key=lambda fill: (fill.executed_at, fill.trade_id))
        return Chain(command=starts[-1] if starts else None, run=run, order=order, fills=fills)


def _asked(commands: list[Command], wanted: Wanted) -> Command:
    for command in reversed(commands):
        if wanted.command_id == str(command.id):
            return command
        if wanted.idempotency_key and wanted.idempotency_key == command.idempotency_key:
            return command
    raise NotFound("command", wanted.command_id or wanted.idempotency_key)


def _placed(orders: list[Order], wanted: Wanted) -> Order:
    for order in orders:
        if wanted.client_order_id == order.client_order_id:
            return order
        if wanted.exchange_order_id and wanted.exchange_order_id == order.exchange_order_id:
            return order
    raise NotFound("order", wanted.client_order_id or wanted.exchange_order_id)


def _behind(order: Order, runs: list[Run]) -> Run | None:
    digit = order.client_order_id[PREFIX_LENGTH - 2 : PREFIX_LENGTH - 1]
    for run in reversed(runs):
        claimed = run.claimed_at is not None and run.claimed_at <= order.created_at
        if claimed and run.session is not None and DIGITS[run.session % 36] == digit:
            return run
    return None
