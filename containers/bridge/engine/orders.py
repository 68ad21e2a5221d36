"""This engine's orders as the venue has them: cancelled to the last, their fills complete.

Like `adapter.py` it knows what Hummingbot's connectors keep private, here about orders.
"""
# ruff: noqa: SLF001 -- knowing what Hummingbot keeps private is what this file is for

import asyncio
import logging
from typing import Any

from engine.connectors import UNNAMED, Connector, Resting
from engine.installation import Refused

CANCEL_WITHIN_S = 90
ANSWER_WITHIN_S = 20
ARRIVES_WITHIN_S = 10
"""A venue takes no order later than its receive window, 5 s, allows; the rest is for clocks."""
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 4

log = logging.getLogger("engine")


class Orders:
    """The orders of one connector whose client order ids start with `prefix`."""

    def __init__(self, connector: Any, *, kind: Connector, trading_pair: str, prefix: str) -> None:
        self._connector = connector
        self._kind = kind
        self._trading_pair = trading_pair
        self._prefix = prefix

    def find(self, client_order_id: str) -> Any:
        """Hummingbot's record of an order, open or lately closed; None where it forgot it."""
        return self._connector._order_tracker.fetch_order(client_order_id)

    @property
    def any_known(self) -> bool:
        """Whether Hummingbot remembers an order of whatever state."""
        tracker = self._connector._order_tracker
        return bool(tracker.all_orders or tracker.lost_orders)

    # ---- the end

    async def cancel_all(self) -> None:
        """Cancel until nothing is open, neither in Hummingbot's books nor at the venue.

        Raises Refused where that does not come about in time.
        """
        try:
            async with asyncio.timeout(CANCEL_WITHIN_S):
                pause = FIRST_PAUSE_S
                while not await self._nothing_open():
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE_S)
        except TimeoutError:
            left = ", ".join(self._connector.in_flight_orders) or "the venue did not answer"
            raise Refused("ORDERS_NOT_CANCELLED", f"Orders may still be open: {left}") from None

    async def answered(self) -> None:
        """Wait until the venue answered every order that is on its way, or for a while."""
        loop = asyncio.get_running_loop()
        until = loop.time() + ANSWER_WITHIN_S
        while self._unanswered() and loop.time() < until:  # noqa: ASYNC110  nothing tells of it
            await asyncio.sleep(FIRST_PAUSE_S)

    async def collect_late_fills(self) -> None:
        """Ask once more for the executions of recent orders; their events follow at once."""
        orders = self._connector._order_tracker.all_fillable_orders.values()
        placed = [order for order in orders if order.exchange_order_id]
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                await self._connector._update_orders_fills(placed)
        except TimeoutError:
            log.warning("The venue did not list the last executions in time")

    def on_its_way(self, order: Any) -> bool:
        """Whether an order may still arrive at the venue, which has not said that it did."""
        if order.exchange_order_id != UNNAMED:
            return order.exchange_order_id is None
        age: float = self._connector.current_timestamp - order.creation_timestamp
        return age <= ARRIVES_WITHIN_S

    def _unanswered(self) -> list[Any]:
        return [
            order for order in self._connector.in_flight_orders.values() if self.on_its_way(order)
        ]

    async def _nothing_open(self) -> bool:
        """Cancel what is known, then ask the venue itself; True when both are empty.

        An order that the venue has not answered is left alone for now: a cancel that overtakes
        it would count as "not found", and the order would rest unseen.
        """
        orders = self._connector.in_flight_orders.values()
        known = [order for order in orders if not self.on_its_way(order)]
        await asyncio.gather(*(self._connector._execute_order_cancel(order) for order in known))
        if self._unanswered():
            return False
        try:
            resting = await self.open_at_venue()
            for order in resting:
                await self.cancel_at_venue(order.client_order_id)
            await self._ask_about_the_rest()
        except Exception:
            log.exception("The venue was asked in vain while orders were cancelled")
            return False
        return not resting and not self._connector.in_flight_orders

    async def _ask_about_the_rest(self) -> None:
        """Let Hummingbot hear what became of orders that neither rest nor could be cancelled."""
        rest = list(self._connector.in_flight_orders.values())
        if rest:
            await self._connector._update_orders_fills(rest)
            await self._connector._update_orders()

    # ---- the venue itself

    async def open_at_venue(self) -> list[Resting]:
        """What rests at the venue."""
        orders = await self._kind.open_orders(self._connector, await self._symbol())
        return [order for order in orders if order.client_order_id.startswith(self._prefix)]

    async def cancel_at_venue(self, client_order_id: str) -> None:
        """Cancel an order; one that does not rest any more is no error."""
        await self._kind.cancel(self._connector, await self._symbol(), client_order_id)

    async def _symbol(self) -> str:
        return await self._connector.exchange_symbol_associated_to_pair(self._trading_pair)
