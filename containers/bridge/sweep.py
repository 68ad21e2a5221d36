"""What the venue knows of our orders and fills, and orders that must not stay.

Cancelling is looked at again until the venue shows nothing open: an order may be on its way in
while we cancel the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from janym.domain import client_order_id
from janym.domain.credential import ExchangeKey
from janym.ports.venue import Venue, VenueOrder, VenueTrade

ROUNDS = 5
PAUSES_S = (0.2, 0.5, 1.0, 2.0)
SKEW = timedelta(minutes=1)
"""How far a venue's clock may be behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """A fill as the venue tells it, with the order it belongs to."""

    client_order_id: str
    trade: VenueTrade


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep found."""

    cancelled: tuple[VenueOrder, ...]
    left: tuple[VenueOrder, ...]
    """Open orders of the bot that are still there."""
    executions: tuple[Execution, ...]
    """Every fill of the session, known or not, oldest first."""


@dataclass(slots=True, kw_only=True)
class Sweeper:
    """Asks one venue about one bot. Blocks: run it in a thread."""

    venue: Venue
    key: ExchangeKey = field(repr=False)
    pair: str
    tag: str
    since: datetime
    """When the session began."""
    pause: Callable[[float], object]
    _orders: dict[str, str] = field(default_factory=dict[str, str])
    """Client order id by the exchange's, also of orders placed before the session."""

    def sweep(self, *, cancel: bool) -> Swept:
        """Cancel what is open, where asked for, and fetch what was filled.

        Raises:
            VenueRefused: the venue does not take the key.
            OutcomeUnknown: the venue does not answer.
        """
        cancelled = self._cancel_all() if cancel else {}
        left = self._open()
        executions = self._executions()
        names = {order.client_order_id for order in left}
        gone = tuple(order for name, order in cancelled.items() if name not in names)
        return Swept(cancelled=gone, left=tuple(left), executions=tuple(executions))

    def _cancel_all(self) -> dict[str, VenueOrder]:
        gone: dict[str, VenueOrder] = {}
        for number in range(ROUNDS):
            found = self._open()
            if not found:
                break
            if number:
                self.pause(PAUSES_S[number - 1])
            for order in found:
                self.venue.cancel(self.key, self.pair, order.client_order_id)
                gone[order.client_order_id] = order
        return gone

    def _open(self) -> Sequence[VenueOrder]:
        return self._ours(self.venue.open_orders(self.key, self.pair))

    def _executions(self) -> list[Execution]:
        since = self.since - SKEW
        self._ours(self.venue.orders(self.key, self.pair, since=since))
        trades = self.venue.trades(self.key, self.pair, since=since)
        return [
            Execution(client_order_id=self._orders[trade.exchange_order_id], trade=trade)
            for trade in trades
            if trade.exchange_order_id in self._orders
        ]

    def _ours(self, orders: Sequence[VenueOrder]) -> list[VenueOrder]:
        ours = [
            order for order in orders if client_order_id.belongs_to(order.client_order_id, self.tag)
        ]
        self._orders |= {order.exchange_order_id: order.client_order_id for order in ours}
        return ours
