"""A bot's figures: the newest, those of a span of time, and what its fills earned."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from janym.domain import timeframe
from janym.domain.bot import Bot
from janym.domain.ids import BotId, OrganizationId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.telemetry import MetricsReport
from janym.ports.clock import Clock
from janym.ports.history import History
from janym.ports.pages import Listing, Page, Span
from janym.ports.unit_of_work import UnitOfWork, UnitsOfWork

KEPT = timedelta(days=29)
"""How far back Postgres surely has figures: it keeps whole days, thirty of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stores:
    """Where figures are kept."""

    units: UnitsOfWork
    history: Callable[[], History]
    """Asked for where it is needed: connecting to it costs time."""


def latest(uow: UnitOfWork, bot: BotId) -> MetricsReport | None:
    """Give the newest figures, or None before the first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.metrics.latest(bot)


def of_all(uow: UnitOfWork, page: Page) -> Listing[tuple[Bot, MetricsReport | None]]:
    """List the organization's bots, newest first, each with its newest figures."""
    return uow.metrics.of_all(page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Figures of a span, oldest first: the last of each step that has some."""

    points: Sequence[MetricsReport]
    latest: MetricsReport | None
    step: timedelta


def history(
    bot: BotId, span: Span, *, organization: OrganizationId, stores: Stores, clock: Clock
) -> Series:
    """Read a span, from Postgres as far back as it keeps figures, and from ClickHouse before.

    Raises:
        NotFound: there is no such bot.
        StoreAway: a store that is needed for it does not answer.
    """
    with stores.units(organization) as uow:
        known = uow.bots.get(bot)
        kept = clock.now() - KEPT
        recent = span.after(kept)
        points = [] if recent.empty else list(uow.metrics.history(bot, recent))
        latest = uow.metrics.latest(bot)
    past = span.before(kept).after(known.created_at)
    if not past.empty:
        # A step that both have a part of is told by its later one.
        told = {timeframe.floor(point.at, span.step) for point in points}
        older = stores.history().metrics(bot, past)
        points = [p for p in older if timeframe.floor(p.at, span.step) not in told] + points
    return Series(points=points, latest=latest, step=span.step)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """Profit and loss from fills, and the price that the open position is valued at."""

    totals: ProfitAndLoss
    price: Decimal | None
    """Quote units; None where the bot has not told a mid price, then it counts at cost."""


def pnl(uow: UnitOfWork, bot: BotId) -> Earned:
    """Give what a bot's fills on its pair earned. Raises NotFound."""
    pair = uow.bots.get(bot).trading_pair
    totals = uow.trading.profit_and_loss(bot, pair)
    return Earned(totals=totals, price=mid_price(uow.metrics.latest(bot)))


def mid_price(report: MetricsReport | None) -> Decimal | None:
    """Take the mid price out of a report, where it tells one."""
    told = report.extra.get("mid_price") if report else None
    try:
        return Decimal(told) if isinstance(told, str) else None
    except InvalidOperation:
        return None
