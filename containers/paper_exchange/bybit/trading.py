"""Bybit's signed REST calls about orders: placed, cancelled, listed, and their executions.

Lists come newest first, a page at a time; `nextPageCursor` leads to the next one.
https://github.com/bybit-exchange/docs/tree/master/docs/v5/order
"""

from collections.abc import Sequence

from aiohttp import web

from containers.paper_exchange.bybit import errors, params, shapes
from containers.paper_exchange.bybit.order_params import order_request
from containers.paper_exchange.bybit.pages import Query
from containers.paper_exchange.bybit.shapes import Json
from containers.paper_exchange.bybit.signed import Call, Signed
from containers.paper_exchange.bybit.venue import Venue
from janym.matching.order import Order, Refusal, Refused

OPEN = "status IN ('new', 'partially_filled')"
CLOSED_ONLY = "1"


class TradingApi:
    """Handlers of calls that need a key, about orders."""

    def __init__(self, venue: Venue, signed: Signed) -> None:
        self._venue = venue
        self._signed = signed
        self._exchange = venue.exchange
        self._journal = venue.exchange.journal

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v5/order/create", self.place),
            web.post("/v5/order/cancel", self.cancel),
            web.post("/v5/order/cancel-all", self.cancel_all),
            web.get("/v5/order/realtime", self.realtime),
            web.get("/v5/order/history", self.history),
            web.get("/v5/execution/list", self.executions),
        ]

    async def place(self, request: web.Request) -> web.StreamResponse:
        call = await self._signed.trade(request)
        wanted = order_request(call.account.api_key, call.values)
        named = {"symbol": wanted.symbol, "client_order_id": wanted.client_id}
        self._venue.gate.before_accept(call.facts | named)
        where = "account = ? AND client_id = ? LIMIT 1"
        if self._journal.orders(where, (wanted.account, wanted.client_id)):
            raise errors.refused(Refusal.DUPLICATE_CLIENT_ID)
        try:
            events = self._exchange.submit(wanted)
        except Refused as refused:
            raise errors.refused(refused.reason) from refused
        order = events[0].order
        await self._venue.gate.after_accept(request, call.facts, order)
        return self._venue.answer(_named(order))

    async def cancel(self, request: web.Request) -> web.Response:
        call = await self._signed.trade(request)
        params.spot(call.values)
        found = self._find(call)
        self._venue.gate.before_accept(
            call.facts | {"symbol": found.symbol, "client_order_id": found.client_id}
        )
        self._cancel(found)
        return self._venue.answer(_named(found))

    async def cancel_all(self, request: web.Request) -> web.Response:
        call = await self._signed.trade(request)
        query = Query(call).symbol(self._venue)
        found = self._journal.orders(f"{query.where} AND {OPEN} ORDER BY id", query.values)
        for order in found:
            self._cancel(order)
        rows = [_named(order) for order in found]
        return self._venue.answer({"list": rows, "success": "1"})

    async def realtime(self, request: web.Request) -> web.Response:
        """Open orders, or with `openOnly=1` ended ones; one that is named is shown either way."""
        call = await self._signed.read(request)
        query = Query(call).order_ids()
        if not query.named:
            query.symbol(self._venue)
            query.also(f"NOT {OPEN}" if call.values.get("openOnly") == CLOSED_ONLY else OPEN)
        return self._orders(query, default=20)

    async def history(self, request: web.Request) -> web.Response:
        call = await self._signed.read(request)
        query = Query(call).order_ids().symbol(self._venue).also(f"NOT {OPEN}")
        return self._orders(query.times("created_ms"), default=20)

    async def executions(self, request: web.Request) -> web.Response:
        call = await self._signed.read(request)
        query = Query(call).order_ids(column="order_id").symbol(self._venue).times("time_ms")
        condition = query.page("trade_id", "order_id", default=50, most=100)
        fills = self._journal.fills(condition.where, condition.values)
        owners = self._owners([fill.order_id for fill in fills])
        rows = [shapes.execution(fill, owners[fill.order_id]) for fill in fills]
        return self._list(
            rows, condition.cursor([(fill.trade_id, fill.order_id) for fill in fills])
        )

    def _orders(self, query: Query, *, default: int) -> web.Response:
        condition = query.page("id", default=default, most=50)
        orders = self._journal.orders(condition.where, condition.values)
        rows = [shapes.order(one) for one in orders]
        return self._list(rows, condition.cursor([(one.id,) for one in orders]))

    def _list(self, rows: Sequence[Json], cursor: str) -> web.Response:
        return self._venue.answer({"category": "spot", "list": rows, "nextPageCursor": cursor})

    def _owners(self, ids: Sequence[int]) -> dict[int, Order]:
        wanted = tuple(dict.fromkeys(ids))
        marks = ", ".join("?" for _ in wanted)
        return {one.id: one for one in self._journal.orders(f"id IN ({marks})", wanted)}

    def _find(self, call: Call) -> Order:
        """Return the order that `orderId` or `orderLinkId` means, whatever symbol is named."""
        query = Query(call).order_ids()
        if not query.named:
            raise errors.bad_parameter("params error: orderId or orderLinkId is required")
        found = self._journal.orders(f"{query.where} ORDER BY id DESC LIMIT 1", query.values)
        if not found:
            raise errors.no_such_order()
        return found[0]

    def _cancel(self, order: Order) -> None:
        try:
            self._exchange.cancel(order.symbol, order.id)
        except Refused as refused:
            raise errors.refused(refused.reason) from refused


def _named(order: Order) -> Json:
    return {"orderId": str(order.id), "orderLinkId": order.client_id}
