"""The gate that every request passes: faults strike here, in the words of its protocol."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from containers.paper_exchange.faults import Channel, Fault, FaultKind
from containers.paper_exchange.floor import Floor
from janym.matching.order import Order

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Facts = dict[str, str]
"""What faults can know of a request: api_key, method, path, symbol, client_order_id."""


class Answers(Protocol):
    """A protocol's words for what a fault asks it to say; each gives an error to raise."""

    def under_maintenance(self) -> Exception: ...

    def too_many_requests(self, retry_after_s: int) -> Exception: ...

    def rejected_key(self) -> Exception: ...

    def status_unknown(self, status: int) -> Exception: ...


class Gate:
    """One protocol's gate."""

    def __init__(self, floor: Floor, answers: Answers) -> None:
        self._floor = floor
        self._answers = answers

    def now_ms(self, facts: Facts) -> int:
        """Return the time that this request is told and judged by; a skewed clock shows here."""
        struck = self.strike(facts, FaultKind.CLOCK_SKEW)
        skew = struck.get(FaultKind.CLOCK_SKEW)
        return self._floor.exchange.now_ms() + (0 if skew is None else skew.numbers["offset_ms"])

    def strike(self, facts: Facts, *kinds: FaultKind) -> dict[FaultKind, Fault]:
        """Count a request for the faults of these kinds; return those that strike it."""
        return self._floor.faults.strike(Channel.REQUEST, facts, *kinds)

    def admit(self, facts: Facts) -> None:
        """Raise the venue's answer where maintenance or a rate limit strikes this request."""
        struck = self.strike(
            facts, FaultKind.MAINTENANCE, FaultKind.RATE_LIMIT, FaultKind.DISCONNECT
        )
        if FaultKind.DISCONNECT in struck:
            self._floor.disconnect(struck[FaultKind.DISCONNECT])
        if FaultKind.MAINTENANCE in struck:
            raise self._answers.under_maintenance()
        if FaultKind.RATE_LIMIT in struck:
            retry_after_s = struck[FaultKind.RATE_LIMIT].numbers["retry_after_s"]
            raise self._answers.too_many_requests(retry_after_s)

    def check_key(self, facts: Facts) -> None:
        """Raise the venue's answer where a rejected key strikes this request."""
        if self.strike(facts, FaultKind.REJECT_KEY):
            raise self._answers.rejected_key()

    def before_accept(self, facts: Facts) -> None:
        """Raise the venue's 5xx where an order, or a cancel, is to get no further."""
        struck = self.strike(facts, FaultKind.ERROR_BEFORE_ACCEPT)
        if struck:
            status = struck[FaultKind.ERROR_BEFORE_ACCEPT].numbers["status"]
            raise self._answers.status_unknown(status)

    async def after_accept(self, request: web.Request, facts: Facts, order: Order) -> None:
        """Withhold or spoil the answer to an order that was taken, where a fault wants it so."""
        struck = self._floor.faults.strike(
            Channel.ORDER,
            facts | {"symbol": order.symbol, "client_order_id": order.client_id},
            FaultKind.ACCEPT_THEN_TIMEOUT,
            FaultKind.ERROR_AFTER_ACCEPT,
            FaultKind.DISCONNECT,
        )
        if FaultKind.DISCONNECT in struck:
            self._floor.disconnect(struck[FaultKind.DISCONNECT])
        if FaultKind.ERROR_AFTER_ACCEPT in struck:
            status = struck[FaultKind.ERROR_AFTER_ACCEPT].numbers["status"]
            raise self._answers.status_unknown(status)
        if FaultKind.ACCEPT_THEN_TIMEOUT in struck:
            await asyncio.sleep(struck[FaultKind.ACCEPT_THEN_TIMEOUT].numbers["hold_ms"] / 1000)
            if request.transport is not None:
                request.transport.abort()
