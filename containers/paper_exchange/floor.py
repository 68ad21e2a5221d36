"""What every protocol of this exchange shares: the exchange, its faults, its open streams."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from containers.paper_exchange.exchange import BookChange, Exchange
from containers.paper_exchange.faults import Fault, Faults


class UserSide(Protocol):
    """One protocol's private connections."""

    def __len__(self) -> int: ...

    def disconnect(self, api_key: str | None) -> None:
        """Close the connections of an account, or of all with None."""
        ...


class MarketSide(Protocol):
    """One protocol's market data connections."""

    def __len__(self) -> int: ...

    def disconnect(self) -> None:
        """Close every one."""
        ...

    def publish_books(self, changes: Sequence[BookChange]) -> None:
        """Tell what has changed in the books since the last call."""
        ...


@dataclass(slots=True, kw_only=True)
class Floor:
    """The exchange, what strikes it, and everybody who listens to it."""

    exchange: Exchange
    faults: Faults
    user_sides: list[UserSide] = field(default_factory=list[UserSide])
    market_sides: list[MarketSide] = field(default_factory=list[MarketSide])
    requests: Counter[str] = field(default_factory=Counter[str])

    def advance(self) -> None:
        """Let the markets take one step, and tell the depth streams of every protocol."""
        self.exchange.step()
        changes = self.exchange.take_book_changes()
        for side in self.market_sides:
            side.publish_books(changes)

    def disconnect(self, fault: Fault) -> None:
        """Close the sockets that a disconnect fault names."""
        if fault.target in ("user", "all"):
            self._close_users(fault.filters.get("api_key"))
        if fault.target in ("market", "all"):
            self._close_markets()

    def close(self) -> None:
        """Close every socket."""
        self._close_users(None)
        self._close_markets()

    def _close_users(self, api_key: str | None) -> None:
        for side in self.user_sides:
            side.disconnect(api_key)

    def _close_markets(self) -> None:
        for side in self.market_sides:
            side.disconnect()
