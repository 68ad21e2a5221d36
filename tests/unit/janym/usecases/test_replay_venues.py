"""Captures of served venues are judged rightly, and one out of which a line was taken is not whole.

The frames are the flow server's, written by hand from each venue's documentation; the books that
they are compared with are its own.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from containers.flow_server import bybit, coinex, htx, kucoin, mexc, okx
from containers.flow_server.flow import Book, Flow, symbols
from containers.flow_server.words import HOST, PREFIX, Frame, Words
from janym.domain.market import Pair
from janym.live import feeds
from janym.usecases import replay

VENUES: Mapping[str, Any] = {
    "bybit": bybit.Words,
    "okx": okx.Words,
    "kucoin": kucoin.Words,
    "coinex": coinex.Words,
    "htx": htx.Words,
    "mexc": mexc.Words,
}
SNAPSHOTS = {
    "kucoin/spot": "/api/v1/market/orderbook/level2_100?symbol=BTC-USDT",
    "kucoin/futures": "/api/v1/level2/snapshot?symbol=XBTUSDTM",
    "mexc/spot": "/api/v3/depth?symbol=BTCUSDT&limit=1000",
    "mexc/futures": "/api/v1/contract/depth/BTC_USDT",
}
AT_NS = 1_780_000_000 * 10**9
STEPS, ASKED_AFTER, LOST = 60, 5, -10
PAIR = Pair("BTC/USDT")
FEEDS = [(venue, market) for venue in VENUES for market in ("spot", "futures")]


class Capture:
    """What a listener of one book wrote down."""

    def __init__(self, venue: str, market: str) -> None:
        self.name = f"{venue}/{market}"
        self.flow = Flow(symbols(1), seed=11)
        self.words: Words = VENUES[venue](market, self.flow)
        self.lines: list[bytes] = []
        self.changes: list[int] = []
        """Where in the lines each change of the book stands."""

    @property
    def book(self) -> Book:
        return self.flow.books["BTCUSDT"]

    def taken(self) -> list[bytes]:
        """Let the book move; the whole of it comes in the venue's own way."""
        whole: Frame | None = None
        listened = ""
        for step in range(STEPS):
            moment = AT_NS + step * 100_000_000
            for topic, frame in self.words.moved(self.book, self.book.step(moment // 10**6)):
                listened = listened or topic
                if topic != listened:
                    continue
                if not self.lines:
                    whole = self.words.whole(topic)
                    if whole is not None:
                        self._frame(whole, moment)
                        continue
                self.changes.append(len(self.lines))
                self._frame(frame, moment)
            if step == ASKED_AFTER and whole is None:
                self._snapshot(moment)
        return self.lines

    def _snapshot(self, moment: int) -> None:
        url = SNAPSHOTS.get(self.name)
        if url is None:
            asked = self.words.read('{"req":"market.btcusdt.mbp.400","id":"1"}', set())
            self._frame(asked.answers[0], moment)
            return
        path, _, query = url.partition("?")
        named = dict(part.split("=") for part in query.split("&") if part)
        answers = self.words.rest()
        handler = answers.get(path) or answers["/api/v1/contract/depth/{symbol}"]
        answer = handler({"symbol": path.rpartition("/")[2], **named, HOST: "h", PREFIX: ""})
        self.lines.append(f"#rest https://venue.example{url} {json.dumps(answer.body)}".encode())

    def _frame(self, frame: Frame | None, moment: int) -> None:
        if frame is not None:
            text = frame if isinstance(frame, str) else f"base64:{b64encode(frame).decode()}"
            self.lines.append(f"{moment} {text}".encode())


def levels(shown: list[list[str]]) -> list[tuple[Decimal, Decimal]]:
    return [(Decimal(price), Decimal(size)) for price, size in shown[:20]]


@pytest.mark.parametrize(("venue", "market"), FEEDS)
def test_a_capture_ends_in_the_venues_own_book(venue: str, market: str) -> None:
    capture = Capture(venue, market)

    book = replay.run(feeds.get(venue, market), capture.taken())[PAIR]

    in_contracts = market == "futures" and venue not in {"bybit", "coinex"}
    size = Decimal(1) if in_contracts else capture.book.symbol.step
    bids, asks = (
        [(price * capture.book.symbol.tick, lots * size) for price, lots in side]
        for side in capture.book.levels(20)
    )
    assert (book["stale"], book["gaps"]) == (False, 0)
    assert (levels(book["bids"]), levels(book["asks"])) == (bids, asks)


@pytest.mark.parametrize(("venue", "market"), FEEDS)
def test_a_line_that_was_taken_out_is_missed(venue: str, market: str) -> None:
    capture = Capture(venue, market)
    lines = capture.taken()
    del lines[capture.changes[LOST]]

    book = replay.run(feeds.get(venue, market), lines)[PAIR]

    assert (book["stale"], book["gaps"]) == (True, 1)
