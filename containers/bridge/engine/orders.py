"""This engine's orders as the venue has them: cancelled to the last, strays found, fills complete.

Like `adapter.py` it knows what Hummingbot's connectors keep private, here about orders.
"""
# ruff: noqa: SLF001 -- knowing what Hummingbot keeps private is what this file is for

import asyncio
import logging
from typing import Any

from engine.connectors import Connector, Resting
from engine.installation import Refused

CANCEL_WITHIN_S = 90
ANSWER_WITHIN_S = 20
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 4
STRAYS_AFTER_FAILURE_S = 3
STRAYS_EVERY_S = 60

log = logging.getLogger("engine")


class Orders:
    """The orders of one connector whose client order ids start with `prefix`."""

    def __init__(self, connector: Any, *, kind: Connector, trading_pair: str, prefix: str) -> None:
        self._connector = connector
        self._kind = kind
        self._trading_pair = trading_pair
        self._prefix = prefix
        self._failed = asyncio.Event()

    def find(self, client_order_id: str) -> Any:
        """Hummingbot's record of an order, open or lately closed; None where it forgot it."""
        return self._connector._order_tracker.fetch_order(client_order_id)

    @property
    def any_known(self) -> bool:
        """Whether Hummingbot remembers an order of whatever state."""
        tracker = self._connector._order_tracker
        return bool(tracker.all_orders or tracker.lost_orders)

    # ---- while the strategy runs

    def one_failed(self) -> None:
        """An order was reported as failed; it may rest at the venue all the same."""
        self._failed.set()

    async def watch_for_strays(self) -> None:
        """Cancel, for ever, what rests at the venue and Hummingbot does not know to be open.

        Hummingbot gives an order up when the venue's answer is lost. Accepted all the same, it
        would rest at its old price until somebody takes it.
        """
        while True:
            try:
                async with asyncio.timeout(STRAYS_EVERY_S):
                    await self._failed.wait()
                    self._failed.clear()
                    await asyncio.sleep(STRAYS_AFTER_FAILURE_S)
            except TimeoutError:
                pass  # nothing failed; the look is due all the same
            try:
                await self._cancel_strays()
            except Exception:
                log.exception("The venue was asked for stray orders in vain")

    async def _cancel_strays(self) -> None:
        for resting in await self._open_at_venue():
            client_order_id = resting.client_order_id
            if client_order_id in self._connector.in_flight_orders:
                continue
            log.warning("Order %s rests although it was given up: cancelled", client_order_id)
            await self._cancel_at_venue(client_order_id)
            order = self.find(client_order_id)
            if order is not None:
                order.update_exchange_order_id(resting.exchange_order_id)
                await self._connector._update_orders_fills([order])

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

    def _unanswered(self) -> list[Any]:
        orders = self._connector.in_flight_orders.values()
        return [order for order in orders if order.exchange_order_id is None]

    async def _nothing_open(self) -> bool:
        """Cancel what is known, then ask the venue itself; True when both are empty.

        An order that the venue has not answered is left alone for now: a cancel that overtakes
        it would count as "not found", and the order would rest unseen.
        """
        known = [o for o in self._connector.in_flight_orders.values() if o.exchange_order_id]
        await asyncio.gather(*(self._connector._execute_order_cancel(order) for order in known))
        if self._unanswered():
            return False
        try:
            resting = await self._open_at_venue()
            for order in resting:
                await self._cancel_at_venue(order.client_order_id)
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

    async def _open_at_venue(self) -> list[Resting]:
        orders = await self._kind.open_orders(self._connector, await self._symbol())
        return [order for order in orders if order.client_order_id.startswith(self._prefix)]

    async def _cancel_at_venue(self, client_order_id: str) -> None:
        await self._kind.cancel(self._connector, await self._symbol(), client_order_id)

    async def _symbol(self) -> str:
        return await self._connector.exchange_symbol_associated_to_pair(self._trading_pair)
