"""CoinEx's words: lists that replace each other, checksums over its own spelling, gzip."""

import gzip
import json
import zlib
from decimal import Decimal
from typing import Any

import pytest

from janym.book.message import BookStale
from janym.domain.market import Bbo, Channel, GapReason, Pair, Trade
from janym.domain.trading import Side
from janym.live import feeds
from janym.ports.feeds import Alive, Effect, Refused, Session, Subscribed, Unknown
from tests.fakes.listening import AT, S, names, sent, session, shown, wanted

BTC, ETH = Pair("BTC/USDT"), Pair("ETH/USDT")
SYMBOLS = {"BTC/USDT": "BTCUSDT", "ETH/USDT": "ETHUSDT"}
Levels = list[list[str]]


def opened() -> Session:
    spoken = session("coinex", "spot", SYMBOLS)
    spoken.opened(AT)
    return spoken


def crc(bids: Levels, asks: Levels) -> int:
    """As the venue's page on depth has it, bids before asks, everything as it is written."""
    return zlib.crc32(":".join(f"{price}:{size}" for price, size in [*bids, *asks]).encode())


def depth(bids: Levels, asks: Levels, checksum: int, *, full: bool = False, at: int = 1) -> bytes:
    data = {"asks": asks, "bids": bids, "last": "1", "updated_at": at, "checksum": checksum}
    book = {"market": "BTCUSDT", "is_full": full, "depth": data}
    frame = {"method": "depth.update", "data": book, "id": None}
    return gzip.compress(json.dumps(frame).encode())


def gap(effects: Any) -> GapReason:
    return effects[0].gap.reason


def test_each_message_names_all_that_is_wanted_of_its_method() -> None:
    """S4-011: whether a list adds to the one before or replaces it, nothing is lost."""
    spoken = opened()

    (first,) = sent(spoken.subscribe(wanted(BTC), AT))
    (second,) = sent(spoken.subscribe(wanted(ETH), AT))
    (deals,) = sent(spoken.subscribe(wanted(ETH, channel=Channel.TRADES), AT))

    assert first["params"] == {"market_list": [["BTCUSDT", 50, "0", False]]}
    assert [row[0] for row in second["params"]["market_list"]] == ["BTCUSDT", "ETHUSDT"]
    assert deals == {
        "method": "deals.subscribe", "params": {"market_list": ["ETHUSDT"]}, "id": 3
    }  # fmt: skip
    assert sent(spoken.unsubscribe(wanted(BTC), AT)) == [
        {"method": "depth.unsubscribe", "params": {"market_list": ["BTCUSDT"]}, "id": 4}
    ]


def test_answers_and_pings() -> None:
    spoken = opened()
    spoken.subscribe(wanted(BTC), AT)

    assert spoken.receive('{"id":1,"code":0,"message":"OK"}', AT) == [
        Subscribed(subscription=wanted(BTC)[0])
    ]
    *_, ping = sent(spoken.tick(AT + 20 * S))
    assert ping["method"] == "server.ping"
    pong = {"id": ping["id"], "code": 0, "data": {"result": "pong"}, "message": "OK"}
    assert spoken.receive(json.dumps(pong), AT) == [Alive(what="pong")]
    spoken.subscribe(wanted(ETH), AT)
    effects = spoken.receive('{"id":2,"code":20001,"message":"Invalid argument"}', AT)
    assert {type(each) for each in effects} == {Refused}


def full(spoken: Session) -> tuple[Levels, Levels]:
    """Let the whole book arrive: two bids and an ask, one size with a zero at its end."""
    bids, asks = [["30736.00", "0.04857370"], ["30733.00", "0.5"]], [["30740.00", "0.31763545"]]
    spoken.subscribe(wanted(BTC), AT)
    effects = spoken.receive(depth(bids, asks, crc(bids, asks), full=True), AT)
    assert names(effects) == ["BookUpdate", "BookLive"]
    return bids, asks


def test_a_book_is_believed_while_its_checksum_is_right() -> None:
    """S4-022."""
    spoken = opened()
    bids, asks = full(spoken)
    after = [bids[0], ["30735.50", "1.50"]]
    changes = [["30735.50", "1.50"], ["30733.00", "0"]]

    effects = spoken.receive(depth(changes, [], crc(after, asks), at=2), AT)

    assert names(effects) == ["BookUpdate"]
    assert shown(spoken.streams[BTC])[0] == {
        Decimal(30736): Decimal("0.0485737"),
        Decimal("30735.5"): Decimal("1.5"),
    }


def test_a_checksum_may_be_signed() -> None:
    spoken = opened()
    bids, asks = full(spoken)
    checksums = [(size, crc([[bids[0][0], size], bids[1]], asks)) for size in map(str, range(1, 9))]
    size, checksum = next((size, crc32) for size, crc32 in checksums if crc32 >= 2**31)

    effects = spoken.receive(depth([["30736.00", size]], [], checksum - 2**32, at=2), AT)

    assert names(effects) == ["BookUpdate"]


