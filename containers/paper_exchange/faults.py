"""Faults on demand: which message they strike, and how often they have struck.

A fault watches one channel (`order`: orders as they are accepted; `frame`: frames of user
streams; `request`: REST requests and user-stream subscriptions) and counts what matches its
filters. It strikes the `nth` match and the `count - 1` after it; `count` null never ends.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Channel(StrEnum):
    ORDER = "order"
    FRAME = "frame"
    REQUEST = "request"


class FaultKind(StrEnum):
    ACCEPT_THEN_TIMEOUT = "accept_then_timeout"
    ERROR_AFTER_ACCEPT = "error_after_accept"
    ERROR_BEFORE_ACCEPT = "error_before_accept"
    REJECT_KEY = "reject_key"
    DROP_FRAME = "drop_frame"
    DUPLICATE_FRAME = "duplicate_frame"
    REORDER_FRAME = "reorder_frame"
    DELAY_FRAME = "delay_frame"
    DISCONNECT = "disconnect"
    RATE_LIMIT = "rate_limit"
    CLOCK_SKEW = "clock_skew"
    MAINTENANCE = "maintenance"
    WITHDRAWALS = "withdrawals"


CHANNELS = {
    FaultKind.ACCEPT_THEN_TIMEOUT: (Channel.ORDER,),
    FaultKind.ERROR_AFTER_ACCEPT: (Channel.ORDER,),
    FaultKind.ERROR_BEFORE_ACCEPT: (Channel.REQUEST,),
    FaultKind.REJECT_KEY: (Channel.REQUEST,),
    FaultKind.DROP_FRAME: (Channel.FRAME,),
    FaultKind.DUPLICATE_FRAME: (Channel.FRAME,),
    FaultKind.REORDER_FRAME: (Channel.FRAME,),
    FaultKind.DELAY_FRAME: (Channel.FRAME,),
    FaultKind.DISCONNECT: (Channel.ORDER, Channel.FRAME, Channel.REQUEST),
    FaultKind.RATE_LIMIT: (Channel.REQUEST,),
    FaultKind.CLOCK_SKEW: (Channel.REQUEST,),
    FaultKind.MAINTENANCE: (Channel.REQUEST,),
    FaultKind.WITHDRAWALS: (Channel.REQUEST,),
}
"""The channels a kind may watch; the first is its default."""

LASTING = frozenset({FaultKind.CLOCK_SKEW, FaultKind.MAINTENANCE, FaultKind.WITHDRAWALS})
"""Kinds that go on until they are deleted, unless `count` says otherwise."""

FILTERS = ("api_key", "symbol", "method", "path", "event", "execution", "client_order_id")
NUMBERS = {
    "hold_ms": 10_000,
    "delay_ms": 500,
    "offset_ms": 2_000,
    "retry_after_s": 1,
    "status": 503,
}
"""Numbers a fault may carry, with their defaults."""
TARGETS = ("user", "market", "all")


@dataclass(slots=True, kw_only=True)
class Fault:
    """One fault with its counters: `seen` matches, of which `hits` were struck."""

    id: int
    kind: FaultKind
    on: Channel
    nth: int
    count: int | None
    filters: dict[str, str] = field(default_factory=dict[str, str])
    numbers: dict[str, int] = field(default_factory=dict[str, int])
    target: str = "user"
    seen: int = 0
    hits: int = 0

    def matches(self, on: Channel, facts: Mapping[str, str]) -> bool:
        if on is not self.on:
            return False
        return all(facts.get(name) == value for name, value in self.filters.items())

    def strikes(self) -> bool:
        """Count one match and tell whether it is struck."""
        self.seen += 1
        struck = self.seen >= self.nth and (self.count is None or self.seen < self.nth + self.count)
        self.hits += struck
        return struck


class Faults:
    """The faults in force."""

    def __init__(self) -> None:
        self._faults: dict[int, Fault] = {}
        self._next = 1

    def __iter__(self) -> Iterator[Fault]:
        return iter(tuple(self._faults.values()))

    def add(self, fault: Fault) -> Fault:
        """Put a fault in force under a new id."""
        fault.id = self._next
        self._next += 1
        self._faults[fault.id] = fault
        return fault

    def clear(self) -> int:
        """Remove all; return how many there were."""
        gone = len(self._faults)
        self._faults.clear()
        return gone

    def strike(
        self, on: Channel, facts: Mapping[str, str], *kinds: FaultKind
    ) -> dict[FaultKind, Fault]:
        """Count one message for the faults of these kinds; return those that strike it."""
        return {
            fault.kind: fault
            for fault in self
            if fault.kind in kinds and fault.matches(on, facts) and fault.strikes()
        }
