"""Our V2 controller `grid`: levels from prices or from ratios of a distance between two prices."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import Field

from janym.domain.errors import FieldError
from janym.domain.instrument import Instrument
from janym.domain.money import plain
from janym.hummingbot.configuration import Configuration, misfits, too_little
from janym.hummingbot.numbers import Amount, Coefficient, Depth, Price

CONTROLLER_ID = "grid"
MOST_LEVELS = 100
FEWEST_LEVELS = 2
PLACES = 15
FIBONACCI = tuple(map(Decimal, ("0", "0.236", "0.382", "0.5", "0.618", "0.786", "1")))
"""The retracements of a move, from its start to its end."""

Orders = Annotated[int, Field(strict=True, ge=1, le=100)]


class Grid(Configuration):
    """Buy at each level and sell one level higher, or sell at each and buy back one level lower.

    Levels are given as `level_prices`, or as `ratios` of the way from `anchor_start` to
    `anchor_end`. Every order is a limit order that can only rest. A grid whose engine starts again
    knows what it holds from the account's balance and from `starting_base`: it trades that back
    and enters only what is free, so that nothing is bought or sold twice. Deposits, withdrawals
    and other bots' trades of the base asset would shift that count: keep them off the account.
    """

    kind = "v2"
    refused_when = (
        "neither `level_prices` nor both anchors are given, or some of both",
        "the anchors are equal",
        "there are fewer than two levels, or one is not above 0",
        "levels cross, coincide or stand closer than a tick, or one of `level_prices` is off it",
        "`order_amount` does not fit the venue's step and limits",
        "`order_amount` at the lowest level is worth less than the venue's least notional",
        "the price is not above the lowest level (long), or not below the highest (short)",
        "`price_ceiling` and `price_floor` exclude the price, each other, or every entry",
    )

    direction: Literal["long", "short"] = Field(
        description="`long` buys first and sells higher, `short` sells first and buys back lower."
    )
    order_amount: Amount = Field(description="Size of the order at each level.")
    starting_base: Depth = Field(
        description="Base on the account when the grid first began. What is there beyond it "
        "(long) or missing from it (short) is what the grid holds when its engine starts again."
    )
    level_prices: list[Price] | None = Field(
        default=None, max_length=MOST_LEVELS, description="The levels, rising."
    )
    anchor_start: Price | None = Field(default=None, description="Price of the ratio 0.")
    anchor_end: Price | None = Field(default=None, description="Price of the ratio 1.")
    ratios: list[Coefficient] = Field(
        default=list(FIBONACCI),
        max_length=MOST_LEVELS,
        description="Where levels stand between the anchors; below 0 and above 1 beyond them.",
    )
    max_open_orders: Orders = Field(
        default=10, description="Orders open at a time; those nearest to the price are."
    )
    price_ceiling: Price | None = Field(
        default=None, description="Price from which on no level is entered."
    )
    price_floor: Price | None = Field(
        default=None, description="Price down from which no level is entered."
    )

    def levels(self) -> list[Decimal]:
        """The levels' prices, rising. Empty where neither prices nor anchors are given."""
        if self.level_prices is not None:
            return list(self.level_prices)
        start, end = self.anchor_start, self.anchor_end
        if start is None or end is None:
            return []
        return sorted(round(start + ratio * (end - start), PLACES) for ratio in self.ratios)

    @property
    def _levels_field(self) -> str:
        return "ratios" if self.level_prices is None else "level_prices"

    def contradictions(self) -> Iterator[FieldError]:
        """What makes the configuration impossible by itself, at any venue."""
        source = list(self._source_contradictions())
        yield from source or self._level_contradictions()

    def _source_contradictions(self) -> Iterator[FieldError]:
        start, end = self.anchor_start, self.anchor_end
        if self.level_prices is not None:
            for field, anchor in (("anchor_start", start), ("anchor_end", end)):
                if anchor is not None:
                    yield FieldError(field=field, reason="cannot stand beside level_prices")
        elif start is None and end is None:
            reason = "must be given, or else anchor_start and anchor_end"
            yield FieldError(field="level_prices", reason=reason)
        elif start is None or end is None:
            field = "anchor_start" if start is None else "anchor_end"
            yield FieldError(field=field, reason="must be given with the other anchor")
        elif start == end:
            yield FieldError(field="anchor_end", reason="must differ from anchor_start")

    def _level_contradictions(self) -> Iterator[FieldError]:
        levels = self.levels()
        if len(levels) < FEWEST_LEVELS:
            reason = f"must make at least {FEWEST_LEVELS} levels"
            yield FieldError(field=self._levels_field, reason=reason)
            return
        if any(upper <= lower for lower, upper in pairwise(levels)):
            reason = "levels cross: each price must be above the one before it"
            if self.level_prices is None:
                reason = "levels coincide: each ratio must be given once"
            yield FieldError(field=self._levels_field, reason=reason)
        if levels[0] <= 0:
            reason = f"would make a level of {plain(levels[0])}; a price is above 0"
            yield FieldError(field=self._levels_field, reason=reason)
        yield from self._bound_contradictions(levels)

    def _bound_contradictions(self, levels: Sequence[Decimal]) -> Iterator[FieldError]:
        """Bounds within which no level could ever be entered."""
        ceiling, floor = self.price_ceiling, self.price_floor
        if ceiling is not None and floor is not None and ceiling <= floor:
            yield FieldError(
                field="price_ceiling", reason=f"must be above price_floor, {plain(floor)}"
            )
        if self.direction == "long" and ceiling is not None and ceiling <= levels[0]:
            reason = f"must be above the lowest level, {plain(levels[0])}: nothing would be bought"
            yield FieldError(field="price_ceiling", reason=reason)
        if self.direction == "short" and floor is not None and floor >= levels[-1]:
            reason = f"must be below the highest level, {plain(levels[-1])}: nothing would be sold"
            yield FieldError(field="price_floor", reason=reason)

    def obstacles(self, instrument: Instrument, price: Decimal | None) -> Iterator[FieldError]:
        """Why orders would not rest on this instrument at this price (quote per base)."""
        levels = self.levels()
        yield from misfits("order_amount", self.order_amount, instrument)
        yield from too_little("order_amount", self.order_amount, levels[0], instrument)
        yield from self._tick_obstacles(levels, instrument)
        if price is not None:
            yield from self._price_obstacles(levels, price)

    def _tick_obstacles(
        self, levels: Sequence[Decimal], instrument: Instrument
    ) -> Iterator[FieldError]:
        tick = instrument.tick_size
        if self.level_prices is not None and any(level % tick for level in levels):
            reason = f"each price must be a multiple of {plain(tick)}"
            yield FieldError(field="level_prices", reason=reason)
        elif any(upper - lower < tick for lower, upper in pairwise(levels)):
            reason = f"levels stand closer than one tick, {plain(tick)}"
            yield FieldError(field=self._levels_field, reason=reason)

    def _price_obstacles(self, levels: Sequence[Decimal], price: Decimal) -> Iterator[FieldError]:
        if self.direction == "long" and price <= levels[0]:
            reason = f"the price, {plain(price)}, is not above the lowest level: nothing could rest"
            yield FieldError(field=self._levels_field, reason=reason)
        if self.direction == "short" and price >= levels[-1]:
            reason = (
                f"the price, {plain(price)}, is not below the highest level: nothing could rest"
            )
            yield FieldError(field=self._levels_field, reason=reason)
        if self.price_ceiling is not None and price >= self.price_ceiling:
            yield FieldError(
                field="price_ceiling", reason=f"the price, {plain(price)}, is not below it"
            )
        if self.price_floor is not None and price <= self.price_floor:
            yield FieldError(
                field="price_floor", reason=f"the price, {plain(price)}, is not above it"
            )

    def render(self, *, exchange: str, trading_pair: str) -> dict[str, Any]:
        """Every field of the controller's configuration."""
        return {
            "id": CONTROLLER_ID,
            "connector_name": exchange,
            "trading_pair": trading_pair,
            "direction": self.direction,
            "level_prices": [plain(level) for level in self.levels()],
            "order_amount": plain(self.order_amount),
            "starting_base": plain(self.starting_base),
            "max_open_orders": self.max_open_orders,
            "price_ceiling": None if self.price_ceiling is None else plain(self.price_ceiling),
            "price_floor": None if self.price_floor is None else plain(self.price_floor),
        }
