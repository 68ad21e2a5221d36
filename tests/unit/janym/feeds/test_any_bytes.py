"""Whatever arrives, no session of any venue raises anything, or tells of what cannot be."""

from random import Random

import pytest

from janym.domain.errors import OutcomeUnknown
from janym.domain.market import Market, VenueId
from janym.feeds.feed import VenueFeed
from janym.live.feeds import FEEDS
from janym.ports.feeds import Purpose, Refused, Request, Unknown
from tests.fakes.flow.line import Line

EVERY = [feed for feed in FEEDS.values() if isinstance(feed, VenueFeed)]
FRAMES = 400
DEEP = b"[" * 200_000
SAID = (
    b'{"id":1,"code":0,"message":"OK"}',
    b'{"id":"1","type":"ack"}',
    b'{"channel":"rs.sub.depth","data":"success"}',
    b'{"ch":"market.abcusdt.trade.detail","tick":{"data":[{"id":1,"price":1,"ts":1}]}}',
    b'{"method":"deals.update","data":{"market":"ABCUSDT","deal_list":[{"deal_id":1}]}}',
    b'{"stream":"abcusdt@trade","data":{"e":"trade","s":"ABCUSDT","t":1,"p":"1","q":"1"}}',
    b'{"arg":{"channel":"trades","instId":"ABC-USDT"},"data":[{"px":"1","sz":"1"}]}',
    b'{"topic":"publicTrade.ABCUSDT","data":[{"i":"1","p":"1","v":"1","S":"Buy","T":1}]}',
    DEEP,
    b'{"data":' * 100_000,
)
ODD = (
    b"null",
    b"-1",
    b"1e999",
    b"{}",
    b"[]",
    b'""',
    b"NaN",
    b"true",
    b"9" * 40,
    b"\xff",
    b"1e-400",
)

by_name = pytest.mark.parametrize("feed", EVERY, ids=lambda feed: f"{feed.venue}-{feed.market}")


def spoilt(frame: bytes, random: Random) -> bytes:
    """Change a frame in a few places."""
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(frame) or 1)
        frame = random.choice(
            (
                frame[:at] + bytes((random.randrange(256),)) + frame[at + 1 :],
                frame[:at] + frame[at + random.randint(1, 20) :],
                frame[:at] + random.choice(ODD) + frame[at + 1 :],
                frame[:at] + frame[at // 2 : at // 2 + 30] + frame[at:],
                frame[:at],
            )
        )
    return frame


@by_name
def test_no_frame_makes_a_session_raise(feed: VenueFeed) -> None:
    random = Random(f"{feed.venue} {feed.market}")  # noqa: S311 - spoils frames
    line = Line(feed, random)
    frames = list(SAID)
    for _ in range(10):
        step = line.truth.step()
        frames.append(line.writing.bare(line.writing.parts(step)))
        line.deliver(step)

    for frame in [*SAID, *(spoilt(random.choice(frames), random) for _ in range(FRAMES))]:
        line.session.receive(frame, line.at_ns)
        line.session.receive(line.writing.sealed(frame), line.at_ns)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-1", "sNaN"])
def test_a_trade_or_best_price_that_cannot_be_is_unknown(number: str) -> None:
    feed = FEEDS[VenueId("binance"), Market.SPOT]
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(1)
    trade = f'{{"e":"trade","s":"BTCUSDT","t":1,"p":"{number}","q":"1","T":1,"m":false}}'
    best = f'{{"u":1,"s":"BTCUSDT","b":"1","B":"1","a":"2","A":"{number}"}}'

    for frame in (trade, best):
        assert [type(each) for each in session.receive(frame, 1)] == [Unknown]


@by_name
def test_no_answer_makes_a_session_raise(feed: VenueFeed) -> None:
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(1)

    for purpose in (Purpose.SNAPSHOT, Purpose.TOKEN):
        request = Request(purpose=purpose, path="/x", query={}, weight=1, symbol="ABCUSDT")
        for body in (b"", b"null", b"[]", b'{"data":[]}', DEEP, *ODD):
            effects = session.answered(request, 200, body, 1)
            assert [type(each) for each in effects] == [Refused], body[:20]
    for body in (b"", b"null", b"{}", DEEP):
        with pytest.raises(OutcomeUnknown):
            feed.page(feed.instruments(), body)
