"""Frames that MEXC really sent mean what others read in them."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from janym.domain.market import Bbo, BookState, Pair, Trade
from janym.live import feeds
from janym.ports.feeds import Alive, Fetch, Session, Unknown
from tests.fakes.listening import shown
from tests.fakes.mexc_protobuf import book_ticker, deals, depths, message

pytestmark = pytest.mark.corpus


def adopting(market: str) -> Session:
    feed = feeds.get("mexc", market)
    session = feed.session(feed.endpoints[0], {}, adopts=True)
    session.opened(1)
    return session


def lines_of(file: Path) -> list[str]:
    return file.read_text().splitlines()


def recorded(captures: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of(captures / "mexc/tardis-node" / name)]


def frame(said: dict[str, Any]) -> bytes:
    """Write a frame that was kept as JSON the way it came."""
    channel, symbol, sent = said["channel"], said["symbol"], int(said["sendTime"])
    if "publicAggreDepths" in said:
        body = said["publicAggreDepths"]
        sides = {
            side: [(level["price"], level["quantity"]) for level in body.get(side, [])]
            for side in ("bids", "asks")
        }
        first, final = int(body["fromVersion"]), int(body["toVersion"])
        return depths(channel, first, final, **sides, sent_ms=sent)
    if "publicAggreDeals" in said:
        rows = [
            (row["price"], row["quantity"], row["tradeType"], int(row["time"]), row["tradeId"])
            for row in said["publicAggreDeals"]["deals"]
        ]
        return deals(channel, symbol, rows)
    if "publicAggreBookTicker" in said:
        best = said["publicAggreBookTicker"]
        names = ("bidPrice", "bidQuantity", "askPrice", "askQuantity")
        bid, bid_size, ask, ask_size = (best[name] for name in names)
        return book_ticker(channel, symbol, (bid, bid_size, ask, ask_size), sent)
    return message({1: channel, 3: symbol, 6: sent})


def heard(session: Session, said: list[dict[str, Any]]) -> list[Any]:
    """Let frames and a snapshot arrive, and give what became of them."""
    effects: list[Any] = []
    for each in said:
        if "publicAggreDepthsSnapshot" in each:
            (asked,) = (effect for effect in effects if isinstance(effect, Fetch))
            answer = json.dumps(each["publicAggreDepthsSnapshot"]).encode()
            effects += session.answered(asked.request, 200, answer, 1)
        else:
            effects += session.receive(json.dumps(each) if "code" in each else frame(each), 1)
    return effects


def decimal(number: float) -> Decimal:
    return Decimal(str(number))


def test_spot_is_read_as_others_read_it(captures: Path) -> None:
    """Trades, best prices and a book of June 2026, with the result that another reader gave."""
    session = adopting("spot")
    rows = recorded(captures, "map_mexc_messages.jsonl")
    theirs = [each for row in rows for each in row["tardis_expected"]]

    effects = heard(session, [row["message"] for row in rows])

    trades = [each for each in effects if isinstance(each, Trade)]
    assert [(each.id, each.price, each.size, each.side) for each in trades] == [
        (each["id"], decimal(each["price"]), decimal(each["amount"]), each["side"])
        for each in theirs
        if each["type"] == "trade"
    ]
    best = [(each.bid, each.ask) for each in effects if isinstance(each, Bbo)]
    assert best == [(Decimal("99.9"), Decimal("100.1")), (Decimal(100), None)]
    sides: list[dict[Decimal, Decimal]] = [{}, {}]
    for change in (each for each in theirs if each["type"] == "book_change"):
        for side, levels in zip(sides, (change["bids"], change["asks"]), strict=True):
            side |= {decimal(each["price"]): decimal(each["amount"]) for each in levels}
    stream = session.streams[Pair("BTC/USDT")]
    assert stream.state is BookState.LIVE
    assert list(shown(stream)) == [{p: q for p, q in side.items() if q} for side in sides]


def test_futures_books_join_their_snapshot(captures: Path) -> None:
    session = adopting("futures")
    asked: list[Any] = []
    states: list[BookState] = []
    for row in recorded(captures, "map_mexc_futures_messages.jsonl"):
        said = row["message"]
        if said["channel"] == "push.depth.snapshot":
            session.answered(asked[0].request, 200, json.dumps(said).encode(), 1)
        elif said["channel"] == "push.depth":
            asked += [
                each for each in session.receive(json.dumps(said), 1) if hasattr(each, "request")
            ]
        else:
            continue
        states.append(session.streams[Pair("BTC/USDT")].state)

    # 96801927, its snapshot at 96801926; 96801930 follows nothing, 96801931 follows that.
    assert states == [
        BookState.SYNCING, BookState.LIVE, BookState.STALE, BookState.STALE
    ]  # fmt: skip


@pytest.mark.parametrize("market", ["spot", "futures"])
def test_every_captured_frame_is_read_or_refused_by_name(captures: Path, market: str) -> None:
    session = adopting(market)
    frames: list[str | bytes] = [
        json.loads(line)["raw"]
        for line in lines_of(captures / "mexc/crypto-msg-parser/raw_messages.jsonl")
    ]
    for file in sorted((captures / "mexc/tardis-node").glob("*.jsonl")):
        said = [json.loads(line)["message"] for line in lines_of(file)]
        frames += [json.dumps(each) for each in said]
        frames += [frame(each) for each in said if "sendTime" in each and market == "spot"]
    read = 0

    for each in frames:
        for effect in session.receive(each, 1):
            if isinstance(effect, Unknown):
                assert not effect.reason.startswith("not understood"), each
            else:
                read += not isinstance(effect, Alive)

    assert read >= 4
