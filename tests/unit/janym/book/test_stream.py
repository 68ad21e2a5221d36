"""A book is believed only while nothing of it can be missing."""

from decimal import Decimal

import pytest

from janym.book.law import Follows, Law, Source, Written
from janym.book.message import BookLive, BookStale, Heard, Resync, Snapshot
from janym.book.stream import Events, Stream
from janym.domain.market import BookState, BookUpdate, GapReason, Pair

S = 1_000_000_000
PAIR = Pair("BTC/USDT")
OVERLAP = Law(follows=Follows.OVERLAP, source=Source.REST)
NEXT = Law(follows=Follows.NEXT, source=Source.STREAM, restarts=True)


def change(first: int, final: int, bid: str = "1", *, at: int = 0, snapshot: bool = False) -> Heard:
    levels = [("100.5", bid), ("100", "2")] if snapshot else [("100.5", bid)]
    return Heard("T", snapshot, first, final, 0, levels, [("101", "3")], at or final, None)


def answer(sequence: int, limit: int | None = None) -> Snapshot:
    bids = [("100.5", "9"), ("100.25", "2")]
    asks = [("101", "3"), ("101.5", "4")]
    return Snapshot(bids=bids, asks=asks, sequence=sequence, limit=limit)


def names(events: Events) -> list[str]:
    return [type(each).__name__ for each in events]


def live() -> Stream:
    stream = Stream("T", PAIR, OVERLAP)
    stream.hear(change(11, 12), 1)
    stream.answered(answer(10), 2)
    assert stream.state is BookState.LIVE
    return stream


def test_changes_wait_for_the_snapshot_they_change() -> None:
    stream = Stream("T", PAIR, OVERLAP)

    assert stream.hear(change(9, 10, "7"), 1) == (Resync(token="T"),)
    assert stream.hear(change(11, 12, "8"), 2) == ()
    assert stream.state is BookState.SYNCING
    events = stream.answered(answer(10), 3)

    assert names(events) == ["BookUpdate", "BookLive"]
    assert stream.sequence == 12
    assert stream.updates == 1, "what the snapshot holds already is not written again"
    assert stream.book.top(None).bids == [
        (Decimal("100.5"), Decimal(8)),
        (Decimal("100.25"), Decimal(2)),
    ]


def test_a_snapshot_that_is_too_old_is_asked_for_again() -> None:
    stream = Stream("T", PAIR, OVERLAP)
    stream.hear(change(11, 12), 1)

    assert stream.answered(answer(8), 2) == (Resync(token="T"),)
    assert stream.state is BookState.SYNCING
    assert names(stream.answered(answer(11), 3)) == ["BookUpdate", "BookLive"]


def test_a_lost_message_makes_the_book_stale_until_it_is_whole_again() -> None:
    stream = live()

    stale, again = stream.hear(change(14, 15), 5)

    assert isinstance(stale, BookStale)
    assert (stale.gap.reason, stale.gap.last_sequence, stale.gap.found_sequence) == (
        GapReason.SEQUENCE,
        12,
        15,
    )
    assert again == Resync(token="T")
    assert stream.state is BookState.STALE
    _, believed = stream.answered(answer(13), 6)
    assert isinstance(believed, BookLive)
    assert believed.gap is not None
    assert (believed.gap.noticed_ns, believed.gap.ended_ns) == (5, 6)
    assert stream.gaps == 1


def test_a_repeated_message_changes_nothing() -> None:
    stream = live()

    assert stream.hear(change(11, 12, "1000"), 5) == ()
    assert stream.book.bids.best_size == 1


def test_a_small_number_with_a_later_time_is_news_and_not_old() -> None:
    stream = live()

    stale, _ = stream.hear(change(1, 2, at=99), 5)

    assert isinstance(stale, BookStale)


def test_a_crossed_book_is_not_believed() -> None:
    stream = live()

    crossing = Heard("T", False, 13, 13, 0, [("102", "1")], [], 13, None)
    stale, _ = stream.hear(crossing, 5)

    assert isinstance(stale, BookStale)
    assert stale.gap.reason is GapReason.CROSSED


def test_levels_beyond_the_snapshot_are_not_shown() -> None:
    stream = Stream("T", PAIR, OVERLAP)
    stream.hear(Heard("T", False, 11, 12, 0, [("90", "5")], [("120", "5")], 1, None), 1)
    stream.answered(answer(10, limit=2), 2)

    assert [price for price, _ in stream.book.top(None).bids] == [
        Decimal("100.5"),
        Decimal("100.25"),
    ]
    assert [price for price, _ in stream.book.top(None).asks] == [Decimal(101), Decimal("101.5")]


def test_prices_that_leave_the_snapshots_range_make_the_book_stale() -> None:
    stream = Stream("T", PAIR, OVERLAP)
    stream.hear(change(11, 12), 1)
    stream.answered(answer(10, limit=2), 2)

    out = Heard("T", False, 13, 13, 0, [("100.5", "0"), ("100.25", "0"), ("90", "1")], [], 13, None)
    stale, _ = stream.hear(out, 3)

    assert isinstance(stale, BookStale)
    assert stale.gap.reason is GapReason.THIN


@pytest.mark.parametrize("bad", ["1e5", "-1", "1.2.3", "", "NaN", "1_0", " 1", "٣", "." * 3])
def test_what_is_no_number_is_never_written(bad: str) -> None:
    stream = live()

    stale, _ = stream.hear(change(13, 13, bad), 5)

    assert isinstance(stale, BookStale)
    assert stale.gap.reason is GapReason.MALFORMED


