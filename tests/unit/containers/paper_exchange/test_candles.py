"""Candles: the traded ones are true, the past is whole, and both fit the interval."""

from decimal import Decimal
from itertools import pairwise

from containers.paper_exchange.candles import MINUTE_MS, Candles
from containers.paper_exchange.tape import PublicTrade

D = Decimal
NOON_MS = 1_700_000_040_000 // (5 * MINUTE_MS) * (5 * MINUTE_MS)


def new_candles() -> Candles:
    return Candles(start_price=D(2000), tick=D("0.01"), size=D("1.5"))


def trade(at_ms: int, price: str, quantity: str = "1", *, seller_took: bool = False) -> PublicTrade:
    return PublicTrade(
        id=1,
        symbol="ETHUSDT",
        price=D(price),
        quantity=D(quantity),
        seller_took=seller_took,
        time_ms=at_ms,
    )


def test_trades_make_their_minutes_candle() -> None:
    candles = new_candles()
    for offset, price in ((0, "2000"), (10, "2010"), (20, "1990"), (30, "2005")):
        candles.add(trade(NOON_MS + offset, price, seller_took=price == "1990"))

    (candle,) = candles.window(MINUTE_MS, first_ms=NOON_MS, count=1, now_ms=NOON_MS)

    assert (candle.open, candle.high, candle.low, candle.close) == (2000, 2010, 1990, 2005)
    assert (candle.volume, candle.taker_volume, candle.trades) == (4, 3, 4)
    assert candle.quote_volume == D(8005)


def test_minutes_make_longer_candles() -> None:
    candles = new_candles()
    for minute, price in enumerate(("2000", "2020", "1980", "2001")):
        candles.add(trade(NOON_MS + minute * MINUTE_MS, price))

    (candle,) = candles.window(5 * MINUTE_MS, first_ms=NOON_MS, count=1, now_ms=NOON_MS)

    assert (candle.open, candle.high, candle.low, candle.close) == (2000, 2020, 1980, 2001)


def test_the_past_has_no_holes_and_its_edges_meet() -> None:
    past = new_candles().window(MINUTE_MS, first_ms=NOON_MS, count=200, now_ms=NOON_MS * 2)

    assert [one.open_ms for one in past] == [NOON_MS + n * MINUTE_MS for n in range(200)]
    assert all(one.low <= min(one.open, one.close) for one in past)
    assert all(one.high >= max(one.open, one.close) for one in past)
    assert all(before.close == after.open for before, after in pairwise(past))


def test_a_window_ends_with_now() -> None:
    candles = new_candles().window(MINUTE_MS, first_ms=NOON_MS, count=9, now_ms=NOON_MS + 90_000)

    assert [one.open_ms for one in candles] == [NOON_MS, NOON_MS + MINUTE_MS]
