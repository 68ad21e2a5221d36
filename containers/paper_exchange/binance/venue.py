"""Everything a request handler needs, in one place, and the gate that every request passes."""

from collections import Counter
from dataclasses import dataclass, field

from aiohttp import web

from containers.paper_exchange.binance import errors
from containers.paper_exchange.binance.streams import MarketStreams
from containers.paper_exchange.binance.user_stream import UserStreams
from containers.paper_exchange.exchange import Exchange
from containers.paper_exchange.faults import Channel, Fault, FaultKind, Faults

Facts = dict[str, str]
API_KEY_HEADER = "X-MBX-APIKEY"


@dataclass(slots=True, kw_only=True)
class Venue:
    """The exchange with its streams, its faults and its counts."""

    exchange: Exchange
    faults: Faults
    user_streams: UserStreams
    market_streams: MarketStreams
    requests: Counter[str] = field(default_factory=Counter[str])

    def now_ms(self, facts: Facts) -> int:
        """Return the time that this request is told and judged by; a skewed clock shows here."""
        struck = self.strike(facts, FaultKind.CLOCK_SKEW)
        skew = struck.get(FaultKind.CLOCK_SKEW)
        return self.exchange.now_ms() + (0 if skew is None else skew.numbers["offset_ms"])

    def strike(self, facts: Facts, *kinds: FaultKind) -> dict[FaultKind, Fault]:
        """Count a request for the faults of these kinds; return those that strike it."""
        return self.faults.strike(Channel.REQUEST, facts, *kinds)

    def disconnect(self, fault: Fault) -> None:
        """Close the sockets that a disconnect fault names."""
        if fault.target in ("user", "all"):
            self.user_streams.disconnect(fault.filters.get("api_key"))
        if fault.target in ("market", "all"):
            self.market_streams.disconnect()

    def gate(self, facts: Facts) -> None:
        """Raise Binance's answer where maintenance or a rate limit strikes this request."""
        struck = self.strike(
            facts, FaultKind.MAINTENANCE, FaultKind.RATE_LIMIT, FaultKind.DISCONNECT
        )
        if FaultKind.DISCONNECT in struck:
            self.disconnect(struck[FaultKind.DISCONNECT])
        if FaultKind.MAINTENANCE in struck:
            raise errors.under_maintenance()
        if FaultKind.RATE_LIMIT in struck:
            raise errors.too_many_requests(struck[FaultKind.RATE_LIMIT].numbers["retry_after_s"])

    def check_key(self, facts: Facts) -> None:
        """Raise Binance's answer where a rejected key strikes this request."""
        if self.strike(facts, FaultKind.REJECT_KEY):
            raise errors.rejected_key()


def facts_of(request: web.Request) -> Facts:
    """Return what faults can know of a request."""
    return {
        "api_key": request.headers.get(API_KEY_HEADER, ""),
        "method": request.method,
        "path": request.path,
        "symbol": request.query.get("symbol", ""),
    }
