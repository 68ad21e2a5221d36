"""What bots and venues told, as it is stored: orders, fills, figures and logs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from janym.domain.bot import Bot
from janym.domain.ids import BotId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.position import PairTotals
from janym.domain.telemetry import LogLevel, LogLine, MetricsReport, Rejected, Report
from janym.domain.trading import Fill, Order, OrderStatus, Side, Stretch
from janym.ports.pages import Listing, Page, Span


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOrders:
    """Which orders; what is None is not asked about."""

    status: OrderStatus | None = None
    side: Side | None = None
    pair: str | None = None
    """As orders have it: `ETH-USDT`."""
    since: datetime | None = None
    """Created then, or later."""
    until: datetime | None = None
    """Created before then."""


EVERY_ORDER = WantedOrders()
OPEN_ORDERS = WantedOrders(status=OrderStatus.OPEN)


class Trading(Protocol):
    """Orders and fills. Reading only: they come in through `Telemetry` and `add_fills`."""

    def orders(
        self, bot: BotId | None, page: Page, wanted: WantedOrders = EVERY_ORDER
    ) -> Listing[Order]:
        """Newest first; of all bots without one."""
        ...

    def fills(self, bot: BotId, page: Page) -> Listing[Fill]:
        """Newest first."""
        ...

    def newest_fills(self, bot: BotId, pair: str, *, limit: int) -> Sequence[Fill]:
        """Give a bot's newest fills of a pair, at most so many, the oldest of them first."""
        ...

    def busy(
        self, bot: BotId, pair: str, *, since: datetime, before: datetime
    ) -> Sequence[Stretch]:
        """Count a bot's fills of a pair between two moments, in stretches of five minutes."""
        ...

    def add_fills(self, fills: Sequence[Fill]) -> int:
        """Store those not there yet, raise the filled quantities of their orders, count."""
        ...

    def put_order(self, order: Order) -> None:
        """Merge what the venue says of an order into its row, or add it."""
        ...

    def profit_and_loss(self, bot: BotId, pair: str) -> ProfitAndLoss:
        """Give what the bot's fills of a pair add up to."""
        ...

    def positions(self, page: Page) -> Listing[PairTotals]:
        """List what the fills of each bot and pair add up to, newest first."""
        ...


class Metrics(Protocol):
    def latest(self, bot: BotId) -> MetricsReport | None: ...

    def of_all(self, page: Page) -> Listing[tuple[Bot, MetricsReport | None]]:
        """List the bots, newest first, each with its newest figures."""
        ...

    def history(self, bot: BotId, span: Span) -> Sequence[MetricsReport]:
        """Give the last report of each step of the span that has one, oldest first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLines:
    """Which lines of a log; what is None is not asked about."""

    level: LogLevel | None = None
    text: str | None = None
    """Found in any case, anywhere in the message."""
    since: datetime | None = None
    until: datetime | None = None
    """Not part of it."""


EVERY_LINE = WantedLines()


class Logs(Protocol):
    def list(self, bot: BotId, page: Page, wanted: WantedLines = EVERY_LINE) -> Listing[LogLine]:
        """Newest first.

        A text is looked for in a bounded number of lines at once: a part may be short, or empty,
        and name a cursor that leads on.
        """
        ...


class Telemetry(Protocol):
    """The way in for what bots say. Any order with any repeats ends in the same rows."""

    def apply(self, reports: Sequence[Report]) -> Sequence[tuple[Report, str]]:
        """Store a batch: snapshots by position, facts once. Give back what was refused, with why.

        Refused is what names an unknown bot, or in an ack a command that is not the bot's; all
        else is stored, or was already. An ack raises its command by `Command.to`; a running bot
        has carried out every start that was asked before it said so. An order told to be open by
        a run that has ended has the venue asked about that run again.
        """
        ...

    def reject(self, rejected: Sequence[Rejected]) -> None:
        """Keep messages that could not be taken."""
        ...


class Rejections(Protocol):
    def list(self, bot: BotId, page: Page) -> Listing[Rejected]:
        """List what a bot sent and could not be taken, newest first."""
        ...
