"""A bot's figures: the newest, those of a span of time, and what its fills earned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import BotId
from janym.domain.pnl import ProfitAndLoss
from janym.domain.telemetry import MetricsReport
from janym.ports.unit_of_work import UnitOfWork


def latest(uow: UnitOfWork, bot: BotId) -> MetricsReport | None:
    """Give the newest figures, or None before the first. Raises NotFound for the bot."""
    uow.bots.get(bot)
    return uow.metrics.latest(bot)


def history(
    uow: UnitOfWork, bot: BotId, *, since: datetime, until: datetime, limit: int
) -> Sequence[MetricsReport]:
    """List figures of a span, oldest first, thinned to the limit.

    Raises:
        NotFound: there is no such bot.
        InvalidInput: the span ends before it begins.
    """
    if until <= since:
        raise InvalidInput(FieldError(field="until", reason="must be later than since"))
    uow.bots.get(bot)
    return uow.metrics.history(bot, since=since, until=until, limit=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earned:
    """Profit and loss from fills, and the price that the open position is valued at."""

    totals: ProfitAndLoss
    price: Decimal | None
    """Quote units; None where the bot has not told a mid price, then it counts at cost."""


def pnl(uow: UnitOfWork, bot: BotId) -> Earned:
    """Add up every fill of a bot. Raises NotFound."""
    uow.bots.get(bot)
    return Earned(totals=uow.trading.profit_and_loss(bot), price=_mid(uow.metrics.latest(bot)))


def _mid(report: MetricsReport | None) -> Decimal | None:
    """Take the mid price out of a report, where it tells one."""
    told = report.extra.get("mid_price") if report else None
    try:
        return Decimal(told) if isinstance(told, str) else None
    except InvalidOperation:
        return None
