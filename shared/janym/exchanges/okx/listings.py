"""What OKX lists for market data, and how its symbols are read.

    GET /api/v5/public/instruments?instType=SWAP
    {"code": "0", "msg": "", "data": [
      {"instId": "BTC-USDT-SWAP", "instType": "SWAP", "ctType": "linear", "ctVal": "0.01",
       "ctMult": "1", "settleCcy": "USDT", "tickSz": "0.1", "lotSz": "0.01", "minSz": "0.01",
       "state": "live", "baseCcy": "", "quoteCcy": ""}]}

Sizes of swaps count contracts of `ctVal` times `ctMult` of the base asset.

OKX, "Get instruments" (API v5, 2026-09).
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from janym.domain.errors import OutcomeUnknown, VenueRefused
from janym.domain.market import Listing, Market, Pair, VenueId
from janym.exchanges.okx import NAME
from janym.ports.feeds import Page, Purpose, Request

TYPES: Mapping[Market, str] = {Market.SPOT: "SPOT", Market.FUTURES: "SWAP"}
ONE = Decimal(1)


def instruments(market: Market) -> Request:
    query = {"instType": TYPES[market]}
    path = "/api/v5/public/instruments"
    return Request(purpose=Purpose.INSTRUMENTS, path=path, query=query, weight=1)


def pair(symbol: str) -> Pair:
    """Read `BTC-USDT` and `BTC-USDT-SWAP` as `BTC/USDT`; dated contracts are their own names."""
    base, _, rest = symbol.partition("-")
    quote = rest.removesuffix("-SWAP")
    return Pair(f"{base}/{quote}") if base and quote and "-" not in quote else Pair(symbol)


def page(market: Market, body: bytes) -> Page:
    """Read the list: what trades now, of swaps the linear ones settled in USDT alone."""
    try:
        answer = msgspec.json.decode(body)
        if answer["code"] != "0":
            raise VenueRefused(NAME, str(answer["code"]), str(answer["msg"]))
        listings = [_listing(market, row) for row in answer["data"] if _is_ours(market, row)]
    except (msgspec.DecodeError, KeyError, TypeError, ArithmeticError) as error:
        raise OutcomeUnknown(f"{NAME} lists instruments in words we do not know") from error
    return Page(listings=listings)


def _is_ours(market: Market, row: dict[str, Any]) -> bool:
    if row["state"] != "live" or row["instType"] != TYPES[market]:
        return False
    return market is Market.SPOT or (row["ctType"] == "linear" and row["settleCcy"] == "USDT")


def _listing(market: Market, row: dict[str, Any]) -> Listing:
    contract = market is Market.FUTURES
    return Listing(
        venue=VenueId(NAME),
        market=market,
        pair=pair(row["instId"]),
        symbol=row["instId"],
        tick=Decimal(row["tickSz"]),
        step=Decimal(row["lotSz"]),
        contract_size=Decimal(row["ctVal"]) * Decimal(row["ctMult"]) if contract else ONE,
        min_size=Decimal(row["minSz"]),
    )
