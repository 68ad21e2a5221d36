"""Bybit's signed REST calls about the account: money, fees, what the key may do.

https://github.com/bybit-exchange/docs/tree/master/docs/v5/account
"""

from aiohttp import web

from containers.paper_exchange.bybit import errors, params, shapes
from containers.paper_exchange.bybit.signed import Signed
from containers.paper_exchange.bybit.venue import Venue
from containers.paper_exchange.faults import FaultKind


class AccountApi:
    """Handlers of calls that need a key, about the account."""

    def __init__(self, venue: Venue, signed: Signed) -> None:
        self._venue = venue
        self._signed = signed

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v5/account/wallet-balance", self.balances),
            web.get("/v5/account/fee-rate", self.fee_rates),
            web.get("/v5/account/info", self.info),
            web.get("/v5/user/query-api", self.key),
        ]

    async def balances(self, request: web.Request) -> web.Response:
        call = await self._signed.read(request)
        if params.required(call.values, "accountType") != shapes.UNIFIED:
            raise errors.bad_parameter("accountType only support UNIFIED.")
        holdings = self._venue.exchange.engine.balances.of(call.account.api_key)
        coins = [name for name in call.values.get("coin", "").split(",") if name] or holdings
        if unknown := [name for name in coins if name not in holdings]:
            raise errors.bad_parameter(f"params error: coin {unknown[0]} invalid")
        wallet = shapes.wallet(
            {name: holdings[name] for name in coins}, self._venue.exchange.dollar_prices()
        )
        return self._venue.answer({"list": [wallet]})

    async def fee_rates(self, request: web.Request) -> web.Response:
        call = await self._signed.read(request)
        params.spot(call.values)
        rates = {
            "takerFeeRate": shapes.number(call.account.fees.taker),
            "makerFeeRate": shapes.number(call.account.fees.maker),
        }
        rows = [{"symbol": name, **rates} for name in self._venue.symbols(call.values)]
        return self._venue.answer({"category": "spot", "list": rows})

    async def info(self, request: web.Request) -> web.Response:
        call = await self._signed.read(request)
        return self._venue.answer(
            {
                "unifiedMarginStatus": shapes.UTA_2,
                "marginMode": "REGULAR_MARGIN",
                "isMasterTrader": False,
                "spotHedgingStatus": "OFF",
                "updatedTime": str(call.account.created_ms),
            }
        )

    async def key(self, request: web.Request) -> web.Response:
        call = await self._signed.read(request)
        forced = bool(self._venue.gate.strike(call.facts, FaultKind.WITHDRAWALS))
        withdrawals = call.account.withdrawals or forced
        return self._venue.answer(shapes.api_key(call.account, withdrawals=withdrawals))
