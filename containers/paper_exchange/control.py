"""The control endpoint: accounts, ledgers, faults, steps. For operators and tests, not for bots.

POST   /control/accounts   {"label", "balances": {"USDT": "20000"}, ...} -> key and secret
GET    /control/ledger     ?api_key=K -> balances, orders, fills, open orders, exact decimals
POST   /control/faults     {"kind": "drop_frame", "nth": 2, "count": 1} -> the fault, its id
GET    /control/faults     -> each with `seen` and `hits`
DELETE /control/faults
POST   /control/steps      {"count": 5}: advance the markets by hand
GET    /control/stats      what there is and what was asked for
GET    /control/health     needs no token
"""

import hmac
from collections.abc import Awaitable, Callable
from typing import cast

from aiohttp import web

from containers.paper_exchange.control_input import (
    BadInput,
    account_of,
    fault_of,
    fields_of,
    steps_of,
)
from containers.paper_exchange.faults import Fault
from containers.paper_exchange.floor import Floor
from janym.matching.order import Fill, Order

Json = dict[str, object]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Control:
    """Handlers of the control endpoint. `token` None leaves it open."""

    def __init__(self, floor: Floor, *, token: str | None) -> None:
        self._floor = floor
        self._token = token

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control/health", self.health),
            web.post("/control/accounts", self._guarded(self.open_account)),
            web.get("/control/ledger", self._guarded(self.ledger)),
            web.post("/control/faults", self._guarded(self.add_fault)),
            web.get("/control/faults", self._guarded(self.list_faults)),
            web.delete("/control/faults", self._guarded(self.clear_faults)),
            web.post("/control/steps", self._guarded(self.step)),
            web.get("/control/stats", self._guarded(self.stats)),
        ]

    async def health(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def open_account(self, request: web.Request) -> web.Response:
        fields = await _body(request)
        account, balances = account_of(fields, created_ms=self._floor.exchange.now_ms())
        self._floor.exchange.open_account(account, balances)
        return web.json_response({"api_key": account.api_key, "api_secret": account.secret})

    async def ledger(self, request: web.Request) -> web.Response:
        api_key = request.query.get("api_key", "")
        exchange = self._floor.exchange
        if api_key not in exchange.accounts:
            raise BadInput("api_key", "names no account")
        orders = exchange.journal.orders("account = ? ORDER BY id", (api_key,))
        fills = exchange.journal.fills("account = ? ORDER BY trade_id, order_id", (api_key,))
        holdings = exchange.engine.balances.of(api_key)
        return web.json_response(
            {
                "balances": {
                    asset: {"free": f"{held.free:f}", "locked": f"{held.locked:f}"}
                    for asset, held in sorted(holdings.items())
                },
                "orders": [_order(one) for one in orders],
                "fills": [_fill(one) for one in fills],
                "open_orders": [_order(one) for one in orders if one.is_open],
            }
        )

    async def add_fault(self, request: web.Request) -> web.Response:
        fault = self._floor.faults.add(fault_of(await _body(request)))
        return web.json_response(_fault(fault))

    async def list_faults(self, _: web.Request) -> web.Response:
        return web.json_response([_fault(one) for one in self._floor.faults])

    async def clear_faults(self, _: web.Request) -> web.Response:
        return web.json_response({"removed": self._floor.faults.clear()})

    async def step(self, request: web.Request) -> web.Response:
        for _ in range(steps_of(await _body(request))):
            self._floor.advance()
        return web.json_response({"steps": self._floor.exchange.steps})

    async def stats(self, _: web.Request) -> web.Response:
        exchange = self._floor.exchange
        return web.json_response(
            {
                **exchange.journal.count(),
                "steps": exchange.steps,
                "sockets": {
                    "user": sum(len(side) for side in self._floor.user_sides),
                    "market": sum(len(side) for side in self._floor.market_sides),
                },
                "requests": dict(sorted(self._floor.requests.items())),
                "markets": {
                    symbol: {
                        "mid": f"{market.mid:f}",
                        "last_price": f"{exchange.tapes[symbol].last_price:f}",
                    }
                    for symbol, market in exchange.markets.items()
                },
            }
        )

    def _guarded(self, handler: Handler) -> Handler:
        async def guarded(request: web.Request) -> web.StreamResponse:
            given = request.headers.get("Authorization", "")
            expected = f"Bearer {self._token}"
            if self._token is not None and not hmac.compare_digest(
                given.encode(), expected.encode()
            ):
                return web.json_response({"error": "give the control token"}, status=401)
            try:
                return await handler(request)
            except BadInput as bad:
                return web.json_response({"field": bad.field, "error": str(bad)}, status=400)

        return guarded


async def _body(request: web.Request) -> Json:
    try:
        given = cast("object", await request.json())
    except ValueError as bad:
        raise BadInput("body", "must be JSON") from bad
    return fields_of(given)


def _order(order: Order) -> Json:
    return {
        "order_id": order.id,
        "client_order_id": order.client_id,
        "symbol": order.symbol,
        "side": order.side,
        "type": order.kind,
        "time_in_force": order.time_in_force,
        "price": f"{order.price:f}",
        "quantity": f"{order.quantity:f}",
        "filled_quantity": f"{order.filled:f}",
        "filled_quote": f"{order.filled_quote:f}",
        "status": order.status,
        "created_ms": order.created_ms,
        "updated_ms": order.updated_ms,
    }


def _fill(fill: Fill) -> Json:
    return {
        "trade_id": fill.trade_id,
        "order_id": fill.order_id,
        "client_order_id": fill.client_id,
        "symbol": fill.symbol,
        "side": fill.side,
        "price": f"{fill.price:f}",
        "quantity": f"{fill.quantity:f}",
        "fee": f"{fill.fee:f}",
        "fee_asset": fill.fee_asset,
        "fee_price": f"{fill.fee_price:f}",
        "maker": fill.maker,
        "time_ms": fill.time_ms,
    }


def _fault(fault: Fault) -> Json:
    return {
        "id": fault.id,
        "kind": fault.kind,
        "on": fault.on,
        "nth": fault.nth,
        "count": fault.count,
        "target": fault.target,
        "seen": fault.seen,
        "hits": fault.hits,
        **fault.numbers,
        "filters": fault.filters,
    }
