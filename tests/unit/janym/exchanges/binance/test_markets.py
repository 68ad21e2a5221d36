"""Instruments out of `exchangeInfo`, in the shape that Binance documents."""

from decimal import Decimal
from typing import Any

from janym.domain.instrument import Instrument
from janym.exchanges.binance import markets

ETH: dict[str, Any] = {
    "symbol": "ETHUSDT",
    "status": "TRADING",
    "baseAsset": "ETH",
    "baseAssetPrecision": 8,
    "quoteAsset": "USDT",
    "orderTypes": ["LIMIT", "LIMIT_MAKER", "MARKET"],
    "isSpotTradingAllowed": True,
    "filters": [
        {
            "filterType": "PRICE_FILTER",
            "minPrice": "0.01000000",
            "maxPrice": "1000000.00000000",
            "tickSize": "0.01000000",
        },
        {
            "filterType": "LOT_SIZE",
            "minQty": "0.00010000",
            "maxQty": "9000.00000000",
            "stepSize": "0.00010000",
        },
        {
            "filterType": "NOTIONAL",
            "minNotional": "5.00000000",
            "applyMinToMarket": True,
            "maxNotional": "9000000.00000000",
            "applyMaxToMarket": False,
            "avgPriceMins": 5,
        },
    ],
}


def test_an_instrument_has_the_venues_steps() -> None:
    assert markets.instruments({"symbols": [ETH]}) == [
        Instrument(
            exchange="binance",
            pair="ETH-USDT",
            base="ETH",
            quote="USDT",
            tick_size=Decimal("0.01"),
            step_size=Decimal("0.0001"),
            min_quantity=Decimal("0.0001"),
            max_quantity=Decimal(9000),
            min_notional=Decimal(5),
        )
    ]


def test_what_does_not_trade_is_left_out() -> None:
    nothing: list[Any] = []
    halted, bare = ETH | {"status": "BREAK"}, ETH | {"filters": nothing}

    assert markets.instruments({"symbols": [halted, bare]}) == []


def test_an_older_notional_filter_counts_as_well() -> None:
    old = [*ETH["filters"][:2], {"filterType": "MIN_NOTIONAL", "minNotional": "10"}]

    [found] = markets.instruments({"symbols": [ETH | {"filters": old}]})

    assert found.min_notional == 10


def test_a_pair_becomes_a_symbol() -> None:
    assert markets.theirs("ETH-USDT") == "ETHUSDT"
