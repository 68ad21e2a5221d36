"""Everything that a Bybit request handler needs, in one place."""

from dataclasses import dataclass

from aiohttp import web

from containers.paper_exchange.bybit import errors, params, security
from containers.paper_exchange.bybit.private_stream import PrivateStreams
from containers.paper_exchange.bybit.streams import MarketStreams
from containers.paper_exchange.exchange import Exchange
from containers.paper_exchange.gate import Facts, Gate


@dataclass(slots=True, kw_only=True)
class Venue:
    """The exchange, its gate and its streams, as Bybit's users meet them."""

    exchange: Exchange
    gate: Gate
    private_streams: PrivateStreams
    market_streams: MarketStreams

    def answer(self, result: errors.Json) -> web.Response:
        """Return a result in Bybit's envelope."""
        return web.json_response(errors.envelope(result, now_ms=self.exchange.now_ms()))

    def symbol(self, values: params.Params) -> str:
        """Return the symbol asked for. Raises Bybit's error where it is not listed."""
        name = params.required(values, "symbol")
        if name not in self.exchange.engine.instruments:
            raise errors.unknown_symbol()
        return name

    def symbols(self, values: params.Params) -> list[str]:
        """Return the one symbol asked for, or all."""
        if values.get("symbol"):
            return [self.symbol(values)]
        return list(self.exchange.engine.instruments)


def facts_of(request: web.Request) -> Facts:
    """Return what faults can know of a request."""
    return {
        "api_key": request.headers.get(security.KEY_HEADER, ""),
        "method": request.method,
        "path": request.path,
        "symbol": request.query.get("symbol", ""),
    }
