"""Binance's symbols and instruments.

    GET /api/v3/exchangeInfo
    {"timezone": "UTC", "serverTime": 1565246363776, "rateLimits": [...], "symbols": [
      {"symbol": "ETHUSDT", "status": "TRADING", "baseAsset": "ETH", "quoteAsset": "USDT",
       "isSpotTradingAllowed": true, "filters": [
         {"filterType": "PRICE_FILTER", "minPrice": "0.01000000", "maxPrice": "1000000.00000000",
          "tickSize": "0.01000000"},
         {"filterType": "LOT_SIZE", "minQty": "0.00010000", "maxQty": "9000.00000000",
          "stepSize": "0.00010000"},
         {"filterType": "NOTIONAL", "minNotional": "5.00000000", "applyMinToMarket": true, ...}]}]}

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints
https://developers.binance.com/docs/binance-spot-api-docs/filters
"""

from decimal import Decimal
from typing import Any, TypedDict

from janym.domain.instrument import Instrument
from janym.exchanges.binance import NAME


class Symbol(TypedDict):
    """One entry of `symbols`, as far as it is read."""

    symbol: str
    status: str
    baseAsset: str
    quoteAsset: str
    filters: list[dict[str, Any]]


def theirs(pair: str) -> str:
    """Turn `ETH-USDT` into `ETHUSDT`."""
    return pair.replace("-", "")


def instruments(info: dict[str, Any]) -> list[Instrument]:
    """List what trades now. A symbol without a price or lot filter has no steps to keep to."""
    symbols: list[Symbol] = info["symbols"]
    return [
        _instrument(symbol, filters)
        for symbol in symbols
        if symbol["status"] == "TRADING"
        and (filters := _filters(symbol)).keys() >= {"PRICE_FILTER", "LOT_SIZE"}
    ]


def _filters(symbol: Symbol) -> dict[str, dict[str, Any]]:
    return {each["filterType"]: each for each in symbol["filters"]}


def _instrument(symbol: Symbol, filters: dict[str, dict[str, Any]]) -> Instrument:
    lot = filters["LOT_SIZE"]
    notional = filters.get("NOTIONAL") or filters.get("MIN_NOTIONAL") or {"minNotional": "0"}
    largest = Decimal(lot["maxQty"])
    return Instrument(
        exchange=NAME,
        pair=f"{symbol['baseAsset']}-{symbol['quoteAsset']}",
        base=symbol["baseAsset"],
        quote=symbol["quoteAsset"],
        tick_size=Decimal(filters["PRICE_FILTER"]["tickSize"]),
        step_size=Decimal(lot["stepSize"]),
        min_quantity=Decimal(lot["minQty"]),
        max_quantity=largest or None,
        min_notional=Decimal(notional["minNotional"]),
    )
