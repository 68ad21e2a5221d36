"""A grid: an order rests at each level, and what it traded is traded back one level further.

Between every two neighbouring levels lies a cell. A long grid enters a cell by buying at its
lower price and leaves it by selling at its upper one; a short grid enters by selling at the upper
price and leaves by buying back at the lower one. A cell is free, or it holds what its entry
traded; never is a cell entered twice before it was left. So the whole position stays within
`order_amount` times the number of cells, in base units.

Every order is a limit order that the venue refuses to let take. An entry waits until the price is
on its right side; an exit whose price was overtaken rests at the best price of its side instead.
Ends leave orders and position alone: what becomes of open orders is for the stop mode to say.

After a restart nothing of the last engine's cells is known. What the account holds beyond
`starting_base` (long), or lacks of it (short), is taken as the grid's position, at most one
`order_amount` a cell, and dealt out: first to the cells that the price left behind (above it for
long, below it for short), the nearest first, then to the others, the nearest first. Those cells
place their exits; only the free ones are entered. The same position is never bought or sold
twice, however often the engine starts. Deposits, withdrawals and other trades of the base asset
on the same account shift the count: for a long grid a deposit counts as bought, a withdrawal as
sold. Orders that an earlier engine was told to keep are not adopted.

What is too small to be an order at the venue is forgotten: at most one least order a cell.
Prices are quote per base, amounts base units, times seconds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from hummingbot.core.data_type.common import MarketDict, PriceType, TradeType
from hummingbot.strategy_v2.controllers.controller_base import ControllerBase, ControllerConfigBase
from hummingbot.strategy_v2.executors.order_executor.data_types import (
    ExecutionStrategy,
    OrderExecutorConfig,
)
from hummingbot.strategy_v2.models.executor_actions import (
    CreateExecutorAction,
    ExecutorAction,
    StopExecutorAction,
)
from hummingbot.strategy_v2.models.executors import CloseType
from hummingbot.strategy_v2.models.executors_info import ExecutorInfo
from pydantic import Field, model_validator

NOT_PLACED = (CloseType.INSUFFICIENT_BALANCE, CloseType.FAILED)
PAUSE_AFTER_REFUSAL_S = 30
NOTHING = Decimal(0)


class GridConfig(ControllerConfigBase):
    """Where the levels are and how much each trades."""

    controller_name: str = "grid"
    controller_type: str = "generic"
    connector_name: str
    trading_pair: str
    direction: Literal["long", "short"]
    level_prices: list[Decimal] = Field(min_length=2)
    order_amount: Decimal = Field(gt=0)
    starting_base: Decimal = Field(ge=0)
    max_open_orders: int = Field(ge=1)
    price_ceiling: Decimal | None
    price_floor: Decimal | None

    @model_validator(mode="after")
    def _levels_rise(self) -> "GridConfig":
        if self.level_prices[0] <= 0:
            raise ValueError("a level's price is above 0")
        if any(upper <= lower for lower, upper in pairwise(self.level_prices)):
            raise ValueError("levels cross: each price is above the one before it")
        return self

    def update_markets(self, markets: MarketDict) -> MarketDict:
        """One connector, one pair."""
        return markets.add_or_update(self.connector_name, self.trading_pair)


@dataclass(slots=True, kw_only=True)
class Cell:
    """The room between two levels; `held` is what its entry traded and its exit has not yet."""

    name: str
    low: Decimal
    high: Decimal
    held: Decimal = NOTHING
    resumes: float = 0

    def distance(self, price: Decimal) -> Decimal:
        """How far the cell's middle is from a price."""
        return abs(self.low + self.high - 2 * price)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """The best prices of this moment."""

    bid: Decimal
    ask: Decimal

    @property
    def mid(self) -> Decimal:
        return (self.bid + self.ask) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """An order that should rest."""

    cell: Cell
    entry: bool
    side: TradeType
    price: Decimal

    @property
    def name(self) -> str:
        """Names the order's place for as long as it is wanted."""
        return f"{'entry' if self.entry else 'exit'}_{self.cell.name}"


