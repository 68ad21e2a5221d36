"""OKX's frames become what they say; its old checksums prove the books that its new ones do not."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from janym.book.message import BookStale
from janym.domain.market import BookState, Channel, GapReason, Market, Pair, Subscription
from janym.exchanges.okx.feed import FEEDS
from janym.ports.feeds import Alive, Close, Refused, Send, Session, Subscribed

SPOT, SWAPS = FEEDS[Market.SPOT], FEEDS[Market.FUTURES]
PAIR = Pair("BTC/USDT")
ROW = {
    "instId": "BTC-USDT-SWAP", "instType": "SWAP", "ctType": "linear", "ctVal": "0.01",
    "ctMult": "1", "settleCcy": "USDT", "tickSz": "0.1", "lotSz": "0.01", "minSz": "0.01",
    "state": "live",
}  # fmt: skip


def hearing() -> Session:
    session = SPOT.session(SPOT.endpoints[0], {}, adopts=True)
    session.opened(0)
    return session


def book(action: str, final: int, previous: int, at: int, **rest: Any) -> str:
    row = {
        "bids": [["100", "1", "0", "2"]],
        "asks": [["101", "1", "0", "2"]],
        "ts": str(at),
        "seqId": final,
        "prevSeqId": previous,
        **rest,
    }
    arg = {"channel": "books", "instId": "BTC-USDT"}
    return json.dumps({"arg": arg, "action": action, "data": [row]})


def test_swaps_count_contracts() -> None:
    body = json.dumps({"code": "0", "msg": "", "data": [ROW, ROW | {"settleCcy": "BTC"}]})

    (listing,) = SWAPS.page(SWAPS.instruments(), body.encode()).listings

    assert (listing.pair, listing.contract_size) == (PAIR, Decimal("0.01"))


def test_a_subscription_is_asked_for_and_taken_by_its_topic() -> None:
    """S4-015."""
    body = json.dumps({"code": "0", "msg": "", "data": [ROW]})
    (listing,) = SWAPS.page(SWAPS.instruments(), body.encode()).listings
    session = SWAPS.session(SWAPS.endpoints[0], {PAIR: listing})
    wanted = Subscription(pair=PAIR, channel=Channel.BOOK)
    session.subscribe([wanted], 0)

    (sent,) = session.opened(1)

    assert isinstance(sent, Send)
    arg = {"channel": "books", "instId": "BTC-USDT-SWAP"}
    assert json.loads(sent.frame) == {"op": "subscribe", "args": [arg]}
    taken = session.receive(json.dumps({"event": "subscribe", "arg": arg, "connId": "a"}), 2)
    assert taken == [Subscribed(subscription=wanted)]
    error = {"event": "error", "code": "60012", "msg": "Invalid request", "connId": "a"}
    assert session.receive(json.dumps(error), 2) == [Refused(reason="Invalid request (60012)")]
    assert session.receive("pong", 3) == [Alive(what="pong")]


def test_a_notice_before_an_upgrade_asks_for_another_connection() -> None:
    notice = {"event": "notice", "code": "64008", "msg": "closing soon", "connId": "a"}

    assert hearing().receive(json.dumps(notice), 1) == [Close(reason="closing soon", planned=True)]


def test_a_number_that_falls_back_once_is_followed() -> None:
    """After maintenance `seqId` may be smaller than `prevSeqId`; losing that message is seen."""
    session = hearing()
    for frame in (book("snapshot", 50, -1, 1), book("update", 3, 50, 2), book("update", 5, 3, 3)):
        session.receive(frame, 1)
    assert session.streams[PAIR].state is BookState.LIVE

    missing = hearing()
    for frame in (book("snapshot", 50, -1, 1), book("update", 5, 3, 3)):
        missing.receive(frame, 1)
    assert missing.streams[PAIR].state is BookState.STALE


def test_a_checksum_of_nothing_is_none_and_any_other_counts() -> None:
    session = hearing()
    session.receive(book("snapshot", 50, -1, 1, checksum=0), 1)
    assert session.streams[PAIR].state is BookState.LIVE

    (stale,) = session.receive(book("update", 51, 50, 2, checksum=12345), 2)

    assert isinstance(stale, BookStale)
    assert stale.gap.reason is GapReason.CHECKSUM


def test_a_book_with_neither_number_nor_checksum_is_not_believed() -> None:
    frame = json.loads(book("snapshot", 50, -1, 1))
    del frame["data"][0]["seqId"]
    session = hearing()

    session.receive(json.dumps(frame), 1)

    assert session.streams[PAIR].state is not BookState.LIVE


@pytest.mark.corpus
def test_every_captured_checksum_proves_the_book(captures: Path) -> None:
    """Frames of 2022, which have no numbers and a CRC32 of the best 25 levels."""
    session = hearing()
    books = _captured(captures)

    for at_ns, frame in enumerate(books):
        session.receive(frame, at_ns)

    heard = session.streams.values()
    assert sum(stream.updates for stream in heard) == len(books) > 150
    assert all(stream.state is BookState.LIVE and stream.gaps == 0 for stream in heard)


@pytest.mark.corpus
def test_a_changed_digit_breaks_a_captured_checksum(captures: Path) -> None:
    session = hearing()
    books = _captured(captures)
    frame = json.loads(books[0])
    best = frame["data"][0]["bids"][0]
    best[1] = str(Decimal(best[1]) + 1)

    session.receive(json.dumps(frame), 1)

    assert all(stream.state is not BookState.LIVE for stream in session.streams.values())


def _captured(captures: Path) -> list[str]:
    lines = (captures / "okx/cryptofeed/OKX.ws.1.0.txt").read_text().splitlines()
    frames = (line.partition(": ")[2] for line in lines if not line.startswith("wss"))
    return [frame for frame in frames if '"channel":"books"' in frame and '"action"' in frame]
