"""Everything that a Binance request handler needs, in one place."""

from dataclasses import dataclass

from aiohttp import web

from containers.paper_exchange.binance.streams import MarketStreams
from containers.paper_exchange.binance.user_stream import UserStreams
from containers.paper_exchange.exchange import Exchange
from containers.paper_exchange.gate import Facts, Gate

API_KEY_HEADER = "X-MBX-APIKEY"


@dataclass(slots=True, kw_only=True)
class Venue:
    """The exchange, its gate and its streams, as Binance's users meet them."""

    exchange: Exchange
    gate: Gate
    user_streams: UserStreams
    market_streams: MarketStreams


def facts_of(request: web.Request) -> Facts:
    """Return what faults can know of a request."""
    return {
        "api_key": request.headers.get(API_KEY_HEADER, ""),
        "method": request.method,
        "path": request.path,
        "symbol": request.query.get("symbol", ""),
    }