def test_silence_makes_a_book_stale_and_the_message_that_follows_makes_it_live() -> None:
    stream = live()

    assert stream.tick(30 * S, 60 * S) == ()
    (stale,) = stream.tick(61 * S, 60 * S)
    assert isinstance(stale, BookStale)
    assert stale.gap.reason is GapReason.SILENCE
    assert names(stream.hear(change(13, 13), 62 * S)) == ["BookUpdate", "BookLive"]


def test_silence_hides_no_loss() -> None:
    stream = live()
    stream.tick(61 * S, 60 * S)

    stream.hear(change(14, 14), 62 * S)

    assert stream.state is BookState.STALE


def test_a_snapshot_in_the_stream_is_the_book_at_once() -> None:
    stream = Stream("T", PAIR, NEXT)

    update, believed = stream.hear(change(5, 5, snapshot=True), 1)

    assert isinstance(update, BookUpdate)
    assert update.snapshot
    assert isinstance(believed, BookLive)


def test_a_snapshot_older_than_what_was_heard_is_late_and_changes_nothing() -> None:
    stream = Stream("T", PAIR, NEXT)
    stream.hear(change(5, 5, "4", snapshot=True), 1)
    stream.hear(change(6, 6, "5"), 2)

    assert stream.hear(change(4, 4, "9", snapshot=True), 3) == ()
    assert stream.book.bids.best_size == 5


def further() -> Stream:
    """A live book of number 10, and a whole one of number 12 that another connection brought."""
    stream = Stream("T", PAIR, NEXT)
    stream.hear(change(10, 10, snapshot=True), 1 * S)
    assert stream.hear(change(12, 12, "8", snapshot=True), 2 * S) == ()
    assert stream.state is BookState.LIVE
    return stream


def test_a_whole_book_that_is_further_waits_for_the_slower_connection() -> None:
    """S4-022, S4-053: two connections bring one book, and nothing of its history is lost."""
    stream = further()

    for number in (11, 12, 13):
        assert names(stream.hear(change(number, number), 2 * S)) == ["BookUpdate"]
    assert stream.tick(9 * S, None) == ()
    assert (stream.sequence, stream.gaps) == (13, 0)


def test_a_whole_book_that_is_further_is_taken_when_changes_follow_it() -> None:
    """S4-053: what lay between was not heard, and that is said."""
    stream = further()

    stale, whole, believed, then = stream.hear(change(13, 13, "7"), 3 * S)

    assert isinstance(stale, BookStale)
    assert isinstance(believed, BookLive)
    assert believed.gap is not None
    assert (believed.gap.reason, believed.gap.last_sequence) == (GapReason.SEQUENCE, 10)
    assert (believed.gap.good_until_ns, believed.gap.ended_ns) == (1 * S, 3 * S)
    assert [each.sequence for each in (whole, then) if isinstance(each, BookUpdate)] == [12, 13]
    assert stream.book.top(1).bids == [(Decimal("100.5"), Decimal(7))]


def test_a_whole_book_that_is_further_does_not_wait_for_long() -> None:
    stream = further()

    assert stream.tick(2 * S + 1, None) == ()
    assert names(stream.tick(3 * S, None)) == ["BookStale", "BookUpdate", "BookLive"]
    assert stream.sequence == 12
    assert stream.book.top(1).bids == [(Decimal("100.5"), Decimal(8))]


def _levels(bids: Written, asks: Written) -> int:
    return len(bids) + len(asks)


def test_a_whole_book_without_a_number_that_differs_tells_of_a_loss() -> None:
    """S4-053: it is right, but what led to it was not heard."""
    law = Law(follows=Follows.CHECKED, source=Source.STREAM, checksum=_levels)
    stream = Stream("T", PAIR, law)
    one = Heard("T", True, 0, 0, 0, [("100", "1")], [("101", "3")], 0, 2)
    two = Heard("T", True, 0, 0, 0, [("100", "1"), ("99", "1")], [("101", "3")], 0, 3)

    assert names(stream.hear(one, 1)) == ["BookUpdate", "BookLive"]
    assert names(stream.hear(one, 2)) == ["BookUpdate"]
    assert names(stream.hear(two, 3)) == ["BookStale", "BookUpdate", "BookLive"]


def test_after_a_restart_a_venue_counts_from_one() -> None:
    stream = Stream("T", PAIR, NEXT)
    stream.hear(change(5, 5, snapshot=True, at=7), 1)

    stream.hear(change(1, 1, "8", snapshot=True, at=8), 2)
    stream.hear(change(2, 2, "9", at=9), 3)

    assert stream.state is BookState.LIVE
    assert stream.sequence == 2


def test_a_finer_price_is_kept_exactly() -> None:
    stream = live()

    fine = Heard("T", False, 13, 13, 0, [("100.750000000000000001", "1")], [], 13, None)
    stream.hear(fine, 5)

    assert stream.book.top(1).bids == [(Decimal("100.750000000000000001"), Decimal(1))]
    assert stream.book.top(1).asks == [(Decimal(101), Decimal(3))]


def test_a_message_has_its_levels_in_ticks_and_lots_of_its_scale() -> None:
    stream = live()

    (update,) = stream.hear(change(13, 13, "5"), 5)

    assert isinstance(update, BookUpdate)
    assert list(update.bids) == [(10050, 5)]
    assert update.scale.price(update.bids[0][0]) == Decimal("100.50")
