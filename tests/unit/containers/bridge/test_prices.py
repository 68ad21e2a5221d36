"""What assets are worth."""

from decimal import Decimal

from containers.bridge.prices import FRESH_S, PriceBook
from tests.unit.containers.bridge.venue import MemoryVenue


async def test_a_price_is_asked_once_while_it_is_fresh() -> None:
    venue, now = MemoryVenue(prices={"BNB-USDT": Decimal(600)}), [0.0]
    book = PriceBook(venue=venue, quote="USDT", seconds=lambda: now[0])

    assert await book.of("BNB") == Decimal(600)
    now[0] = FRESH_S
    assert await book.of("BNB") == Decimal(600)
    assert venue.asked_prices == ["BNB-USDT"]

    now[0] = FRESH_S + 1
    await book.of("BNB")
    assert venue.asked_prices == ["BNB-USDT"] * 2


async def test_an_asset_without_a_market_has_no_price() -> None:
    venue = MemoryVenue(prices={"BNB-USDT": Decimal(600)})
    book = PriceBook(venue=venue, quote="USDT", seconds=lambda: 0.0)

    assert await book.of_all(["BNB", "XYZ"]) == {"BNB": Decimal(600)}
    assert await book.of("XYZ") is None