class Grid(ControllerBase):
    """Keeps the orders nearest to the price resting."""

    def __init__(self, config: GridConfig, *args: object, **kwargs: object) -> None:
        super().__init__(config, *args, **kwargs)
        self.config: GridConfig = config
        self._long = config.direction == "long"
        self._base, _, self._quote = config.trading_pair.partition("-")
        self._cells: dict[str, Cell] = {}
        self._counted: set[str] = set()
        self._unpaid: set[str] = set()

    async def update_processed_data(self) -> None:
        """Prices and balances are asked for when they are needed."""

    def determine_executor_actions(self) -> list[ExecutorAction]:
        """Place what is missing, take away what is not wanted any more."""
        book = self._look()
        if book is None:
            return []
        if not self._cells:
            self._take_stock(book.mid)
        self._count_ended()
        living = {e.custom_info["level_id"]: e for e in self.executors_info if not e.is_done}
        wished = self._wished(book, living)
        return [*self._withdrawals(living, wished), *self._placements(living, wished)]

    def _look(self) -> Book | None:
        bid, ask = (self._price(kind) for kind in (PriceType.BestBid, PriceType.BestAsk))
        if not (bid.is_finite() and ask.is_finite() and 0 < bid < ask):
            return None
        return Book(bid=bid, ask=ask)

    def _price(self, kind: PriceType) -> Decimal:
        return self.market_data_provider.get_price_by_type(
            self.config.connector_name, self.config.trading_pair, kind
        )

    # ---- what the cells hold

    def _take_stock(self, mid: Decimal) -> None:
        """Deal the account's position out to the cells, once at the engine's start."""
        prices = pairwise(self.config.level_prices)
        cells = [Cell(name=str(i), low=low, high=high) for i, (low, high) in enumerate(prices)]
        balance = self.market_data_provider.get_balance(self.config.connector_name, self._base)
        start = self.config.starting_base
        position = balance - start if self._long else start - balance
        for cell in sorted(cells, key=lambda each: (self._awaits(each, mid), each.distance(mid))):
            held = min(self.config.order_amount, max(position, NOTHING))
            position -= held
            cell.held = self._tradable(held, self._exit_price(cell))
        self._cells = {cell.name: cell for cell in cells}
        holding = [cell.name for cell in cells if cell.held]
        self.logger().info(
            "The grid has %d cells; %d hold something: %s",
            len(cells),
            len(holding),
            ", ".join(holding) or "none",
        )

    def _awaits(self, cell: Cell, price: Decimal) -> bool:
        """Whether the price has yet to come to the cell's entry."""
        return cell.low < price if self._long else cell.high > price

    def _exit_price(self, cell: Cell) -> Decimal:
        return cell.high if self._long else cell.low

    def _tradable(self, amount: Decimal, price: Decimal) -> Decimal:
        """The part of an amount that can be an order; nothing where it is below the least."""
        connector, pair = self.config.connector_name, self.config.trading_pair
        rules = self.market_data_provider.get_trading_rules(connector, pair)
        whole = self.market_data_provider.quantize_order_amount(connector, pair, amount)
        enough = whole >= rules.min_order_size and whole * price >= rules.min_notional_size
        return whole if enough else NOTHING

    def _count_ended(self) -> None:
        """Book, once each, what ended executors traded."""
        ended = [executor for executor in self.executors_info if executor.is_done]
        for executor in ended:
            if executor.id not in self._counted:
                self._count(executor)
        self._counted = {executor.id for executor in ended}

    def _count(self, executor: ExecutorInfo) -> None:
        kind, _, name = executor.custom_info["level_id"].partition("_")
        cell = self._cells[name]
        traded = executor.custom_info["executed_amount_base"]
        held = traded if kind == "entry" else cell.held - traded
        cell.held = self._tradable(max(held, NOTHING), self._exit_price(cell))
        if executor.close_type in NOT_PLACED:
            cell.resumes = (executor.close_timestamp or 0) + PAUSE_AFTER_REFUSAL_S

    # ---- what should rest

    def _wished(self, book: Book, living: dict[str, ExecutorInfo]) -> list[Wish]:
        """The orders that should rest: exits first, then entries, the nearest first."""
        cells = sorted(self._cells.values(), key=lambda cell: cell.distance(book.mid))
        exits = [self._exit(cell) for cell in cells if cell.held]
        entries = [self._entry(cell) for cell in cells if not cell.held]
        open_to_entries = self._within_bounds(book.mid)
        enterable = (
            wish
            for wish in entries
            if open_to_entries and (wish.name in living or self._can_rest(wish, book))
        )
        return [*exits, *enterable][: self.config.max_open_orders]

    def _exit(self, cell: Cell) -> Wish:
        side = TradeType.SELL if self._long else TradeType.BUY
        return Wish(cell=cell, entry=False, side=side, price=self._exit_price(cell))

    def _entry(self, cell: Cell) -> Wish:
        if self._long:
            return Wish(cell=cell, entry=True, side=TradeType.BUY, price=cell.low)
        return Wish(cell=cell, entry=True, side=TradeType.SELL, price=cell.high)

    def _within_bounds(self, mid: Decimal) -> bool:
        ceiling, floor = self.config.price_ceiling, self.config.price_floor
        return (ceiling is None or mid < ceiling) and (floor is None or mid > floor)

    def _can_rest(self, wish: Wish, book: Book) -> bool:
        if wish.side is TradeType.BUY:
            return wish.price <= book.bid
        return wish.price >= book.ask

    # ---- what is to be done

    def _withdrawals(
        self, living: dict[str, ExecutorInfo], wished: Iterable[Wish]
    ) -> list[ExecutorAction]:
        wanted = {wish.name for wish in wished}
        return [
            StopExecutorAction(
                controller_id=self.config.id, executor_id=executor.id, keep_position=True
            )
            for name, executor in living.items()
            if executor.is_active and name not in wanted
        ]

    def _placements(
        self, living: dict[str, ExecutorInfo], wished: Iterable[Wish]
    ) -> list[ExecutorAction]:
        """New orders, as far as their number and the account's money allow."""
        now = self.market_data_provider.time()
        room = self.config.max_open_orders - len(living)
        money = {asset: self._available(asset) for asset in (self._base, self._quote)}
        placed: list[ExecutorAction] = []
        busy = {name.partition("_")[2] for name in living}
        unpaid: set[str] = set()
        for wish in wished:
            if wish.cell.name in busy or now < wish.cell.resumes or len(placed) >= room:
                continue
            amount = self._afford(wish, money)
            if amount:
                placed.append(self._place(wish, amount, now))
            else:
                unpaid.add(wish.name)
        self._tell_unpaid(unpaid)
        return placed

    def _tell_unpaid(self, unpaid: set[str]) -> None:
        if unpaid - self._unpaid:
            self.logger().warning("The account cannot pay for: %s", ", ".join(sorted(unpaid)))
        self._unpaid = unpaid

    def _available(self, asset: str) -> Decimal:
        return self.market_data_provider.get_available_balance(self.config.connector_name, asset)

    def _afford(self, wish: Wish, money: dict[str, Decimal]) -> Decimal:
        """What of the wished amount the account can pay for, taken from `money`."""
        amount = self.config.order_amount if wish.entry else wish.cell.held
        if wish.side is TradeType.SELL:
            amount = self._tradable(min(amount, money[self._base]), wish.price)
            money[self._base] -= amount
            return amount
        if amount * wish.price > money[self._quote]:
            return NOTHING
        money[self._quote] -= amount * wish.price
        return amount

    def _place(self, wish: Wish, amount: Decimal, now: float) -> CreateExecutorAction:
        return CreateExecutorAction(
            controller_id=self.config.id,
            executor_config=OrderExecutorConfig(
                timestamp=now,
                connector_name=self.config.connector_name,
                trading_pair=self.config.trading_pair,
                side=wish.side,
                amount=amount,
                price=wish.price,
                execution_strategy=ExecutionStrategy.LIMIT_MAKER,
                level_id=wish.name,
            ),
        )
