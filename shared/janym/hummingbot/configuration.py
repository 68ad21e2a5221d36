"""What every strategy's configuration is: parsed, judged by itself and at a venue, rendered."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from janym.domain.errors import FieldError
from janym.domain.instrument import Instrument
from janym.domain.money import plain


class Configuration(BaseModel, ABC):
    """One strategy's fields, in our units. It never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: ClassVar[str]
    """`v1`, a strategy that Hummingbot ships, or `v2`, a controller of ours."""
    refused_when: ClassVar[tuple[str, ...]]
    """For people: what the fields' ranges do not say."""

    @abstractmethod
    def contradictions(self) -> Iterator[FieldError]:
        """What makes the configuration impossible by itself, at any venue."""

    @abstractmethod
    def obstacles(self, instrument: Instrument, price: Decimal | None) -> Iterator[FieldError]:
        """Why orders would not rest on this instrument at this price (quote per base).

        Without a price the rules that need one are not asked.
        """

    @abstractmethod
    def render(self, *, exchange: str, trading_pair: str) -> dict[str, Any]:
        """Every field of Hummingbot's configuration, in its names and units."""


def misfits(field: str, amount: Decimal, instrument: Instrument) -> Iterator[FieldError]:
    """Why an order of `amount` base units does not fit the instrument's sizes."""
    least, most = instrument.min_quantity, instrument.max_quantity
    if amount % instrument.step_size:
        step = plain(instrument.step_size)
        yield FieldError(field=field, reason=f"must be a multiple of {step}")
    if amount < least:
        yield FieldError(field=field, reason=f"is below the venue's least, {plain(least)}")
    if most is not None and amount > most:
        yield FieldError(field=field, reason=f"is above the venue's most, {plain(most)}")


def too_little(
    field: str, amount: Decimal, price: Decimal, instrument: Instrument
) -> Iterator[FieldError]:
    """Why an order of `amount` base units at `price` is worth too little for the venue."""
    worth = amount * price
    if worth < instrument.min_notional:
        yield FieldError(
            field=field,
            reason=f"an order at {plain(round(price, 8))} is worth {plain(round(worth, 8))} "
            f"{instrument.quote}; the venue's least is {plain(instrument.min_notional)}",
        )


def within_a_tick(
    field: str, spread: Decimal, price: Decimal, instrument: Instrument
) -> Iterator[FieldError]:
    """Why a fraction of the price is no distance at all on this instrument."""
    tick = instrument.tick_size
    if spread * price < tick:
        yield FieldError(
            field=field, reason=f"is less than one tick, {plain(tick)}, at {plain(price)}"
        )


def percent(fraction: Decimal) -> str:
    """0.001 becomes "0.1"."""
    return plain(fraction * 100)
