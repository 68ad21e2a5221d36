"""What HTX lists for market data, and how its symbols are read.

    GET /v1/settings/common/market-symbols
    {"status": "ok", "data": [{"symbol": "btcusdt", "state": "online", "bc": "btc", "qc": "usdt",
      "pp": 2, "ap": 6, "minoa": 0.00001, "minov": 5, "at": "enabled", ...}]}
    GET /linear-swap-api/v1/swap_contract_info?business_type=swap
    {"status": "ok", "data": [{"symbol": "BTC", "contract_code": "BTC-USDT", "contract_size": 0.001,
      "price_tick": 0.1, "contract_status": 1, "business_type": "swap", "pair": "BTC-USDT", ...}]}

`pp` and `ap` are decimal places of price and size. Swaps count sizes in contracts of
`contract_size` each, whole ones.

HTX, "Get Market Symbols Setting" (spot; answer as of 2026-06); "Query Swap Info" (USDT-margined
contracts; answer as of 2026-06).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from janym.domain.errors import OutcomeUnknown
from janym.domain.market import Listing, Market, Pair, VenueId
from janym.exchanges.htx import NAME
from janym.ports.feeds import Page, Purpose, Request

INSTRUMENTS: Mapping[Market, Request] = {
    Market.SPOT: Request(
        purpose=Purpose.INSTRUMENTS,
        path="/v1/settings/common/market-symbols",
        query={},
        weight=1,
    ),
    Market.FUTURES: Request(
        purpose=Purpose.INSTRUMENTS,
        path="/linear-swap-api/v1/swap_contract_info",
        query={"business_type": "swap"},
        weight=1,
    ),
}

QUOTES = ("usdt", "usdc", "usdd", "husd", "btc", "eth", "trx", "ht")
"""What spot symbols end in."""

TRADES = 1
ONE_CONTRACT = Decimal(1)

_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def page(market: Market, body: bytes) -> Page:
    """Read the list: what trades now, of swaps those settled in USDT alone."""
    try:
        rows = _decode(body)["data"]
        if market is Market.SPOT:
            listings = [_pair(row) for row in rows if row["state"] == "online"]
        else:
            listings = [_swap(row) for row in rows if _is_ours(row)]
    except (msgspec.DecodeError, KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise OutcomeUnknown(f"{NAME} lists instruments in words we do not know") from error
    return Page(listings=listings)


def guess(symbol: str) -> Pair | None:
    """Read `btcusdt` and `BTC-USDT` as `BTC/USDT`; None for what ends in no known asset."""
    if "-" in symbol:
        return Pair(symbol.upper().replace("-", "/", 1))
    for quote in QUOTES:
        base = symbol.removesuffix(quote)
        if base not in {symbol, ""}:
            return Pair(f"{base}/{quote}".upper())
    return None


def _is_ours(row: dict[str, Any]) -> bool:
    return (
        row["contract_status"] == TRADES
        and row.get("business_type", "swap") == "swap"
        and row["contract_code"] == f"{row['symbol']}-USDT"
    )


def _pair(row: dict[str, Any]) -> Listing:
    least = row.get("minov")
    return Listing(
        venue=VenueId(NAME),
        market=Market.SPOT,
        pair=Pair(f"{row['bc']}/{row['qc']}".upper()),
        symbol=row["symbol"],
        tick=Decimal(1).scaleb(-row["pp"]),
        step=Decimal(1).scaleb(-row["ap"]),
        min_size=Decimal(row["minoa"]),
        min_notional=None if least is None else Decimal(least),
    )


def _swap(row: dict[str, Any]) -> Listing:
    return Listing(
        venue=VenueId(NAME),
        market=Market.FUTURES,
        pair=Pair(f"{row['symbol']}/USDT"),
        symbol=row["contract_code"],
        tick=Decimal(row["price_tick"]),
        step=ONE_CONTRACT,
        contract_size=Decimal(row["contract_size"]),
        min_size=ONE_CONTRACT,
    )
