"""What assets are worth."""

from decimal import Decimal

from containers.bridge.prices import FRESH_S, PAUSES_S, PriceBook
from janym.domain.errors import OutcomeUnknown
from tests.unit.containers.bridge.venue import MemoryVenue


async def test_a_price_is_asked_once_while_it_is_fresh() -> None:
    venue, now = MemoryVenue(last={"BNB-USDT": Decimal(600)}), [0.0]
    book = PriceBook(venue=venue, quote="USDT", seconds=lambda: now[0])

    assert await book.of("BNB") == Decimal(600)
    now[0] = FRESH_S
    assert await book.of("BNB") == Decimal(600)
    assert venue.asked_prices == ["BNB-USDT"]

    now[0] = FRESH_S + 1
    await book.of("BNB")
    assert venue.asked_prices == ["BNB-USDT"] * 2


async def test_an_asset_without_a_market_has_no_price() -> None:
    venue = MemoryVenue(last={"BNB-USDT": Decimal(600)})
    book = PriceBook(venue=venue, quote="USDT", seconds=lambda: 0.0)

    assert await book.of_all(["BNB", "XYZ"]) == {"BNB": Decimal(600)}
    assert await book.of("XYZ") is None


async def test_a_price_holds_while_the_venue_does_not_answer() -> None:
    """A fill must not be told without its fee's price because of one answer that was lost."""
    venue, now = MemoryVenue(last={"BNB-USDT": Decimal(600)}), [0.0]
    book = PriceBook(venue=venue, quote="USDT", seconds=lambda: now[0])
    await book.told("BNB")

    venue.trouble = OutcomeUnknown("no answer")
    now[0] = FRESH_S + 1

    assert await book.told("BNB") == Decimal(600)
    assert await book.of("BNB") == Decimal(600)
    assert venue.asked_prices == ["BNB-USDT"] * 2


async def test_a_price_of_which_nothing_is_known_is_waited_for() -> None:
    venue = MemoryVenue(last={"BNB-USDT": Decimal(600)}, trouble=OutcomeUnknown("no answer"))
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == len(PAUSES_S):
            venue.trouble = None

    book = PriceBook(venue=venue, quote="USDT", seconds=lambda: 0.0, pause=pause)

    assert await book.of("BNB") is None
    assert await book.told("BNB") == Decimal(600)
    assert waited == list(PAUSES_S)


async def test_what_the_venue_never_tells_has_no_price() -> None:
    venue = MemoryVenue(trouble=OutcomeUnknown("no answer"))
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)

    book = PriceBook(venue=venue, quote="USDT", seconds=lambda: 0.0, pause=pause)

    assert await book.told("BNB") is None
    assert waited == list(PAUSES_S)
