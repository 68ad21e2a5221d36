"""Whether a running engine quotes, and the likely cause where it does not.

Quotes rest at the venue, or something happened to one within ten times the age at which the
strategy replaces them. An order that the venue refused is no quote: its reason is the cause.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from containers.bridge.lines import Balance, Execution, OrderEvent, Snapshot
from janym.domain.money import plain

REASON = "NOT_QUOTING"
REFRESHES = 10
NOTHING = Balance(total=Decimal(0), available=Decimal(0))


@dataclass(slots=True, kw_only=True)
class Quoting:
    """Watches one engine. `now` is in seconds of a monotonic clock throughout."""

    base: str
    quote: str
    config: Mapping[str, Any]
    """The strategy's own fields, in our units."""
    since: float
    """When the engine began to run, then when it last quoted."""
    _failure: str | None = field(default=None)

    def heard(self, event: OrderEvent | Execution, *, now: float) -> None:
        """Take an event of the engine's orders."""
        if event.type == "order_failed":
            self._failure = event.reason or "no reason given"
        else:
            self.since, self._failure = now, None

    def trouble(self, snapshot: Snapshot, *, now: float) -> str | None:
        """Give the likely cause where the engine should have quoted by now, or None."""
        if snapshot.active_orders:
            self.since, self._failure = now, None
        patience = patience_s(self.config)
        if patience is None or now - self.since <= patience:
            return None
        cause = self._cause(snapshot)
        return f"no order rests and none was placed for {patience:f} s: {cause}"

    def _cause(self, snapshot: Snapshot) -> str:
        if self._failure:
            return f"the last one was refused, {self._failure}"
        if snapshot.mid_price is None:
            return "one side of the venue's order book is empty"
        sides = [self._no_bid(snapshot, snapshot.mid_price), self._no_ask(snapshot)]
        bounds = self._out_of_bounds(snapshot.mid_price)
        return "; ".join(each for each in (bounds, *sides) if each) or "see the bot's log"

    def _out_of_bounds(self, mid: Decimal) -> str | None:
        ceiling, floor = _number(self.config, "price_ceiling"), _number(self.config, "price_floor")
        if ceiling is not None and mid >= ceiling:
            return f"the price, {plain(mid)}, is above price_ceiling, so nothing is bought"
        if floor is not None and mid <= floor:
            return f"the price, {plain(mid)}, is below price_floor, so nothing is sold"
        return None

    def _no_bid(self, snapshot: Snapshot, mid: Decimal) -> str | None:
        amount = _number(self.config, "order_amount")
        free = snapshot.balances.get(self.quote, NOTHING).available
        if amount is None or free >= amount * mid:
            return None
        return (
            f"balances too small: a bid needs about {plain(amount * mid)} {self.quote},"
            f" {plain(free)} are free"
        )

    def _no_ask(self, snapshot: Snapshot) -> str | None:
        amount = _number(self.config, "order_amount")
        free = snapshot.balances.get(self.base, NOTHING).available
        if amount is None or free >= amount:
            return None
        return (
            f"balances too small: an ask needs {plain(amount)} {self.base}, {plain(free)} are free"
        )


def patience_s(config: Mapping[str, Any]) -> Decimal | None:
    """Give how long a strategy may be without a quote; None where it does not replace orders.

    A pause after a fill is the strategy's own wish and comes on top.
    """
    refresh = _number(config, "order_refresh_time")
    if refresh is None:
        return None
    return REFRESHES * refresh + (_number(config, "filled_order_delay") or 0)


def _number(config: Mapping[str, Any], name: str) -> Decimal | None:
    value = config.get(name)
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
