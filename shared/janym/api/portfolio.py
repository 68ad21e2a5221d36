"""What an organization owns over HTTP, in dollars, with who says what a unit is worth, and when."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from janym.api.messages import Money
from janym.api.metrics import HistoryQuery
from janym.api.requests import Asked
from janym.domain.bot import Environment
from janym.domain.holding import DollarPrice, EquityPoint, Holding
from janym.domain.money import rounded
from janym.ports.pages import Span
from janym.usecases.portfolio import ByStrategy, Portfolio, Valued


class PortfolioQuery(Asked):
    """Which of the worlds; money on paper is never added to money."""

    environment: Environment = Environment.PAPER


class PortfolioHistoryQuery(HistoryQuery):
    """Which of the worlds, which span, in what steps."""

    environment: Environment = Environment.PAPER


class PriceView(BaseModel):
    """What a unit is worth in dollars."""

    usd: Money
    source: str
    """`at par` for what counts as a dollar, else the exchange and pair whose price it is."""
    at: AwareDatetime
    age_seconds: int

    @classmethod
    def of(cls, price: DollarPrice, *, now: datetime) -> Self:
        age = max(0, int((now - price.at).total_seconds()))
        return cls(usd=rounded(price.value), source=price.source, at=price.at, age_seconds=age)


class BalanceView(BaseModel):
    """An asset on an account, as its exchange told it at `at`."""

    credential_id: UUID
    exchange: str
    environment: Environment
    asset: str
    free: Money
    locked: Money
    total: Money
    value_usd: Money | None
    """Null where nobody tells a price."""
    price: PriceView | None
    at: AwareDatetime

    @classmethod
    def of(cls, held: Holding, *, now: datetime) -> Self:
        return cls(
            credential_id=held.credential,
            exchange=held.exchange,
            environment=held.environment,
            asset=held.asset,
            free=held.free,
            locked=held.locked,
            total=held.total,
            value_usd=rounded(held.value) if held.value is not None else None,
            price=PriceView.of(held.price, now=now) if held.price else None,
            at=held.at,
        )


class PositionView(BaseModel):
    """What a bot's executions of a pair add up to. Quote units, but for what says dollars."""

    bot_id: UUID
    bot_name: str
    strategy_type: str
    exchange: str
    environment: Environment
    trading_pair: str
    position: Money
    """Base units bought less base units sold."""
    cost: Money
    average_price: Money | None
    """Null where nothing is open."""
    realized: Money
    fees: Money
    volume: Money
    fills: int
    last_fill_at: AwareDatetime
    price: PriceView | None
    """Of a base unit; null where nobody tells one."""
    earned_usd: Money | None
    """Realized, and what closing now would bring; null without prices."""

    @classmethod
    def of(cls, valued: Valued, *, now: datetime) -> Self:
        bot, totals = valued.bot, valued.pair.totals
        average = totals.cost / totals.position if totals.position else None
        return cls(
            bot_id=bot.id,
            bot_name=bot.name,
            strategy_type=bot.strategy_type,
            exchange=bot.exchange,
            environment=bot.environment,
            trading_pair=valued.pair.trading_pair,
            position=totals.position,
            cost=rounded(totals.cost),
            average_price=rounded(average) if average is not None else None,
            realized=rounded(totals.realized),
            fees=totals.fees,
            volume=totals.volume,
            fills=totals.fills,
            last_fill_at=valued.pair.last_at,
            price=PriceView.of(valued.price, now=now) if valued.price else None,
            earned_usd=rounded(valued.value) if valued.value is not None else None,
        )


class ExchangeShare(BaseModel):
    """What lies on one exchange."""

    exchange: str
    value_usd: Money
    share: Money
    """Part of the total, as a fraction."""


class StrategyShare(BaseModel):
    """What the bots of one strategy earned."""

    strategy_type: str
    bots: int
    earned_usd: Money
    realized_usd: Money
    volume_usd: Money

    @classmethod
    def of(cls, strategy: ByStrategy) -> Self:
        return cls(
            strategy_type=strategy.strategy_type,
            bots=strategy.bots,
            earned_usd=rounded(strategy.value),
            realized_usd=rounded(strategy.realized),
            volume_usd=rounded(strategy.volume),
        )


class PortfolioView(BaseModel):
    """All accounts of an environment together.

    `total_usd` is what `by_strategy` earned and `unattributed_usd` together: deposits, trades that
    no bot made, and what prices did to both.
    """

    environment: Environment
    total_usd: Money
    unattributed_usd: Money
    by_exchange: list[ExchangeShare]
    by_strategy: list[StrategyShare]
    unpriced: list[str]
    """Assets and pairs that are in no sum."""
    oldest_at: AwareDatetime | None
    """When the account that was read longest ago was."""
    assets: list[BalanceView]
    """The most valuable hundred."""

    @classmethod
    def of(cls, portfolio: Portfolio, *, now: datetime) -> Self:
        return cls(
            environment=portfolio.environment,
            total_usd=rounded(portfolio.total),
            unattributed_usd=rounded(portfolio.unattributed),
            by_exchange=[
                ExchangeShare(
                    exchange=exchange,
                    value_usd=rounded(value),
                    share=rounded(value / portfolio.total if portfolio.total else Decimal(0)),
                )
                for exchange, value in sorted(portfolio.by_exchange.items())
            ],
            by_strategy=[StrategyShare.of(each) for each in portfolio.by_strategy],
            unpriced=list(portfolio.unpriced),
            oldest_at=portfolio.oldest,
            assets=[BalanceView.of(held, now=now) for held in portfolio.holdings[:100]],
        )


class PointView(BaseModel):
    """What all accounts were worth at a moment."""

    at: AwareDatetime
    value_usd: Money


class EquityView(BaseModel):
    """The curve of an environment: the last point of each step that has one, oldest first."""

    environment: Environment
    items: list[PointView]
    step_seconds: int

    @classmethod
    def of(cls, environment: Environment, span: Span, points: Sequence[EquityPoint]) -> Self:
        return cls(
            environment=environment,
            items=[PointView(at=point.at, value_usd=rounded(point.value)) for point in points],
            step_seconds=int(span.step.total_seconds()),
        )
