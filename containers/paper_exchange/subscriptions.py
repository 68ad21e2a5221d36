"""Who listens to which account, and how frames reach them; faults strike frames here."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from containers.paper_exchange.faults import Channel, Fault, FaultKind, Faults
from containers.paper_exchange.sockets import Socket

FRAME_FAULTS = (
    FaultKind.DROP_FRAME,
    FaultKind.DUPLICATE_FRAME,
    FaultKind.REORDER_FRAME,
    FaultKind.DELAY_FRAME,
    FaultKind.DISCONNECT,
)


@dataclass(slots=True, kw_only=True, eq=False)
class Subscription:
    """One account on one connection.

    `id` is its number there, `topics` what it asked for, where the protocol has such things.
    `held` waits until the next frame has gone before it.
    """

    api_key: str
    socket: Socket
    id: int = 0
    topics: set[str] = field(default_factory=set[str])
    held: list[str] = field(default_factory=list[str])


class Subscriptions:
    """All subscriptions of one protocol."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._all: list[Subscription] = []

    def __len__(self) -> int:
        return len(self._all)

    def add(self, subscription: Subscription) -> None:
        self._all.append(subscription)

    def drop(self, socket: Socket) -> None:
        """Forget a connection that has ended."""
        self._all = [one for one in self._all if one.socket is not socket]

    def disconnect(self, api_key: str | None) -> None:
        """Close the connections of an account, or of all with None."""
        for one in self._all:
            if api_key in (None, one.api_key):
                one.socket.close()

    def of(self, api_key: str) -> tuple[Subscription, ...]:
        """Return who listens to an account."""
        return tuple(one for one in self._all if one.api_key == api_key)

    def deliver(self, to: Subscription, text: str, facts: Mapping[str, str]) -> None:
        """Send a frame, as faults let it pass; `facts` is what they can know of it."""
        struck = self._faults.strike(Channel.FRAME, {"api_key": to.api_key, **facts}, *FRAME_FAULTS)
        if FaultKind.DISCONNECT in struck:
            to.socket.close()
        if FaultKind.DROP_FRAME in struck:
            return
        if FaultKind.REORDER_FRAME in struck:
            to.held.append(text)
            return
        copies = 2 if FaultKind.DUPLICATE_FRAME in struck else 1
        for _ in range(copies):
            to.socket.send(text, delay_s=_delay_s(struck.get(FaultKind.DELAY_FRAME)))
        for held in to.held:
            to.socket.send(held)
        to.held.clear()


def _delay_s(fault: Fault | None) -> float:
    return 0.0 if fault is None else fault.numbers["delay_ms"] / 1000
