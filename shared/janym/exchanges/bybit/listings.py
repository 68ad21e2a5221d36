"""What Bybit lists for market data.

    GET /v5/market/instruments-info?category=linear&limit=1000
    {"retCode": 0, "retMsg": "OK", "result": {"nextPageCursor": "", "list": [
      {"symbol": "BTCUSDT", "contractType": "LinearPerpetual", "status": "Trading",
       "baseCoin": "BTC", "quoteCoin": "USDT", "settleCoin": "USDT",
       "priceFilter": {"tickSize": "0.10"},
       "lotSizeFilter": {"qtyStep": "0.001", "minOrderQty": "0.001", "minNotionalValue": "5"}}]}}

Spot names its step `basePrecision` and its least value `minOrderAmt`, and has one page.

Bybit, "Get Instruments Info" (v5, 2026-07-24).
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec

from janym.domain.errors import OutcomeUnknown, VenueRefused
from janym.domain.market import Listing, Market, Pair, VenueId
from janym.exchanges.bybit import NAME
from janym.ports.feeds import Page, Purpose, Request

CATEGORIES: Mapping[Market, str] = {Market.SPOT: "spot", Market.FUTURES: "linear"}


def instruments(market: Market) -> Request:
    query = {"category": CATEGORIES[market], "limit": "1000"}
    path = "/v5/market/instruments-info"
    return Request(purpose=Purpose.INSTRUMENTS, path=path, query=query, weight=1)


def page(market: Market, request: Request, body: bytes) -> Page:
    """Read a page: what trades now, in futures the perpetuals settled in USDT alone."""
    try:
        answer = msgspec.json.decode(body)
        if answer["retCode"] != 0:
            raise VenueRefused(NAME, str(answer["retCode"]), str(answer["retMsg"]))
        result = answer["result"]
        listings = [_listing(market, row) for row in result["list"] if _is_ours(market, row)]
        cursor: str = result.get("nextPageCursor") or ""
    except (msgspec.DecodeError, KeyError, TypeError, ArithmeticError) as error:
        raise OutcomeUnknown(f"{NAME} lists instruments in words we do not know") from error
    following = replace(request, query={**request.query, "cursor": cursor}) if cursor else None
    return Page(listings=listings, following=following)


def _is_ours(market: Market, row: dict[str, Any]) -> bool:
    if row["status"] != "Trading":
        return False
    return market is Market.SPOT or (
        row["contractType"] == "LinearPerpetual" and row["settleCoin"] == "USDT"
    )


def _listing(market: Market, row: dict[str, Any]) -> Listing:
    lot: dict[str, str] = row["lotSizeFilter"]
    least = lot.get("minOrderAmt") or lot.get("minNotionalValue")
    return Listing(
        venue=VenueId(NAME),
        market=market,
        pair=Pair(f"{row['baseCoin']}/{row['quoteCoin']}"),
        symbol=row["symbol"],
        tick=Decimal(row["priceFilter"]["tickSize"]),
        step=Decimal(lot["qtyStep"] if "qtyStep" in lot else lot["basePrecision"]),
        min_size=Decimal(lot["minOrderQty"]),
        min_notional=Decimal(least) if least else None,
    )