def test_a_book_of_fewer_levels_is_known_by_its_checksum() -> None:
    """Its messages do not say with how many it was asked for, nor what falls out of them."""
    spoken = opened()
    spoken.subscribe(wanted(BTC), AT)
    bids = [[str(100 - rank), "1"] for rank in range(5)]
    asks = [["101", "3"]]
    spoken.receive(depth(bids, asks, crc(bids, asks), full=True), AT)
    after = [["100.5", "2"], *bids[:4]]

    effects = spoken.receive(depth([["100.5", "2"]], [], crc(after, asks), at=2), AT)

    assert names(effects) == ["BookUpdate"]
    assert [*shown(spoken.streams[BTC])[0]] == [Decimal(price) for price, _ in after]


def test_a_lost_message_is_seen_at_the_next_and_mends_by_subscribing_again() -> None:
    spoken = opened()
    spoken.subscribe(wanted(ETH), AT)
    bids, asks = full(spoken)
    # One that took the second bid out is lost; the next changes the first.
    after = [["30736.00", "1"]]

    effects = spoken.receive(depth(after, [], crc(after, asks), at=3), AT)

    assert gap(effects) is GapReason.CHECKSUM
    unsubscribed, again = sent(effects)
    assert unsubscribed["params"] == {"market_list": ["BTCUSDT"]}
    assert [row[0] for row in again["params"]["market_list"]] == ["BTCUSDT", "ETHUSDT"]
    bids = [["30736.00", "1"]]
    mended = spoken.receive(depth(bids, asks, crc(bids, asks), full=True, at=4), AT)
    assert names(mended) == ["BookUpdate", "BookLive"]


def test_a_book_that_is_not_sent_within_its_minute_is_stale() -> None:
    spoken = opened()
    full(spoken)

    assert gap(spoken.tick(AT + 91 * S)) is GapReason.SILENCE


FRAME = depth([["1", "1"]], [], 1)


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(FRAME[:-9], id="cut off"),
        pytest.param(FRAME[:3] + b"\xff" + FRAME[4:], id="damaged"),
        pytest.param(gzip.compress(bytes(17 * 2**20)), id="a bomb"),
    ],
)
def test_a_frame_that_cannot_be_undone_puts_the_book_in_doubt(frame: bytes) -> None:
    spoken = opened()
    full(spoken)
    before = spoken.streams[BTC].book.top(None)

    effects = spoken.receive(frame, AT)

    assert [type(each) for each in effects] == [Unknown, BookStale]
    assert spoken.streams[BTC].book.top(None) == before


def test_zlib_and_plain_text_are_read_as_well() -> None:
    spoken = opened()
    notice: dict[str, Effect] = {}
    for name, write in {"zlib": zlib.compress, "plain": bytes}.items():
        (notice[name],) = spoken.receive(write(b'{"method":"notice.update","data":{}}'), AT)

    assert notice["zlib"] == notice["plain"]
    assert isinstance(notice["plain"], Unknown)
    assert notice["plain"].reason == "method 'notice.update' is not read"


def test_trades_come_oldest_first_and_best_prices_exact() -> None:
    spoken = opened()
    deals = [
        {"deal_id": 2, "created_at": 20, "side": "buy", "price": "30718.42", "amount": "0.000003"},
        {"deal_id": 1, "created_at": 10, "side": "sell", "price": "30718.4", "amount": "1"},
    ]
    best = {
        "market": "BTCUSDT", "updated_at": 7, "best_bid_price": "20000", "best_bid_size": "0.1",
        "best_ask_price": "20001", "best_ask_size": "0.15",
    }  # fmt: skip

    def pushed(method: str, data: object) -> bytes:
        return gzip.compress(json.dumps({"method": method, "data": data, "id": None}).encode())

    trades = spoken.receive(pushed("deals.update", {"market": "BTCUSDT", "deal_list": deals}), 9)
    assert trades == [
        Trade(BTC, "1", Decimal("30718.4"), Decimal(1), Side.SELL, 10 * 10**6, 9),
        Trade(BTC, "2", Decimal("30718.42"), Decimal("0.000003"), Side.BUY, 20 * 10**6, 9),
    ]
    assert spoken.receive(pushed("bbo.update", best), 9) == [
        Bbo(
            BTC, Decimal(20000), Decimal("0.1"), Decimal(20001), Decimal("0.15"), 0, 7 * 10**6, 9
        )
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("market", "tick"), [("spot", Decimal("0.01")), ("futures", Decimal("0.5"))]
)
def test_instruments_have_the_steps_that_the_venue_states(market: str, tick: Decimal) -> None:
    row = {
        "market": "BTCUSDT", "contract_type": "linear", "min_amount": "0.0005", "base_ccy": "BTC",
        "quote_ccy": "USDT", "base_ccy_precision": 8, "quote_ccy_precision": 2,
        "is_market_available": True,
    }  # fmt: skip
    rows = [row | ({"tick_size": "0.5"} if market == "futures" else {})]
    rows.append(rows[0] | {"market": "X", "is_market_available": False})
    feed = feeds.get("coinex", market)

    body = json.dumps({"code": 0, "data": rows}).encode()
    (listing,) = feed.page(feed.instruments(), body).listings

    assert (listing.pair, listing.tick, listing.step) == (BTC, tick, Decimal("1E-8"))
    assert listing.scale.size_places == 8
