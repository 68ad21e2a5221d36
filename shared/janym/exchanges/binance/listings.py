"""What Binance lists for market data, and how its symbols are read.

    GET /api/v3/exchangeInfo, GET /fapi/v1/exchangeInfo
    {"symbols": [{"symbol": "BTCUSDT", "status": "TRADING", "baseAsset": "BTC",
      "quoteAsset": "USDT", "contractType": "PERPETUAL", "filters": [
        {"filterType": "PRICE_FILTER", "tickSize": "0.10", ...},
        {"filterType": "LOT_SIZE", "stepSize": "0.001", "minQty": "0.001", ...},
        {"filterType": "MIN_NOTIONAL", "notional": "100"}]}]}

Binance, "Exchange Information" (spot REST API, 2026-07-21; USDⓈ-M futures, 2026-03-06).
"""

from decimal import Decimal
from typing import Any

import msgspec

from janym.domain.errors import OutcomeUnknown
from janym.domain.market import Listing, Market, Pair, VenueId
from janym.exchanges.binance import NAME
from janym.ports.feeds import Page, Purpose, Request

INSTRUMENTS = {
    Market.SPOT: Request(
        purpose=Purpose.INSTRUMENTS, path="/api/v3/exchangeInfo", query={}, weight=20
    ),
    Market.FUTURES: Request(
        purpose=Purpose.INSTRUMENTS, path="/fapi/v1/exchangeInfo", query={}, weight=1
    ),
}


def page(market: Market, body: bytes) -> Page:
    """Read `exchangeInfo`: what trades now, in futures the perpetuals settled in USDT alone."""
    try:
        symbols = msgspec.json.decode(body)["symbols"]
        listings = [_listing(market, row) for row in symbols if _is_ours(market, row)]
    except (msgspec.DecodeError, KeyError, TypeError, ArithmeticError) as error:
        raise OutcomeUnknown(f"{NAME} lists instruments in words we do not know") from error
    return Page(listings=listings)


def _is_ours(market: Market, row: dict[str, Any]) -> bool:
    if row["status"] != "TRADING":
        return False
    return market is Market.SPOT or (
        row["contractType"] == "PERPETUAL" and row["quoteAsset"] == "USDT"
    )


def _listing(market: Market, row: dict[str, Any]) -> Listing:
    filters = {each["filterType"]: each for each in row["filters"]}
    lot = filters["LOT_SIZE"]
    notional: dict[str, Any] = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or {}
    least: str | None = notional.get("minNotional") or notional.get("notional")
    return Listing(
        venue=VenueId(NAME),
        market=market,
        pair=Pair(f"{row['baseAsset']}/{row['quoteAsset']}"),
        symbol=row["symbol"],
        tick=Decimal(filters["PRICE_FILTER"]["tickSize"]),
        step=Decimal(lot["stepSize"]),
        min_size=Decimal(lot["minQty"]),
        min_notional=Decimal(least) if least else None,
    )
