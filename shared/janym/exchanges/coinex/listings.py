"""What CoinEx lists for market data, and how its symbols are read.

    GET /v2/spot/market
    {"code": 0, "data": [{"market": "BTCUSDT", "base_ccy": "BTC", "quote_ccy": "USDT",
      "base_ccy_precision": 8, "quote_ccy_precision": 2, "min_amount": "0.0005", ...}]}
    GET /v2/futures/market
    {"code": 0, "data": [{"market": "BTCUSDT", "contract_type": "linear", "base_ccy": "BTC",
      "quote_ccy": "USDT", "base_ccy_precision": 8, "quote_ccy_precision": 2, "tick_size": "0.5",
      "min_amount": "0.0005", "is_market_available": true, ...}]}

Sizes of linear contracts are in the base asset, like spot's.

CoinEx API v2, "Get Market Status" (spot; futures; 2026-11).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from janym.domain.errors import OutcomeUnknown
from janym.domain.market import Listing, Market, Pair, VenueId
from janym.exchanges.coinex import NAME
from janym.ports.feeds import Page, Purpose, Request

INSTRUMENTS: Mapping[Market, Request] = {
    market: Request(purpose=Purpose.INSTRUMENTS, path=f"/v2/{market}/market", query={}, weight=1)
    for market in Market
}

QUOTES = ("USDT", "USDC", "BTC")
"""What symbols end in."""


def page(market: Market, body: bytes) -> Page:
    """Read the list: what trades now, in futures the linear contracts in USDT alone."""
    try:
        rows = msgspec.json.decode(body)["data"]
        listings = [_listing(market, row) for row in rows if _is_ours(market, row)]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise OutcomeUnknown(f"{NAME} lists instruments in words we do not know") from error
    return Page(listings=listings)


def guess(symbol: str) -> Pair | None:
    """Read `BTCUSDT` as `BTC/USDT`; None for what ends in no known asset."""
    for quote in QUOTES:
        base = symbol.removesuffix(quote)
        if base not in {symbol, ""}:
            return Pair(f"{base}/{quote}")
    return None


def _is_ours(market: Market, row: dict[str, Any]) -> bool:
    if not row.get("is_market_available", True):
        return False
    return market is Market.SPOT or (
        row["contract_type"] == "linear" and row["quote_ccy"] == "USDT"
    )


def _listing(market: Market, row: dict[str, Any]) -> Listing:
    tick: str | None = row.get("tick_size")
    return Listing(
        venue=VenueId(NAME),
        market=market,
        pair=Pair(f"{row['base_ccy']}/{row['quote_ccy']}"),
        symbol=row["market"],
        tick=Decimal(tick) if tick else Decimal(1).scaleb(-row["quote_ccy_precision"]),
        step=Decimal(1).scaleb(-row["base_ccy_precision"]),
        min_size=Decimal(row["min_amount"]),
    )
