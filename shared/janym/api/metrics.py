"""A bot's figures over HTTP. Money is in quote units of the bot's pair."""

from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import AwareDatetime, BaseModel

from janym.api.messages import Balance, Money, OrderFigures, ProfitAndLossFigures
from janym.api.requests import ListQuery
from janym.domain.money import rounded
from janym.domain.telemetry import MetricsReport
from janym.usecases.metrics import Earned

DEFAULT_SPAN = timedelta(hours=24)


class HistoryQuery(ListQuery):
    """Which span, and how many points at most; without one, the last 24 hours."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """Give where it begins and where it ends."""
        until = self.until or now
        return self.since or until - DEFAULT_SPAN, until


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
