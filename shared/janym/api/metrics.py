"""A bot's figures over HTTP. Money is in quote units of the bot's pair."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from janym.api.messages import Balance, Money, OrderFigures, ProfitAndLossFigures
from janym.api.requests import ListQuery, Moment
from janym.domain.bot import Bot, BotStatus
from janym.domain.money import rounded
from janym.domain.telemetry import MetricsReport
from janym.domain.timeframe import Timeframe, fitting
from janym.ports.pages import Span
from janym.usecases.metrics import Earned, Series

DEFAULT_SPAN = timedelta(hours=24)


class HistoryQuery(ListQuery):
    """Which span, in what steps; without a span the last 24 hours.

    Without a timeframe the shortest step is chosen that gives no more points than the limit.
    """

    since: Moment | None = None
    until: Moment | None = None
    timeframe: Timeframe | None = None

    def span(self, now: datetime) -> Span:
        """Give the span in steps. Raises InvalidInput where it is none, or has too many steps."""
        until = self.until or now
        since = self.since or until - DEFAULT_SPAN
        step = fitting(self.timeframe, since=since, until=until, limit=self.limit)
        return Span(since=since, until=until, step=step)


class MetricsView(BaseModel):
    """The figures of one moment, grouped as the bot's own message groups them."""

    timestamp: AwareDatetime
    session: int
    balance: Balance
    pnl: ProfitAndLossFigures
    orders: OrderFigures
    extra: dict[str, Any]
    """Balances by asset, mid price, memory and processor time, where the bot told them."""

    @classmethod
    def of(cls, report: MetricsReport) -> Self:
        return cls(
            timestamp=report.at,
            session=report.position.session,
            balance=Balance(
                total=report.balance_total,
                available=report.balance_available,
                locked=report.balance_locked,
            ),
            pnl=ProfitAndLossFigures(
                total=report.pnl_total,
                total_pct=report.pnl_total_pct,
                realized=report.pnl_realized,
                unrealized=report.pnl_unrealized,
            ),
            orders=OrderFigures(
                active=report.orders_active,
                filled_24h=report.orders_filled_24h,
                cancelled_24h=report.orders_cancelled_24h,
                volume_24h=report.volume_24h,
            ),
            extra=report.extra,
        )


class BotMetricsView(BaseModel):
    """The newest figures, null before the first, and those of a span, oldest first."""

    latest: MetricsView | None
    items: list[MetricsView]
    """The last figures of each step that has some."""
    step_seconds: int

    @classmethod
    def of(cls, series: Series) -> Self:
        return cls(
            latest=MetricsView.of(series.latest) if series.latest else None,
            items=[MetricsView.of(point) for point in series.points],
            step_seconds=int(series.step.total_seconds()),
        )


class LatestView(BaseModel):
    """A bot, and its newest figures; null before the first."""

    bot_id: UUID
    name: str
    status: BotStatus
    trading_pair: str
    latest: MetricsView | None

    @classmethod
    def of(cls, known: tuple[Bot, MetricsReport | None]) -> Self:
        bot, report = known
        return cls(
            bot_id=bot.id,
            name=bot.name,
            status=bot.status,
            trading_pair=bot.trading_pair,
            latest=MetricsView.of(report) if report else None,
        )


class ProfitAndLossView(BaseModel):
    """What a bot's fills earned, from the fills alone.

    What an average divided is rounded to 18 places; the total never is.
    """

    realized: Money
    """By closing, less every fee paid so far."""
    unrealized: Money | None
    """What closing the rest at `price` would bring; null where no price is known."""
    total: Money
    gross: Money
    fees: Money
    fees_by_asset: dict[str, Money]
    """In units of each asset, those included whose price nobody knows."""
    position: Money
    """Base units bought less base units sold."""
    cost: Money
    volume: Money
    fills: int
    price: Money | None

    @classmethod
    def of(cls, earned: Earned) -> Self:
        totals, price = earned.totals, earned.price
        return cls(
            realized=rounded(totals.realized),
            unrealized=rounded(totals.unrealized(price)) if price is not None else None,
            total=totals.total(price),
            gross=rounded(totals.gross),
            fees=totals.fees,
            fees_by_asset=totals.fees_by_asset,
            position=totals.position,
            cost=rounded(totals.cost),
            volume=totals.volume,
            fills=totals.fills,
            price=price,
        )
