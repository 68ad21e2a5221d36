"""What an organization owns in an environment, and which part of it its bots brought.

The total is what the exchanges say the accounts hold. A strategy's part is what its bots'
executions earned: realized, and what closing their open positions now would bring. The rest is
nobody's doing among the bots: deposits, other trades, and what prices did to both.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from janym.domain import holding
from janym.domain.bot import Bot, Environment
from janym.domain.holding import AT_PAR, PAR, DollarPrice, EquityPoint, Holding
from janym.domain.ids import BotId
from janym.domain.position import PairTotals
from janym.domain.telemetry import MetricsReport
from janym.ports.pages import Listing, Page, Span
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases.metrics import mid_price

MOST_HOLDINGS = 5_000
PART = 500
ZERO = Decimal(0)

Row = TypeVar("Row")
Prices = Mapping[tuple[str, str], DollarPrice]
"""Dollars for a unit, by exchange and asset."""
Told = tuple[Bot, MetricsReport | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """What a bot's executions of a pair add up to, at a price."""

    bot: Bot
    pair: PairTotals
    price: DollarPrice | None
    """Dollars for a unit of the base."""
    quote_price: DollarPrice | None
    """Dollars for a unit of the quote."""

    @property
    def value(self) -> Decimal | None:
        """What the executions earned so far in dollars; None without prices."""
        if self.quote_price is None:
            return None
        if self.pair.totals.position == 0:
            return self.pair.totals.total(ZERO) * self.quote_price.value
        if self.price is None:
            return None
        return self.pair.totals.total(self.price.value / self.quote_price.value) * (
            self.quote_price.value
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ByStrategy:
    """What the bots of one strategy earned, in dollars."""

    strategy_type: str
    bots: int
    value: Decimal
    realized: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Portfolio:
    """The whole at a moment, in dollars."""

    environment: Environment
    holdings: Sequence[Holding]
    total: Decimal
    oldest: datetime | None
    """When the account that was read longest ago was; None where none ever was."""
    by_exchange: Mapping[str, Decimal]
    by_strategy: Sequence[ByStrategy]
    """The one that earned most first."""
    unattributed: Decimal
    unpriced: Sequence[str]
    """Assets and pairs that are in no sum, for nobody told a price."""


def overview(uow: UnitOfWork, environment: Environment) -> Portfolio:
    """Add everything up."""
    holdings = uow.holdings.all(environment, limit=MOST_HOLDINGS)
    known = {environment: _prices(holdings)}
    bots = {key: told for key, told in _bots(uow).items() if told[0].environment is environment}
    pairs = [pair for pair in _pairs(uow) if pair.bot in bots]
    valued = [_at_prices(pair, *bots[pair.bot], known) for pair in pairs]
    by_exchange: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for held in holdings:
        by_exchange[held.exchange] += held.value or ZERO
    total = holding.worth(holdings)
    strategies = _by_strategy(valued)
    unpriced = {held.asset for held in holdings if held.price is None}
    unpriced |= {each.pair.trading_pair for each in valued if each.value is None}
    return Portfolio(
        environment=environment,
        holdings=holdings,
        total=total,
        oldest=min((held.at for held in holdings), default=None),
        by_exchange=dict(by_exchange),
        by_strategy=strategies,
        unattributed=total - sum((each.value for each in strategies), ZERO),
        unpriced=sorted(unpriced),
    )


def positions(uow: UnitOfWork, page: Page) -> Listing[Valued]:
    """List what each bot's executions add up to, newest first, at the newest prices."""
    listing = uow.trading.positions(page)
    known = {
        environment: _prices(uow.holdings.all(environment, limit=MOST_HOLDINGS))
        for environment in Environment
    }
    bots = _bots(uow)
    items = [_at_prices(pair, *bots[pair.bot], known) for pair in listing.items if pair.bot in bots]
    return Listing(items=items, next_cursor=listing.next_cursor)


def balances(uow: UnitOfWork, page: Page) -> Listing[Holding]:
    """List what each account holds."""
    return uow.holdings.list(page)


def curve(uow: UnitOfWork, environment: Environment, span: Span) -> Sequence[EquityPoint]:
    """Give what the accounts were worth through a span, a point for each step that has one."""
    return uow.holdings.curve(environment, span)


def _prices(holdings: Sequence[Holding]) -> Prices:
    return {(held.exchange, held.asset): held.price for held in holdings if held.price is not None}


def _bots(uow: UnitOfWork) -> dict[BotId, Told]:
    """Give every bot with its newest figures."""
    return {told[0].id: told for told in _whole(uow.metrics.of_all)}


def _pairs(uow: UnitOfWork) -> list[PairTotals]:
    return _whole(uow.trading.positions)


def _whole(read: Callable[[Page], Listing[Row]]) -> list[Row]:
    """Read a list from its beginning to its end."""
    found, cursor = list[Row](), None
    while True:
        part = read(Page(limit=PART, cursor=cursor))
        found += part.items
        cursor = part.next_cursor
        if cursor is None:
            return found


def _at_prices(
    pair: PairTotals,
    bot: Bot,
    report: MetricsReport | None,
    known: Mapping[Environment, Prices],
) -> Valued:
    base, _, quote = pair.trading_pair.partition("-")
    told = known[bot.environment]
    at_par = DollarPrice(value=Decimal(1), source=PAR, at=pair.last_at)
    quote_price = at_par if quote in AT_PAR else told.get((bot.exchange, quote))
    prices = [told.get((bot.exchange, base)), _own_price(pair, bot, report, quote_price)]
    newest = max((each for each in prices if each), key=lambda each: each.at, default=None)
    return Valued(bot=bot, pair=pair, price=newest, quote_price=quote_price)


def _own_price(
    pair: PairTotals, bot: Bot, report: MetricsReport | None, quote_price: DollarPrice | None
) -> DollarPrice | None:
    """Take the bot's own mid price, where it is of this pair."""
    mid = mid_price(report)
    if report is None or mid is None or quote_price is None:
        return None
    if bot.trading_pair != pair.trading_pair:
        return None
    source = f"{bot.exchange} {pair.trading_pair}, told by the bot"
    return DollarPrice(value=mid * quote_price.value, source=source, at=report.at)


def _by_strategy(valued: Sequence[Valued]) -> list[ByStrategy]:
    grouped: dict[str, list[Valued]] = defaultdict(list)
    for each in valued:
        if each.value is not None:
            grouped[each.bot.strategy_type].append(each)
    strategies = [
        ByStrategy(
            strategy_type=name,
            bots=len({each.bot.id for each in of}),
            value=sum((each.value or ZERO for each in of), ZERO),
            realized=sum((_dollars(each, each.pair.totals.realized) for each in of), ZERO),
            volume=sum((_dollars(each, each.pair.totals.volume) for each in of), ZERO),
        )
        for name, of in grouped.items()
    ]
    return sorted(strategies, key=lambda each: (-each.value, each.strategy_type))


def _dollars(valued: Valued, quote: Decimal) -> Decimal:
    return quote * valued.quote_price.value if valued.quote_price is not None else ZERO
