"""What a connection hears with: ordinary frames pass by, every other one is handed on."""

from dataclasses import replace
from random import Random

import pytest

from janym.book.keepers import COMPILED, PURE, Ear, Keeper
from janym.domain.market import BookUpdate, Market
from janym.feeds.feed import VenueFeed
from janym.live import feeds
from tests.fakes.flow.twins import Twins

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


@pytest.fixture(params=[each for each in (PURE, COMPILED) if each], ids=lambda keeper: keeper.name)
def keeper(request: pytest.FixtureRequest) -> Keeper:
    return request.param


def ear_of(keeper: Keeper, connection: Connection, *, wake_ns: int) -> Ear:
    """Join a session that has heard the snapshot to a connection, at half past its time."""
    feed = feeds.get("bybit", Market.FUTURES)
    assert isinstance(feed, VenueFeed)
    session = feed.kept_by(keeper).session(feed.endpoints[0], {}, adopts=True)
    session.opened(0)
    session.receive(SNAPSHOT, 1)
    ear = session.ear
    assert ear is not None
    ear.join(connection.tell, connection, connection.others.append, lambda: 500)
    ear.wake_ns = wake_ns
    return ear


def test_an_ordinary_frame_is_told_of_and_counted(keeper: Keeper, connection: Connection) -> None:
    ear = ear_of(keeper, connection, wake_ns=501)

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
def test_every_other_frame_is_handed_on(
    frame: bytes, wake_ns: int, keeper: Keeper, connection: Connection
) -> None:
    ear = ear_of(keeper, connection, wake_ns=wake_ns)

    ear.frame(frame)

    assert (connection.others, connection.told) == ([frame], [])
    assert ear.counted() == (0, 0)


def test_who_fails_when_told_is_heard_of(keeper: Keeper, connection: Connection) -> None:
    def fail(whom: object, update: BookUpdate) -> None:
        raise RuntimeError(whom, update)

    ear = ear_of(keeper, connection, wake_ns=501)
    ear.join(fail, connection, connection.others.append, lambda: 500)

    with pytest.raises(RuntimeError):
        ear.frame(CHANGE)


SHORT_WAYS = [("binance", Market.SPOT), ("binance", Market.FUTURES), ("bybit", Market.FUTURES)]


@pytest.mark.parametrize(("venue", "market"), SHORT_WAYS)
def test_the_short_way_and_the_long_one_lead_to_the_same(venue: str, market: Market) -> None:
    """S4-003: 4,000 frames of each, most of them spoilt, past the ear and through it."""
    feed = feeds.get(venue, market)
    assert isinstance(feed, VenueFeed)
    long_way = replace(PURE, name="the long way", ear=None)
    twins = Twins(feed, (PURE, long_way), Random(f"{venue} {market}"))  # noqa: S311 - spoils frames

    twins.run(4_000)

    assert min(twins.said[kind] for kind in ("BookUpdate", "BookStale")) > 100, twins.said
    assert feed.kept_by(PURE).session(feed.endpoints[0], {}).ear is not None


def test_a_venue_that_is_not_read_so_simply_has_no_ear() -> None:
    feed = feeds.get("okx", Market.SPOT)
    assert isinstance(feed, VenueFeed)

    assert feed.kept_by(PURE).session(feed.endpoints[0], {}).ear is None
