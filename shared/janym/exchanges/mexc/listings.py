"""What MEXC lists for market data, and how its symbols are read.

    GET /api/v3/exchangeInfo
    {"symbols": [{"symbol": "BTCUSDT", "status": "1", "baseAsset": "BTC", "quoteAsset": "USDT",
      "baseAssetPrecision": 8, "quotePrecision": 2, "baseSizePrecision": "0.000001",
      "quoteAmountPrecision": "1", "isSpotTradingAllowed": true, ...}]}
    GET /api/v1/contract/detail
    {"success": true, "data": [{"symbol": "BTC_USDT", "baseCoin": "BTC", "quoteCoin": "USDT",
      "settleCoin": "USDT", "contractSize": 0.0001, "priceUnit": 0.1, "volUnit": 1, "minVol": 1,
      "state": 0, ...}]}

`quotePrecision` and `baseAssetPrecision` are decimal places of price and size,
`baseSizePrecision` is the least size, `quoteAmountPrecision` the least amount of quote. Futures
count sizes in contracts of `contractSize` each; state 0 trades.

MEXC, "Exchange Information" (spot v3, 2025-08); "Get the contract information" (contract v1,
2025-04).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from janym.domain.errors import OutcomeUnknown
from janym.domain.market import Listing, Market, Pair, VenueId
from janym.exchanges.mexc import NAME
from janym.ports.feeds import Page, Purpose, Request

INSTRUMENTS: Mapping[Market, Request] = {
    Market.SPOT: Request(
        purpose=Purpose.INSTRUMENTS, path="/api/v3/exchangeInfo", query={}, weight=10
    ),
    Market.FUTURES: Request(
        purpose=Purpose.INSTRUMENTS, path="/api/v1/contract/detail", query={}, weight=1
    ),
}
"""The list of contracts has a limit of its own, one request in 5 s."""

QUOTES = ("USDT", "USDC", "USDE", "USD1", "EURC", "BTC", "ETH", "EUR", "MX")
"""What spot symbols end in."""

TRADES = frozenset({"1", "ENABLED"})
"""`ENABLED` is how older answers said it."""

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def page(market: Market, body: bytes) -> Page:
    """Read the list: what trades now, in futures the contracts settled in USDT alone."""
    try:
        given = _decode(body)
        if market is Market.SPOT:
            listings = [_pair(row) for row in given["symbols"] if row["status"] in TRADES]
        else:
            listings = [_contract(row) for row in given["data"] if _is_ours(row)]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise OutcomeUnknown(f"{NAME} lists instruments in words we do not know") from error
    return Page(listings=listings)


def guess(symbol: str) -> Pair | None:
    """Read `BTCUSDT` and `BTC_USDT` as `BTC/USDT`; None for what ends in no known asset."""
    if "_" in symbol:
        return Pair(symbol.replace("_", "/", 1))
    for quote in QUOTES:
        base = symbol.removesuffix(quote)
        if base not in {symbol, ""}:
            return Pair(f"{base}/{quote}")
    return None


def _is_ours(row: dict[str, Any]) -> bool:
    return row["state"] == 0 and row["quoteCoin"] == row["settleCoin"] == "USDT"


def _pair(row: dict[str, Any]) -> Listing:
    return Listing(
        venue=VenueId(NAME),
        market=Market.SPOT,
        pair=Pair(f"{row['baseAsset']}/{row['quoteAsset']}"),
        symbol=row["symbol"],
        tick=Decimal(1).scaleb(-row["quotePrecision"]),
        step=Decimal(1).scaleb(-row["baseAssetPrecision"]),
        min_size=Decimal(row["baseSizePrecision"]) or None,
        min_notional=Decimal(row["quoteAmountPrecision"]) or None,
    )


def _contract(row: dict[str, Any]) -> Listing:
    return Listing(
        venue=VenueId(NAME),
        market=Market.FUTURES,
        pair=Pair(f"{row['baseCoin']}/{row['quoteCoin']}"),
        symbol=row["symbol"],
        tick=Decimal(row["priceUnit"]),
        step=Decimal(row["volUnit"]),
        contract_size=Decimal(row["contractSize"]),
        min_size=Decimal(row["minVol"]),
    )
