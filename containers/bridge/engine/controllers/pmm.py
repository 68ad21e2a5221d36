"""Pure market making: resting orders on both sides of the mid price, replaced as it moves.

Spreads, tolerance and skew are fractions (0.001 = 0.1 %), amounts are in base units, times in
seconds. Every order is a limit order; nothing here sends a market order or closes a position.
"""

from decimal import Decimal
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

FILLED = CloseType.POSITION_HOLD
NOT_PLACED = (CloseType.INSUFFICIENT_BALANCE, CloseType.FAILED)


class PmmConfig(ControllerConfigBase):
    """What to quote. One entry per level in the lists of a side, the innermost first."""

    controller_name: str = "pmm"
    controller_type: str = "market_making"
    connector_name: str
    trading_pair: str
    buy_spreads: list[Decimal] = Field(json_schema_extra={"is_updatable": True})
    sell_spreads: list[Decimal] = Field(json_schema_extra={"is_updatable": True})
    buy_amounts: list[Decimal] = Field(json_schema_extra={"is_updatable": True})
    sell_amounts: list[Decimal] = Field(json_schema_extra={"is_updatable": True})
    refresh_time: Decimal = Field(gt=0, json_schema_extra={"is_updatable": True})
    refresh_tolerance: Decimal = Field(ge=0, lt=1, json_schema_extra={"is_updatable": True})
    filled_order_delay: Decimal = Field(ge=0, json_schema_extra={"is_updatable": True})
    price_ceiling: Decimal | None = Field(json_schema_extra={"is_updatable": True})
    price_floor: Decimal | None = Field(json_schema_extra={"is_updatable": True})
    order_type: Literal["limit", "limit_maker"]

    @model_validator(mode="after")
    def _sides_are_complete(self) -> "PmmConfig":
        for spreads, amounts in (
            (self.buy_spreads, self.buy_amounts),
            (self.sell_spreads, self.sell_amounts),
        ):
            if len(spreads) != len(amounts):
                raise ValueError("each level needs one spread and one amount")
            if not all(0 < spread < 1 for spread in spreads):
                raise ValueError("a spread is a fraction between 0 and 1")
            if not all(amount > 0 for amount in amounts):
                raise ValueError("an amount is more than 0")
        if not self.buy_spreads and not self.sell_spreads:
            raise ValueError("at least one level")
        return self

    def update_markets(self, markets: MarketDict) -> MarketDict:
        """One connector, one pair."""
        return markets.add_or_update(self.connector_name, self.trading_pair)


class Level:
    """One place in the book that the controller keeps filled."""

    def __init__(self, trade_type: TradeType, spread: Decimal, amount: Decimal, name: str) -> None:
        self.trade_type = trade_type
        self.spread = spread
        self.amount = amount
        self.name = name

    def price(self, mid: Decimal) -> Decimal:
        """The wanted price at this mid price."""
        away = -self.spread if self.trade_type is TradeType.BUY else self.spread
        return mid * (1 + away)


class Pmm(ControllerBase):
    """Keeps one resting order per level."""

    def __init__(self, config: PmmConfig, *args: object, **kwargs: object) -> None:
        super().__init__(config, *args, **kwargs)
        self.config: PmmConfig = config
        self._checked: dict[str, float] = {}
        self._resumes: dict[str, float] = {}

    async def update_processed_data(self) -> None:
        """The mid price is asked for when it is needed."""

    def determine_executor_actions(self) -> list[ExecutorAction]:
        """Place what is missing, take away what is old and misplaced."""
        mid = self.market_data_provider.get_price_by_type(
            self.config.connector_name, self.config.trading_pair, PriceType.MidPrice
        )
        if not mid.is_finite() or mid <= 0:
            return []
        now = self.market_data_provider.time()
        actions = (self._act(level, mid, now) for level in self._levels())
        return [action for action in actions if action is not None]

    def _levels(self) -> list[Level]:
        config = self.config
        buys = zip(config.buy_spreads, config.buy_amounts, strict=True)
        sells = zip(config.sell_spreads, config.sell_amounts, strict=True)
        return [
            *(Level(TradeType.BUY, *pair, f"buy_{i}") for i, pair in enumerate(buys)),
            *(Level(TradeType.SELL, *pair, f"sell_{i}") for i, pair in enumerate(sells)),
        ]

    def _act(self, level: Level, mid: Decimal, now: float) -> ExecutorAction | None:
        executors = [e for e in self.executors_info if e.custom_info["level_id"] == level.name]
        resting = [e for e in executors if e.is_active]
        if resting:
            return self._review(resting[0], level, mid, now)
        leaving = any(not e.is_done and e.custom_info["order_id"] for e in executors)
        if self._waits(level, executors, now) or leaving or self._barred(level, mid):
            return None
        return self._place(level, mid)

    def _review(
        self, executor: ExecutorInfo, level: Level, mid: Decimal, now: float
    ) -> ExecutorAction | None:
        """Replace an order that is older than the refresh time, unless it still stands right."""
        checked = self._checked.get(executor.id, executor.timestamp)
        if now - checked < float(self.config.refresh_time) and not self._barred(level, mid):
            return None
        price = executor.config.price
        if not self._barred(level, mid) and self._stands_right(price, level.price(mid)):
            self._checked = {**self._of_resting(), executor.id: now}
            return None
        return StopExecutorAction(
            controller_id=self.config.id, executor_id=executor.id, keep_position=True
        )

    def _of_resting(self) -> dict[str, float]:
        alive = {executor.id for executor in self.executors_info if executor.is_active}
        return {name: at for name, at in self._checked.items() if name in alive}

    def _stands_right(self, price: Decimal, wanted: Decimal) -> bool:
        return abs(price - wanted) <= wanted * self.config.refresh_tolerance

    def _waits(self, level: Level, executors: list[ExecutorInfo], now: float) -> bool:
        """After a fill the level rests; after a refusal it does not hammer the venue."""
        for executor in executors:
            pause = self._pause(executor)
            if pause:
                resumes = (executor.close_timestamp or 0) + float(pause)
                self._resumes[level.name] = max(resumes, self._resumes.get(level.name, 0))
        return now < self._resumes.get(level.name, 0)

    def _pause(self, executor: ExecutorInfo) -> Decimal:
        if executor.close_type is FILLED:
            return self.config.filled_order_delay
        return self.config.refresh_time if executor.close_type in NOT_PLACED else Decimal(0)

    def _barred(self, level: Level, mid: Decimal) -> bool:
        """Above the ceiling nothing is bought, below the floor nothing is sold."""
        ceiling, floor = self.config.price_ceiling, self.config.price_floor
        if level.trade_type is TradeType.BUY:
            return ceiling is not None and mid >= ceiling
        return floor is not None and mid <= floor

    def _place(self, level: Level, mid: Decimal) -> CreateExecutorAction:
        post_only = self.config.order_type == "limit_maker"
        return CreateExecutorAction(
            controller_id=self.config.id,
            executor_config=OrderExecutorConfig(
                timestamp=self.market_data_provider.time(),
                connector_name=self.config.connector_name,
                trading_pair=self.config.trading_pair,
                side=level.trade_type,
                amount=level.amount,
                price=level.price(mid),
                execution_strategy=(
                    ExecutionStrategy.LIMIT_MAKER if post_only else ExecutionStrategy.LIMIT
                ),
                level_id=level.name,
            ),
        )
