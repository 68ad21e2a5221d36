"""What a connection hears with: ordinary frames pass by, every other one is handed on."""

import pytest
from fastbook.core import Ear

from janym.domain.market import BookUpdate, Market
from janym.feeds.feed import VenueFeed
from janym.live import feeds

SNAPSHOT = b"""{"topic":"orderbook.50.XUSDT","type":"snapshot","ts":1,"data":{"s":"XUSDT",
"b":[["99.5","1"]],"a":[["100","2"]],"u":1,"seq":1}}"""
CHANGE = b"""{"topic":"orderbook.50.XUSDT","type":"delta","ts":2,"data":{"s":"XUSDT",
"b":[["99.6","3"]],"a":[],"u":2,"seq":2}}"""


class Connection:
    """Notes what comes."""

    def __init__(self) -> None:
        self.told: list[BookUpdate] = []
        self.others: list[bytes] = []

    def tell(self, whom: object, update: BookUpdate) -> None:
        assert whom is self
        self.told.append(update)


@pytest.fixture
def connection() -> Connection:
    return Connection()


def ear_of(connection: Connection, *, wake_ns: int) -> Ear:
    """Join a session that has heard the snapshot to a connection, at half past its time."""
    feed = feeds.get("bybit", Market.FUTURES)
    assert isinstance(feed, VenueFeed)
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(0)
    session.receive(SNAPSHOT, 1)
    ear = session.ear
    assert isinstance(ear, Ear)
    ear.join(connection.tell, connection, connection.others.append, lambda: 500)
    ear.wake_ns = wake_ns
    return ear


def test_an_ordinary_frame_is_told_of_and_counted(connection: Connection) -> None:
    ear = ear_of(connection, wake_ns=501)

    ear.frame(CHANGE)

    (update,) = connection.told
    assert (update.sequence, [*update.bids], update.received_ns) == (2, [(996, 3)], 500)
    assert (ear.counted(), ear.counted()) == ((1, len(CHANGE)), (0, 0))
    assert ear.heard_ns == 500
    assert connection.others == []


@pytest.mark.parametrize(
    ("frame", "wake_ns"),
    [(CHANGE, 500), (CHANGE, 0), (SNAPSHOT, 501), (b"{}", 501), (b"", 501)],
    ids=["it is time", "nobody listens", "a whole book", "of another kind", "empty"],
)
def test_every_other_frame_is_handed_on(frame: bytes, wake_ns: int, connection: Connection) -> None:
    ear = ear_of(connection, wake_ns=wake_ns)

    ear.frame(frame)

    assert (connection.others, connection.told) == ([frame], [])
    assert ear.counted() == (0, 0)


def test_who_fails_when_told_is_heard_of(connection: Connection) -> None:
    def fail(whom: object, update: BookUpdate) -> None:
        raise RuntimeError(whom, update)

    ear = ear_of(connection, wake_ns=501)
    ear.join(fail, connection, connection.others.append, lambda: 500)

    with pytest.raises(RuntimeError):
        ear.frame(CHANGE)
