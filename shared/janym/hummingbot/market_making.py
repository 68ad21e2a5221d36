"""What every market-making strategy of ours is told, and when such quotes can rest at a venue."""

from abc import ABC
from collections.abc import Iterator
from decimal import Decimal

from pydantic import Field

from janym.domain.errors import FieldError
from janym.domain.instrument import Instrument
from janym.domain.money import plain
from janym.hummingbot.configuration import Configuration, within_a_tick
from janym.hummingbot.numbers import (
    Amount,
    Change,
    Delay,
    Levels,
    Period,
    Price,
    Ratio,
    Tolerance,
)


class MarketMaking(Configuration, ABC):
    """Orders on both sides of the mid price. Spreads are fractions of it, amounts base units."""

    refused_when = (
        "a spread is less than one tick at the price, or the last level's is 100 % or more",
        "an amount is no multiple of the venue's step, or a level's size is outside its limits",
        "a bid is worth less than the venue's least notional",
        "`price_ceiling` is not above `price_floor` and the price, or `price_floor` not below it",
    )

    bid_spread: Ratio = Field(
        description="How far below the mid price the first bid rests.", examples=["0.001"]
    )
    ask_spread: Ratio = Field(
        description="How far above the mid price the first ask rests.", examples=["0.001"]
    )
    order_amount: Amount = Field(description="Size of the first order of each side.")
    order_refresh_time: Period = Field(
        description="Age at which orders are replaced.", examples=["30"]
    )
    order_levels: Levels = Field(default=1, description="Orders on each side.")
    order_level_spread: Ratio = Field(
        default=Decimal("0.01"), description="How much farther each further level rests."
    )
    order_level_amount: Change = Field(
        default=Decimal(0), description="How much larger each further level is."
    )
    order_refresh_tolerance: Tolerance = Field(
        default=Decimal(0), description="Orders off by no more than this stay where they are."
    )
    filled_order_delay: Delay = Field(
        default=Decimal(60), description="Pause after a fill before the next order."
    )
    price_ceiling: Price | None = Field(
        default=None, description="Price above which nothing is bought."
    )
    price_floor: Price | None = Field(
        default=None, description="Price below which nothing is sold."
    )

    def spread(self, first: Decimal, level: int) -> Decimal:
        """The spread of a level, counted from 0, whose side starts at `first`."""
        return first + level * self.order_level_spread

    def amount(self, level: int) -> Decimal:
        """The size of a level, counted from 0, in base units."""
        return self.order_amount + level * self.order_level_amount

    def contradictions(self) -> Iterator[FieldError]:
        """What makes the configuration impossible by itself, at any venue."""
        last = self.order_levels - 1
        if self.spread(max(self.bid_spread, self.ask_spread), last) >= 1:
            yield FieldError(
                field="order_level_spread",
                reason=f"level {self.order_levels} would be 100 % or more away from the price",
            )
        if self.amount(last) <= 0:
            yield FieldError(
                field="order_level_amount",
                reason=f"level {self.order_levels} would have no amount left",
            )
        ceiling, floor = self.price_ceiling, self.price_floor
        if ceiling is not None and floor is not None and ceiling <= floor:
            yield FieldError(
                field="price_ceiling", reason=f"must be above price_floor, {plain(floor)}"
            )

    def obstacles(self, instrument: Instrument, price: Decimal | None) -> Iterator[FieldError]:
        """Why quotes would not rest on this instrument at this price (quote per base).

        Without a price only the rules about sizes are asked.
        """
        yield from self._size_obstacles(instrument)
        if price is not None:
            yield from self._band_obstacles(price)
            yield from self._price_obstacles(instrument, price)

    def _size_obstacles(self, instrument: Instrument) -> Iterator[FieldError]:
        fields = {"order_amount": self.order_amount}
        if self.order_levels > 1:
            fields["order_level_amount"] = self.order_level_amount
        for field, value in fields.items():
            if value % instrument.step_size:
                step = plain(instrument.step_size)
                yield FieldError(field=field, reason=f"must be a multiple of {step}")
        sizes = [self.amount(level) for level in range(self.order_levels)]
        least, most = instrument.min_quantity, instrument.max_quantity
        if min(sizes) < least:
            yield FieldError(
                field=self._size_field(0 if sizes[0] < least else 1),
                reason=f"an order of {plain(min(sizes))} {instrument.base} is below "
                f"the venue's least, {plain(least)}",
            )
        if most is not None and max(sizes) > most:
            yield FieldError(
                field=self._size_field(0 if sizes[0] > most else 1),
                reason=f"an order of {plain(max(sizes))} {instrument.base} is above "
                f"the venue's most, {plain(most)}",
            )

    def _size_field(self, level: int) -> str:
        return "order_level_amount" if level else "order_amount"

    def _band_obstacles(self, price: Decimal) -> Iterator[FieldError]:
        if self.price_ceiling is not None and price >= self.price_ceiling:
            yield FieldError(
                field="price_ceiling", reason=f"the price, {plain(price)}, is not below it"
            )
        if self.price_floor is not None and price <= self.price_floor:
            yield FieldError(
                field="price_floor", reason=f"the price, {plain(price)}, is not above it"
            )

    def _price_obstacles(self, instrument: Instrument, price: Decimal) -> Iterator[FieldError]:
        for field, spread in (("bid_spread", self.bid_spread), ("ask_spread", self.ask_spread)):
            yield from within_a_tick(field, spread, price, instrument)
        for level in range(self.order_levels):
            worth = self.amount(level) * price * (1 - self.spread(self.bid_spread, level))
            if 0 < worth < instrument.min_notional:
                yield FieldError(
                    field=self._size_field(level),
                    reason=f"the bid of level {level + 1} is worth {plain(round(worth, 8))} "
                    f"{instrument.quote}; the venue's least is {plain(instrument.min_notional)}",
                )
                return
