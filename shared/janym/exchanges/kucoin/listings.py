"""What KuCoin lists for market data, and how its symbols are read.

    GET /api/v2/symbols
    {"code": "200000", "data": [{"symbol": "BTC-USDT", "name": "BTC-USDT", "baseCurrency": "BTC",
      "quoteCurrency": "USDT", "baseMinSize": "0.00001", "baseIncrement": "0.00000001",
      "priceIncrement": "0.1", "minFunds": "0.1", "enableTrading": true, ...}]}
    GET /api/v1/contracts/active
    {"code": "200000", "data": [{"symbol": "XBTUSDTM", "type": "FFWCSX", "baseCurrency": "XBT",
      "quoteCurrency": "USDT", "settleCurrency": "USDT", "lotSize": 1, "tickSize": 0.1,
      "multiplier": 0.001, "isInverse": false, "status": "Open", ...}]}

A renamed asset keeps its old symbol and has its new one in `name`. `FFWCSX` are perpetuals; their
sizes are contracts of `multiplier` each. Bitcoin is XBT there.

KuCoin, "Get All Symbols" (spot; futures; API specification, 2025-11).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from janym.domain.errors import OutcomeUnknown
from janym.domain.market import Listing, Market, Pair, VenueId
from janym.exchanges.kucoin import NAME
from janym.ports.feeds import Page, Purpose, Request

INSTRUMENTS: Mapping[Market, Request] = {
    Market.SPOT: Request(purpose=Purpose.INSTRUMENTS, path="/api/v2/symbols", query={}, weight=4),
    Market.FUTURES: Request(
        purpose=Purpose.INSTRUMENTS, path="/api/v1/contracts/active", query={}, weight=3
    ),
}

PERPETUAL = "FFWCSX"
QUOTE = "USDT"

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def page(market: Market, body: bytes) -> Page:
    """Read the list: what trades now, in futures the perpetuals settled in USDT alone."""
    try:
        rows = _decode(body)["data"]
        if market is Market.SPOT:
            listings = [_pair(row) for row in rows if row["enableTrading"]]
        else:
            listings = [_contract(row) for row in rows if _is_ours(row)]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise OutcomeUnknown(f"{NAME} lists instruments in words we do not know") from error
    return Page(listings=listings)


def guess(market: Market, symbol: str) -> Pair | None:
    """Read `BTC-USDT` and `XBTUSDTM` as `BTC/USDT`."""
    if market is Market.SPOT:
        base, dash, quote = symbol.partition("-")
        return Pair(f"{base}/{quote}") if dash else None
    base = symbol.removesuffix(f"{QUOTE}M")
    return Pair(f"{_base(base)}/{QUOTE}") if base not in {symbol, ""} else None


def _base(theirs: str) -> str:
    return "BTC" if theirs == "XBT" else theirs


def _is_ours(row: dict[str, Any]) -> bool:
    return (
        row["type"] == PERPETUAL
        and row["status"] == "Open"
        and not row["isInverse"]
        and row["quoteCurrency"] == row["settleCurrency"] == QUOTE
    )


def _pair(row: dict[str, Any]) -> Listing:
    funds: str | None = row.get("minFunds")
    return Listing(
        venue=VenueId(NAME),
        market=Market.SPOT,
        pair=Pair(row["name"].replace("-", "/")),
        symbol=row["symbol"],
        tick=Decimal(row["priceIncrement"]),
        step=Decimal(row["baseIncrement"]),
        min_size=Decimal(row["baseMinSize"]),
        min_notional=Decimal(funds) if funds else None,
    )


def _contract(row: dict[str, Any]) -> Listing:
    step = Decimal(row["lotSize"])
    return Listing(
        venue=VenueId(NAME),
        market=Market.FUTURES,
        pair=Pair(f"{_base(row['baseCurrency'])}/{QUOTE}"),
        symbol=row["symbol"],
        tick=Decimal(row["tickSize"]),
        step=step,
        contract_size=Decimal(row["multiplier"]),
        min_size=step,
    )
