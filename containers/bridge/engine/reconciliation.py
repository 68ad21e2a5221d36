"""Hummingbot's open orders compared with the venue's: what rests unknown, what is gone unheard.

Answers and frames get lost. Hummingbot finds out when it polls, every two minutes, or gives an
order up after four cancels that found nothing, a minute apart. Until then the strategy waits for
an order that is gone and quotes nothing. Here the venue is asked as soon as something is doubtful.
"""
# ruff: noqa: SLF001 -- knowing what Hummingbot keeps private is what this file is for

import asyncio
import logging
from typing import Any

from engine.connectors import UNNAMED, Resting
from engine.orders import Orders

LOOK_EVERY_S = 60
DOUBT_EVERY_S = 1
SETTLING_S = 3
"""An order whose answer was lost may be on its way in for so long."""

log = logging.getLogger("engine")


class Reconciliation:
    """Looks at the venue regularly, and soon after something went wrong."""

    def __init__(self, connector: Any, orders: Orders) -> None:
        self._connector = connector
        self._orders = orders
        self._doubted = False
        self._refused: set[str] = set()
        self._seen_stream: Any = None
        self._cancel = connector._execute_order_cancel
        connector._execute_order_cancel = self._cancel_watched

    def doubt(self) -> None:
        """An order is said to have failed: it may rest all the same."""
        self._doubted = True

    async def run(self) -> None:
        """Compare, for ever."""
        self._seen_stream = self._stream()
        while True:
            await self._until_due()
            try:
                await self._compare()
            except Exception:
                log.exception("The venue was asked in vain what is open")

    # ---- when

    async def _cancel_watched(self, order: Any) -> str | None:
        """Cancel as Hummingbot does. One that was refused is likely to be gone already."""
        cancelled: str | None = await self._cancel(order)
        if cancelled is None:
            self._refused.add(order.client_order_id)
        return cancelled

    async def _until_due(self) -> None:
        """Wait for something that does not clear up by itself, or for a minute."""
        loop = asyncio.get_running_loop()
        due = loop.time() + LOOK_EVERY_S
        while loop.time() < due:
            await asyncio.sleep(DOUBT_EVERY_S)
            if self._doubted or self._stream_was_cut() or self._unnamed():
                self._doubted = False
                await asyncio.sleep(SETTLING_S)
                return
            if self._refused:
                refused, self._refused = self._refused, set()
                await asyncio.sleep(SETTLING_S)
                if not refused.isdisjoint(self._connector.in_flight_orders):
                    return

    def _stream_was_cut(self) -> bool:
        """Whether the private stream is another than before: what came between is lost."""
        before, self._seen_stream = self._seen_stream, self._stream() or self._seen_stream
        return before is not self._seen_stream

    def _stream(self) -> Any:
        return self._connector._user_stream_tracker.data_source._ws_assistant

    def _unnamed(self) -> bool:
        """Whether there are orders that the venue may have or not; it did not say."""
        orders = self._connector.in_flight_orders.values()
        return any(order.exchange_order_id == UNNAMED for order in orders)

    # ---- what

    async def _compare(self) -> None:
        known = {
            name: order
            for name, order in self._connector.in_flight_orders.items()
            if order.exchange_order_id is not None
        }
        resting = {each.client_order_id: each for each in await self._orders.open_at_venue()}
        for name, order in known.items():
            if name in resting:
                self._name(order, resting[name].exchange_order_id)
            elif name in self._connector.in_flight_orders:
                await self._ask(order)
        for name, each in resting.items():
            if name not in self._connector.in_flight_orders:
                await self._cancel_stray(each)

    async def _cancel_stray(self, resting: Resting) -> None:
        """Cancel what Hummingbot gave up: accepted all the same, it would rest at its old price."""
        name = resting.client_order_id
        log.warning("Order %s rests although it was given up: cancelled", name)
        await self._orders.cancel_at_venue(name)
        order = self._orders.find(name)
        if order is not None:
            order.update_exchange_order_id(resting.exchange_order_id)
            await self._connector._update_orders_fills([order])

    async def _ask(self, order: Any) -> None:
        """Ask what became of an order that does not rest, and let Hummingbot hear it."""
        name = order.client_order_id
        try:
            update = await self._connector._request_order_status(order)
        except Exception as error:  # noqa: BLE001 - connectors raise what they like
            if self._never_arrived(order, error):
                log.warning("Order %s never reached the venue", name)
                self._connector._update_order_after_failure(name, order.trading_pair, error)
            else:
                log.warning("The venue does not say what became of order %s: %s", name, error)
            return
        log.info("Order %s does not rest: the venue says %s", name, update.new_state.name)
        self._name(order, update.exchange_order_id)
        await self._connector._update_orders_fills([order])
        await self._connector._order_tracker.process_order_update(update)

    def _name(self, order: Any, exchange_order_id: str | None) -> None:
        if order.exchange_order_id == UNNAMED and exchange_order_id:
            order.update_exchange_order_id(exchange_order_id)

    def _never_arrived(self, order: Any, error: Exception) -> bool:
        not_found = self._connector._is_order_not_found_during_status_update_error(error)
        unnamed = order.exchange_order_id == UNNAMED
        return bool(not_found and unnamed and not self._orders.on_its_way(order))
