"""What a book keeps back for its snapshot, when numbers of messages are not to be trusted."""

from janym.book.book import UNKNOWN
from janym.book.law import Follows, Law, Source
from janym.book.message import Heard, Snapshot
from janym.book.waiting import Joined, Waiting

LAW = Law(follows=Follows.NEXT, source=Source.REST)
SNAPSHOT = Snapshot(bids=[("1", "1")], asks=[("2", "1")], sequence=10, limit=None)


def message(number: int, at_ns: int) -> Heard:
    return Heard("X", False, number, number, 0, [("1", str(number))], [], at_ns, None)


def joined(*messages: Heard) -> list[int]:
    """Give the numbers of what is written over the snapshot."""
    waiting = Waiting(LAW)
    for each in messages:
        waiting.keep(each)
    waiting.take(SNAPSHOT)
    met = waiting.meet(UNKNOWN)
    return [each.final for each in met.chain] if isinstance(met, Joined) else []


def test_a_number_far_too_large_does_not_keep_the_book_from_coming_back() -> None:
    assert joined(message(9_000, 1), message(11, 2), message(12, 3)) == [11, 12]


def test_so_too_where_the_venue_gives_no_time() -> None:
    assert joined(message(9_000, 0), message(11, 0), message(12, 0)) == [11, 12]


def test_an_old_message_that_comes_again_changes_nothing() -> None:
    assert joined(message(11, 1), message(12, 2), message(11, 1)) == [11, 12]
