"""Bybit's symbols and instruments.

    GET /v5/market/instruments-info?category=spot
    {"category": "spot", "list": [
      {"symbol": "BTCUSDT", "baseCoin": "BTC", "quoteCoin": "USDT", "status": "Trading",
       "lotSizeFilter": {"basePrecision": "0.000001", "quotePrecision": "0.00000001",
         "minOrderQty": "0.000048", "maxOrderQty": "71.73956243", "minOrderAmt": "1", ...},
       "priceFilter": {"tickSize": "0.01"}, ...}]}

https://bybit-exchange.github.io/docs/v5/market/instrument
"""

from decimal import Decimal
from typing import Any, TypedDict

from janym.domain.instrument import Instrument
from janym.exchanges.bybit import NAME


class Symbol(TypedDict):
    """One entry of `list`, as far as it is read."""

    symbol: str
    status: str
    baseCoin: str
    quoteCoin: str
    lotSizeFilter: dict[str, str]
    priceFilter: dict[str, str]


def theirs(pair: str) -> str:
    """Turn `ETH-USDT` into `ETHUSDT`."""
    return pair.replace("-", "")


def instruments(info: dict[str, Any]) -> list[Instrument]:
    """List what trades now."""
    symbols: list[Symbol] = info["list"]
    return [_instrument(symbol) for symbol in symbols if symbol["status"] == "Trading"]


def _instrument(symbol: Symbol) -> Instrument:
    lot = symbol["lotSizeFilter"]
    return Instrument(
        exchange=NAME,
        pair=f"{symbol['baseCoin']}-{symbol['quoteCoin']}",
        base=symbol["baseCoin"],
        quote=symbol["quoteCoin"],
        tick_size=Decimal(symbol["priceFilter"]["tickSize"]),
        step_size=Decimal(lot["basePrecision"]),
        min_quantity=Decimal(lot["minOrderQty"]),
        max_quantity=Decimal(lot["maxOrderQty"]) or None,
        min_notional=Decimal(lot["minOrderAmt"]),
    )
