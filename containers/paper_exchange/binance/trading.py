"""Binance's signed REST calls: orders, their queries, trades, the account and its key.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#trading-endpoints
"""

from dataclasses import dataclass
from secrets import token_hex

from aiohttp import web

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.binance import errors, params, security, shapes
from containers.paper_exchange.binance.order_params import order_request, response_style
from containers.paper_exchange.binance.venue import Venue, facts_of
from containers.paper_exchange.faults import FaultKind
from containers.paper_exchange.gate import Facts
from janym.matching.order import Order, Refused

DAY_MS = 86_400_000
OPEN = "account = ? AND status IN ('new', 'partially_filled')"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request whose key, time and signature are good."""

    account: Account
    values: params.Params
    facts: Facts


class TradingApi:
    """Handlers of calls that need a key."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue
        self._exchange = venue.exchange
        self._journal = venue.exchange.journal

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/api/v3/order", self.place),
            web.post("/api/v3/order/test", self.test),
            web.get("/api/v3/order", self.query),
            web.delete("/api/v3/order", self.cancel),
            web.get("/api/v3/openOrders", self.open_orders),
            web.delete("/api/v3/openOrders", self.cancel_all),
            web.get("/api/v3/allOrders", self.all_orders),
            web.get("/api/v3/myTrades", self.my_trades),
            web.get("/api/v3/account", self.account),
            web.get("/sapi/v1/account/apiRestrictions", self.restrictions),
        ]

    async def place(self, request: web.Request) -> web.StreamResponse:
        call = await self._call(request)
        self._check_may_trade(call)
        wanted = order_request(call.account.api_key, call.values)
        style = response_style(call.values)
        named = {"symbol": wanted.symbol, "client_order_id": wanted.client_id}
        self._venue.gate.before_accept(call.facts | named)
        try:
            events = self._exchange.submit(wanted)
        except Refused as refused:
            raise errors.refused(refused.reason) from refused
        await self._venue.gate.after_accept(request, call.facts, events[0].order)
        return web.json_response(shapes.placed(events, style))

    async def test(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        self._check_may_trade(call)
        try:
            self._exchange.check(order_request(call.account.api_key, call.values))
        except Refused as refused:
            raise errors.refused(refused.reason) from refused
        return web.json_response({})

    async def query(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        found = self._find(call)
        if found is None:
            raise errors.no_such_order()
        return web.json_response(shapes.order(found))

    async def cancel(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        self._check_may_trade(call)
        found = self._find(call)
        if found is None:
            raise errors.unknown_order()
        self._venue.gate.before_accept(call.facts | {"client_order_id": found.client_id})
        cancel_id = params.client_id(call.values, "newClientOrderId") or token_hex(11)
        return web.json_response(self._cancel(found, cancel_id))

    async def open_orders(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        return web.json_response([shapes.order(one) for one in self._open(call)])

    async def cancel_all(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        self._check_may_trade(call)
        params.required(call.values, "symbol")
        found = self._open(call)
        if not found:
            raise errors.unknown_order()
        return web.json_response([self._cancel(one, token_hex(11)) for one in found])

    async def all_orders(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        where, values = _window(call, self._symbol(call), "id", "orderId", "created_ms")
        rows = self._page(where, values, call, "id", "orderId")
        found = self._journal.orders(*rows)
        return web.json_response([shapes.order(one) for one in sorted(found, key=_order_id)])

    async def my_trades(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        where, values = _window(call, self._symbol(call), "trade_id", "fromId", "time_ms")
        order_id = params.integer(call.values, "orderId")
        if order_id is not None:
            where, values = f"{where} AND order_id = ?", (*values, order_id)
        found = self._journal.fills(*self._page(where, values, call, "trade_id", "fromId"))
        ordered = sorted(found, key=lambda fill: (fill.trade_id, fill.order_id))
        return web.json_response([shapes.own_trade(one) for one in ordered])

    async def account(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        holdings = self._exchange.engine.balances.of(call.account.api_key)
        if call.values.get("omitZeroBalances") == "true":
            holdings = {asset: held for asset, held in holdings.items() if held.total}
        now = self._exchange.now_ms()
        return web.json_response(shapes.account(call.account, holdings, updated_ms=now))

    async def restrictions(self, request: web.Request) -> web.Response:
        call = await self._call(request)
        forced = bool(self._venue.gate.strike(call.facts, FaultKind.WITHDRAWALS))
        return web.json_response(
            shapes.restrictions(call.account, withdrawals=forced or call.account.withdrawals)
        )

    async def _call(self, request: web.Request) -> Call:
        """Check key, time and signature. Raises Binance's errors."""
        facts = facts_of(request)
        body = (await request.read()).decode(errors="replace")
        query = request.rel_url.raw_query_string
        account = security.known(self._exchange.accounts, facts["api_key"])
        self._venue.gate.check_key(facts)
        values = params.parse(query, body)
        now = self._venue.gate.now_ms(facts)
        security.check(account, values, security.rest_payload(query, body), now_ms=now)
        return Call(account=account, values=values, facts=facts)

    def _check_may_trade(self, call: Call) -> None:
        if not call.account.may_trade:
            raise errors.rejected_key()

    def _cancel(self, order: Order, cancel_id: str) -> shapes.Json:
        if order.id not in self._exchange.engine.books[order.symbol]:
            raise errors.unknown_order()
        self._venue.user_streams.name_cancel(order.id, cancel_id)
        return shapes.canceled(self._exchange.cancel(order.symbol, order.id), cancel_id)

    def _find(self, call: Call) -> Order | None:
        """Return the order that `orderId` or `origClientOrderId` means; of several, the newest."""
        symbol = self._symbol(call)
        order_id = params.integer(call.values, "orderId")
        client_id = call.values.get("origClientOrderId")
        if order_id is None and not client_id:
            raise errors.missing_both("origClientOrderId", "orderId")
        where, values = "account = ? AND symbol = ?", (call.account.api_key, symbol)
        if order_id is not None:
            where, values = f"{where} AND id = ?", (*values, order_id)
        if client_id:
            where, values = f"{where} AND client_id = ?", (*values, client_id)
        found = self._journal.orders(f"{where} ORDER BY id DESC LIMIT 1", values)
        return found[0] if found else None

    def _open(self, call: Call) -> list[Order]:
        if not call.values.get("symbol"):
            return self._journal.orders(f"{OPEN} ORDER BY id", (call.account.api_key,))
        values = (call.account.api_key, self._symbol(call))
        return self._journal.orders(f"{OPEN} AND symbol = ? ORDER BY id", values)

    def _symbol(self, call: Call) -> str:
        name = params.required(call.values, "symbol")
        if name not in self._exchange.engine.instruments:
            raise errors.BinanceError(-1121, "Invalid symbol.")
        return name

    def _page(
        self, where: str, values: tuple[str | int, ...], call: Call, column: str, cursor: str
    ) -> tuple[str, tuple[str | int, ...]]:
        """Add order and limit: forward from a cursor or a start time, else the newest."""
        most = params.limit(call.values, default=500, most=1000)
        forward = bool(call.values.get(cursor) or call.values.get("startTime"))
        direction = "ASC" if forward else "DESC"
        return f"{where} ORDER BY {column} {direction} LIMIT ?", (*values, most)


def _window(
    call: Call, symbol: str, column: str, cursor: str, time_column: str
) -> tuple[str, tuple[str | int, ...]]:
    where = "account = ? AND symbol = ?"
    values: tuple[str | int, ...] = (call.account.api_key, symbol)
    first = params.integer(call.values, cursor)
    start = params.integer(call.values, "startTime")
    end = params.integer(call.values, "endTime")
    if start is not None and end is not None and end - start > DAY_MS:
        raise errors.BinanceError(-1127, "More than 24 hours between startTime and endTime.")
    for condition, value in (
        (f"{column} >= ?", first),
        (f"{time_column} >= ?", start),
        (f"{time_column} <= ?", end),
    ):
        if value is not None:
            where, values = f"{where} AND {condition}", (*values, value)
    return where, values


def _order_id(order: Order) -> int:
    return order.id
