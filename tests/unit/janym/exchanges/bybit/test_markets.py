"""Instruments in the shape that Bybit documents."""

from decimal import Decimal
from typing import Any

from janym.domain.instrument import Instrument
from janym.exchanges.bybit import markets

BTC: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "baseCoin": "BTC",
    "quoteCoin": "USDT",
    "innovation": "0",
    "status": "Trading",
    "marginTrading": "utaOnly",
    "lotSizeFilter": {
        "basePrecision": "0.000001",
        "quotePrecision": "0.0000001",
        "minOrderQty": "0.000011",
        "maxOrderQty": "83",
        "minOrderAmt": "5",
        "maxOrderAmt": "8000000",
    },
    "priceFilter": {"tickSize": "0.1"},
}


def test_an_instrument_is_read_exactly() -> None:
    """S0-173."""
    assert markets.instruments({"list": [BTC]}) == [
        Instrument(
            exchange="bybit",
            pair="BTC-USDT",
            base="BTC",
            quote="USDT",
            tick_size=Decimal("0.1"),
            step_size=Decimal("0.000001"),
            min_quantity=Decimal("0.000011"),
            max_quantity=Decimal(83),
            min_notional=Decimal(5),
        )
    ]


def test_what_does_not_trade_is_left_out() -> None:
    assert markets.instruments({"list": [BTC | {"status": "PreLaunch"}]}) == []


def test_a_pair_becomes_their_symbol() -> None:
    assert markets.theirs("ETH-USDT") == "ETHUSDT"
