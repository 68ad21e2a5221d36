"""What bots and venues told, in memory: any order with any repeats ends in the same rows."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from janym.domain import pnl, timeframe
from janym.domain.bot import Bot, BotStatus
from janym.domain.command import CommandKind, CommandState
from janym.domain.ids import BotId, OrganizationId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.position import PairTotals
from janym.domain.telemetry import (
    AckReport,
    ConfigReport,
    FillReport,
    LogLine,
    MetricsPart,
    MetricsReport,
    OrderReport,
    Rejected,
    Report,
    StatusReport,
)
from janym.domain.trading import Fill, Order, OrderStatus, Stretch
from janym.ports.pages import Listing, Page, Span
from janym.ports.told import EVERY_LINE, EVERY_ORDER, WantedLines, WantedOrders
from tests.fakes.owned import paged
from tests.fakes.tables import Tables


class _Told:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def _sees(self, bot: BotId) -> bool:
        owner = self._tables.bots.get(bot)
        return owner is not None and self._organization in {None, owner.organization}


class MemoryTrading(_Told):
    def orders(
        self, bot: BotId | None, page: Page, wanted: WantedOrders = EVERY_ORDER
    ) -> Listing[Order]:
        rows = [
            order
            for order in self._tables.orders()
            if self._sees(order.bot)
            and bot in {None, order.bot}
            and wanted.status in {None, order.status}
            and wanted.side in {None, order.side}
            and wanted.pair in {None, order.trading_pair}
            and (wanted.since is None or order.created_at >= wanted.since)
            and (wanted.until is None or order.created_at < wanted.until)
        ]
        rows.sort(key=lambda order: (order.created_at, order.client_order_id), reverse=True)
        return paged(rows, page)

    def fills(self, bot: BotId, page: Page) -> Listing[Fill]:
        return paged(self._of(bot)[::-1], page)

    def newest_fills(self, bot: BotId, pair: str, *, limit: int) -> Sequence[Fill]:
        return [fill for fill in self._of(bot) if fill.trading_pair == pair][-limit:]

    def busy(
        self, bot: BotId, pair: str, *, since: datetime, before: datetime
    ) -> Sequence[Stretch]:
        found: dict[int, Stretch] = {}
        for fill in self._of(bot):
            if fill.trading_pair == pair and since <= fill.executed_at < before:
                part = int(fill.executed_at.timestamp()) // 300
                known = found.get(part)
                found[part] = Stretch(
                    ended=fill.executed_at,
                    fills=1 + (known.fills if known else 0),
                    volume=fill.price * fill.quantity + (known.volume if known else 0),
                )
        return list(found.values())

    def _of(self, bot: BotId) -> list[Fill]:
        rows = [f for f in self._tables.fills.values() if f.bot == bot and self._sees(bot)]
        return sorted(rows, key=lambda fill: (fill.executed_at, fill.trade_id))

    def add_fills(self, fills: Sequence[Fill]) -> int:
        return sum(self._tables.keep_fill(fill) for fill in fills)

    def put_order(self, order: Order) -> None:
        key = (order.bot, order.client_order_id)
        self._tables.said[key] = (*self._tables.said.get(key, ()), order)

    def profit_and_loss(self, bot: BotId, pair: str) -> ProfitAndLoss:
        return pnl.of(fill for fill in self._of(bot) if fill.trading_pair == pair)

    def positions(self, page: Page) -> Listing[PairTotals]:
        traded = {(fill.bot, fill.trading_pair): fill for fill in self._tables.fills.values()}
        rows = [
            PairTotals(
                bot=bot,
                trading_pair=pair,
                totals=self.profit_and_loss(bot, pair),
                last_at=last.executed_at,
                last_trade=last.trade_id,
            )
            for (bot, pair), last in traded.items()
            if self._sees(bot)
        ]
        return paged(rows[::-1], page)


class MemoryMetrics(_Told):
    def latest(self, bot: BotId) -> MetricsReport | None:
        rows = [each for each in self._tables.metrics.values() if each.bot == bot]
        return max(rows, key=lambda each: each.position) if rows and self._sees(bot) else None

    def of_all(self, page: Page) -> Listing[tuple[Bot, MetricsReport | None]]:
        bots = [bot for bot in self._tables.bots.values() if self._sees(bot.id)]
        return paged([(bot, self.latest(bot.id)) for bot in bots[::-1]], page)

    def history(self, bot: BotId, span: Span) -> Sequence[MetricsReport]:
        rows = self._tables.metrics.values() if self._sees(bot) else ()
        return stepped([each for each in rows if each.bot == bot], span)


def stepped(rows: Iterable[MetricsReport], span: Span) -> list[MetricsReport]:
    """Give the last report of each step of a span."""
    last: dict[object, MetricsReport] = {}
    for each in sorted(rows, key=lambda each: (each.at, each.position)):
        if span.since <= each.at < span.until:
            last[timeframe.floor(each.at, span.step)] = each
    return list(last.values())


class MemoryLogs(_Told):
    def list(self, bot: BotId, page: Page, wanted: WantedLines = EVERY_LINE) -> Listing[LogLine]:
        rows = [
            line
            for line in self._tables.logs.values()
            if line.bot == bot
            and self._sees(bot)
            and wanted.level in {None, line.level}
            and (wanted.text is None or wanted.text.lower() in line.message.lower())
            and (wanted.since is None or line.at >= wanted.since)
            and (wanted.until is None or line.at < wanted.until)
        ]
        rows.sort(key=lambda line: (line.at, line.position), reverse=True)
        return paged(rows, page)


class MemoryRejections(_Told):
    def list(self, bot: BotId, page: Page) -> Listing[Rejected]:
        rows = [each for each in self._tables.rejected if each.bot == str(bot) and self._sees(bot)]
        rows.sort(key=lambda each: each.received_at, reverse=True)
        return paged(rows, page)


class MemoryTelemetry:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def apply(self, reports: Sequence[Report]) -> Sequence[tuple[Report, str]]:
        refused: list[tuple[Report, str]] = []
        for report in reports:
            if report.bot not in self._tables.bots:
                refused.append((report, f"no bot {report.bot}"))
            else:
                self._apply(report)
        return refused

    def reject(self, rejected: Sequence[Rejected]) -> None:
        self._tables.rejected |= dict.fromkeys(rejected)

    def _apply(self, report: Report) -> None:
        match report:
            case StatusReport():
                self._hear(report)
            case AckReport():
                self._acknowledge(report)
            case OrderReport():
                self._say(report)
            case FillReport():
                self._tables.keep_fill(report.fill)
            case MetricsPart():
                raise AssertionError("parts of metrics are not to be stored")
            case _:
                self._remember(report)

    def _remember(self, report: MetricsReport | LogLine | ConfigReport) -> None:
        place = (report.bot, report.position)
        match report:
            case MetricsReport():
                self._tables.metrics.setdefault(place, report)
            case LogLine():
                self._tables.logs.setdefault(place, report)
            case ConfigReport():
                known = self._tables.configs.get(report.bot)
                if known is None or known.position < report.position:
                    self._tables.configs[report.bot] = report

    def _hear(self, report: StatusReport) -> None:
        self._tables.put_bot(
            self._tables.bots[report.bot].hear(
                report.status,
                report.position,
                at=report.at,
                reason=report.reason,
                detail=report.detail,
            )
        )
        if report.status is not BotStatus.RUNNING:
            return
        for key, command in self._tables.commands.items():
            asked = command.bot == report.bot and command.kind is CommandKind.START
            if asked and command.created_at <= report.at:
                self._tables.commands[key] = command.to(CommandState.DONE, at=report.at)

    def _acknowledge(self, report: AckReport) -> None:
        command = self._tables.commands.get(report.command)
        if command is None or command.bot != report.bot:
            return
        told = command.to(report.state, at=report.at, reason=report.reason)
        if report.state is command.state and report.reason is not None:
            first = min(report.reason, command.reason or report.reason)
            told = replace(command, reason=first)
        self._tables.commands[report.command] = told

    def _say(self, report: OrderReport) -> None:
        key = (report.bot, report.client_order_id)
        said = Order(
            bot=report.bot,
            client_order_id=report.client_order_id,
            exchange_order_id=report.exchange_order_id,
            trading_pair=report.trading_pair,
            type=report.type,
            side=report.side,
            price=report.price,
            quantity=report.quantity,
            filled_quantity=report.quantity * 0,
            status=report.status,
            reason=report.reason,
            exchange_timestamp=report.at,
            created_at=report.at,
            updated_at=report.at,
        )
        known = self._tables.said.get(key, ())
        if said not in known:
            self._tables.said[key] = (*known, said)
        if report.status is OrderStatus.OPEN:
            self._reopen(report)

    def _reopen(self, report: OrderReport) -> None:
        name = (report.bot, report.client_order_id)
        (stands,) = [
            order.status
            for order in self._tables.orders()
            if (order.bot, order.client_order_id) == name
        ]
        for key, run in self._tables.runs.items():
            told = run.bot == report.bot and run.session == report.position.session
            if told and stands is OrderStatus.OPEN:
                self._tables.runs[key] = replace(run, checked_at=None)
