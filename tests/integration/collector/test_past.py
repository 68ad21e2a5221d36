"""A book at any instant, rebuilt from the tables, and how far it can be believed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from janym.domain.errors import NotFound
from janym.domain.market import (
    Bbo,
    BookUpdate,
    Channel,
    Gap,
    GapReason,
    Market,
    Pair,
    Scale,
    Trade,
    VenueId,
)
from janym.domain.past import Interval, Trust
from janym.domain.trading import Side
from janym.ports.market_history import Place, Whole
from janym.ticks.market_past import ClickHouseMarketPast
from janym.ticks.market_store import ClickHouseMarketStore
from janym.ticks.recording import Recorder
from janym.usecases import past_books
from tests.integration.collector.conftest import Scene, Tables

PAIR = Pair("BTC/USDT")
PLACE = Place(VenueId("binance"), Market.SPOT, PAIR)
UNITS = Scale(price_places=0, size_places=0)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOON_NS = int(NOON.timestamp()) * 10**9
S = 10**9

Write = Callable[[Recorder], None]


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def whole(second: int, *, edge: int | None = None, keep: int | None = None) -> Whole:
    return Whole(
        bids=[(100, 1), (99, 2)],
        asks=[(101, 3), (102, 4)],
        bid_edge=edge,
        ask_edge=None,
        keep=keep,
        scale=UNITS,
        sequence=second,
        happened_ns=0,
        received_ns=NOON_NS + second * S,
    )


def update(second: int, bids: list[tuple[int, int]], asks: list[tuple[int, int]]) -> BookUpdate:
    return BookUpdate(PAIR, False, second, bids, asks, UNITS, 0, NOON_NS + second * S)


@pytest.fixture
def past(tables: Tables) -> ClickHouseMarketPast:
    return ClickHouseMarketPast(lambda: tables.client)


@pytest.fixture
def write(tables: Tables) -> Callable[[Write], None]:
    def write(rows: Write) -> None:
        recorder = Recorder("me")
        rows(recorder)
        for batch in recorder.cut():
            ClickHouseMarketStore(lambda: tables.client).store(batch)

    return write


def five_seconds(recorder: Recorder) -> None:
    line = recorder.book(PLACE)
    line.began(whole(0))
    line.updated(update(1, [(100, 0)], []))
    line.updated(update(2, [(100, 9)], [(101, 0)]))
    line.updated(update(3, [(98, 5)], [(103, 6)]))
    line.whole(whole(5))


def shown(past: ClickHouseMarketPast, second: float) -> tuple[list[int], list[int], Trust]:
    book = past.book(PLACE, at(second), limit=None)
    return [int(p) for p, _ in book.bids], [int(p) for p, _ in book.asks], book.trust


def test_a_book_is_what_it_was_at_each_instant(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    write(five_seconds)

    assert shown(past, 0) == ([100, 99], [101, 102], Trust.COMPLETE)
    assert shown(past, 1.5) == ([99], [101, 102], Trust.COMPLETE)
    assert shown(past, 2) == ([100, 99], [102], Trust.COMPLETE)
    assert shown(past, 4.9) == ([100, 99, 98], [102, 103], Trust.COMPLETE)
    book = past.book(PLACE, at(2), limit=1)
    assert (book.bids, book.sequence, book.updates) == ([(Decimal(100), Decimal(9))], 2, 2)


def test_nothing_written_before_is_said(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    write(five_seconds)

    with pytest.raises(NotFound, match="BTC/USDT"):
        past.book(PLACE, at(-1), limit=None)


def test_what_nothing_follows_is_unproven(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    write(five_seconds)

    book = past.book(PLACE, at(5), limit=None)

    assert book.trust is Trust.UNPROVEN
    assert book.doubts


def test_a_lost_row_is_seen_in_the_numbers(
    past: ClickHouseMarketPast, write: Callable[[Write], None], tables: Tables
) -> None:
    write(five_seconds)
    tables.client.command(
        "ALTER TABLE orderbook_deltas DELETE WHERE number = 2 SETTINGS mutations_sync = 2"
    )

    assert past.book(PLACE, at(1.5), limit=None).trust is Trust.COMPLETE
    book = past.book(PLACE, at(3), limit=None)
    assert book.trust is Trust.MISSING
    assert "1 updates" in book.doubts[0]


def test_inside_a_gap_the_book_is_stale_and_says_why(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    def rows(recorder: Recorder) -> None:
        five_seconds(recorder)
        recorder.gap(
            PLACE,
            Gap(
                pair=PAIR,
                reason=GapReason.CROSSED,
                good_until_ns=NOON_NS + 3 * S,
                noticed_ns=NOON_NS + 4 * S,
                ended_ns=NOON_NS + 5 * S,
            ),
        )

    write(rows)

    assert past.book(PLACE, at(2.9), limit=None).trust is Trust.COMPLETE
    book = past.book(PLACE, at(4.5), limit=None)
    assert (book.trust, [gap.reason for gap in book.gaps]) == (Trust.STALE, ["crossed"])


def test_a_gap_left_open_ends_with_the_next_whole_book(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    """A killed collector cannot say that its gap ended; its successor begins anew."""

    def rows(recorder: Recorder) -> None:
        five_seconds(recorder)
        recorder.gap(
            PLACE,
            Gap(
                pair=PAIR,
                reason=GapReason.DISCONNECTED,
                good_until_ns=NOON_NS + 6 * S,
                noticed_ns=NOON_NS + 6 * S,
            ),
        )
        again = recorder.book(PLACE)
        again.began(whole(20))
        again.updated(update(30, [(97, 1)], []))

    write(rows)

    assert past.book(PLACE, at(15), limit=None).trust is Trust.STALE
    assert past.book(PLACE, at(25), limit=None).trust is Trust.COMPLETE


def test_levels_beyond_what_was_asked_for_are_not_shown(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    def rows(recorder: Recorder) -> None:
        line = recorder.book(PLACE)
        line.began(whole(0, edge=99))
        line.updated(update(1, [(50, 7)], []))
        line.updated(update(2, [(99, 3)], []))

    write(rows)

    assert [int(price) for price, _ in past.book(PLACE, at(1), limit=None).bids] == [100, 99]


def test_a_book_of_fixed_depth_drops_what_falls_out(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    def rows(recorder: Recorder) -> None:
        line = recorder.book(PLACE)
        line.began(whole(0, keep=2))
        line.updated(update(1, [(101, 7)], [(101, 0)]))
        line.updated(update(2, [(101, 0)], []))
        line.updated(update(3, [], []))

    write(rows)

    assert [int(price) for price, _ in past.book(PLACE, at(1), limit=None).bids] == [101, 100]
    assert [int(price) for price, _ in past.book(PLACE, at(2), limit=None).bids] == [100]


def test_best_prices_are_listed_newest_first(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    """S4-028."""

    def rows(recorder: Recorder) -> None:
        for second in range(3):
            moment = NOON_NS + second * S
            quote = Bbo(PAIR, Decimal(100 + second), Decimal(1), None, Decimal(0), 7, 0, moment)
            recorder.quote(PLACE, quote)

    write(rows)

    last, first = past.quotes(PLACE, since=NOON, until=at(2), limit=5)
    assert (last.received, last.bid, last.ask, last.sequence) == (at(1), 101, None, 7)
    assert (first.at, first.bid) == (NOON, 100)


@pytest.mark.parametrize(
    ("channel", "trust"),
    [
        (Channel.BOOK, Trust.MISSING),
        (Channel.TRADES, Trust.COMPLETE),
        (Channel.BBO, Trust.COMPLETE),
    ],
)
def test_what_was_lost_of_other_channels_is_no_hole_in_the_book(
    past: ClickHouseMarketPast, write: Callable[[Write], None], channel: Channel, trust: Trust
) -> None:
    lost = Gap(
        pair=PAIR,
        reason=GapReason.UNWRITTEN,
        good_until_ns=NOON_NS + S,
        noticed_ns=NOON_NS + 2 * S,
        ended_ns=NOON_NS + 2 * S,
    )

    def rows(recorder: Recorder) -> None:
        five_seconds(recorder)
        recorder.gap(PLACE, lost, channel=channel, lost_rows=3)

    write(rows)

    assert shown(past, 3)[2] is trust


def test_candles_and_tickers_are_built_from_trades(
    past: ClickHouseMarketPast, write: Callable[[Write], None]
) -> None:
    """S2-011, S2-012."""

    def rows(recorder: Recorder) -> None:
        for second, price, size in (
            (0, "10", "1"),
            (1, "12", "2"),
            (59, "8", "1"),
            (61, "9", "0.5"),
        ):
            moment = NOON_NS + second * S
            trade = Trade(
                PAIR, str(second), Decimal(price), Decimal(size), Side.BUY, moment, moment
            )
            recorder.trade(PLACE, trade)
            recorder.trade(PLACE, trade)

    write(rows)

    first, second = past.candles(PLACE, Interval.M1, since=NOON, until=at(600))
    assert (first.at, first.open, first.high, first.low, first.close) == (NOON, 10, 12, 8, 8)
    assert (first.volume, first.turnover, first.trades) == (4, 42, 3)
    assert (second.at, second.close, second.volume) == (at(60), 9, Decimal("0.5"))
    (ticker,) = past.tickers(PLACE.venue, PLACE.market, at=at(600))
    assert (ticker.pair, ticker.last, ticker.open, ticker.trades) == (PAIR, 9, 10, 4)
    assert [t.id for t in past.trades(PLACE, since=NOON, until=at(61), limit=2)] == ["59", "1"]


async def test_a_collected_book_comes_back_as_the_venue_had_it(scene: Scene) -> None:
    scene.monitor("BTC/USDT", depth="full")
    past = ClickHouseMarketPast(lambda: scene.tables.client)
    async with scene.collector():
        await scene.until(lambda: scene.deltas() > 100, "a hundred rows")
        await scene.control("pace", every_ms=0)
        book = scene.server.venues["binance/spot"].flow.books["BTCUSDT"]
        await scene.until(
            lambda: past.book(PLACE, datetime.now(UTC), limit=1).sequence == book.last,  # noqa: TID251
            "the last update",
        )
        stood = datetime.now(UTC)  # noqa: TID251 - the collector's clock is the machine's
        await scene.until(
            lambda: past.book(PLACE, stood, limit=1).trust is Trust.COMPLETE,
            "a whole book after it",
        )

    found = past_books.show(past, PLACE, stood, limit=None)
    tick, step = book.symbol.tick, book.symbol.step
    for side, levels in zip(("bids", "asks"), book.levels(10_000), strict=True):
        rebuilt = [(Decimal(price), Decimal(amount)) for price, amount in found[side]]
        assert rebuilt == [(price * tick, size * step) for price, size in levels]
