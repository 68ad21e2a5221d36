"""Bybit's frames become what they say, and its topics are asked for in its words."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from janym.domain.market import Bbo, BookState, Channel, Depth, Market, Pair, Subscription, Trade
from janym.domain.trading import Side
from janym.exchanges.bybit.feed import FEEDS
from janym.ports.feeds import Alive, Refused, Send, Session, Subscribed, Unknown

SPOT, LINEAR = FEEDS[Market.SPOT], FEEDS[Market.FUTURES]
PAIR = Pair("BTC/USDT")
ROW = {
    "symbol": "BTCUSDT", "contractType": "LinearPerpetual", "status": "Trading",
    "baseCoin": "BTC", "quoteCoin": "USDT", "settleCoin": "USDT",
    "priceFilter": {"tickSize": "0.10"},
    "lotSizeFilter": {"qtyStep": "0.001", "minOrderQty": "0.001", "minNotionalValue": "5"},
}  # fmt: skip


def hearing() -> Session:
    session = LINEAR.session(LINEAR.endpoints[0], {}, adopts=True)
    session.opened(0)
    return session


def listed(cursor: str = "") -> bytes:
    result = {"nextPageCursor": cursor, "list": [ROW, ROW | {"status": "Closed"}]}
    return json.dumps({"retCode": 0, "retMsg": "OK", "result": result}).encode()


def test_a_list_of_many_pages_is_asked_for_to_its_end() -> None:
    page = LINEAR.page(LINEAR.instruments(), listed("next"))

    assert [each.symbol for each in page.listings] == ["BTCUSDT"]
    assert page.following is not None
    assert page.following.query["cursor"] == "next"
    assert LINEAR.page(page.following, listed()).following is None


def test_a_message_names_as_many_topics_as_the_venue_takes() -> None:
    """S4-015; spot takes ten at once."""
    rows = [
        {**ROW, "symbol": f"A{n}USDT", "baseCoin": f"A{n}", "lotSizeFilter": {
            "basePrecision": "0.001", "minOrderQty": "0.001", "minOrderAmt": "5"}}
        for n in range(12)
    ]  # fmt: skip
    body = {"retCode": 0, "retMsg": "", "result": {"nextPageCursor": "", "list": rows}}
    listings = SPOT.page(SPOT.instruments(), json.dumps(body).encode()).listings
    session = SPOT.session(SPOT.endpoints[0], {each.pair: each for each in listings})
    wanted = [
        Subscription(pair=each.pair, channel=Channel.BOOK, depth=Depth.FIFTY) for each in listings
    ]
    session.subscribe(wanted, 0)

    sent = [each for each in session.opened(1) if isinstance(each, Send)]

    asked = [json.loads(each.frame) for each in sent]
    assert [len(each["args"]) for each in asked] == [10, 2]
    assert asked[0]["args"][0] == "orderbook.50.A0USDT"
    answer = {"success": True, "ret_msg": "", "op": "subscribe", "req_id": asked[1]["req_id"]}
    taken = session.receive(json.dumps(answer), 2)
    assert [type(each) for each in taken] == [Subscribed, Subscribed]
    refusal = {"success": False, "ret_msg": "no such topic", "op": "subscribe", "req_id": "99"}
    assert session.receive(json.dumps(refusal), 3) == [Refused(reason="no such topic")]


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (
            (
                '{"topic":"publicTrade.BTCUSDT","type":"snapshot","ts":1672304486868,"data":[{"T":'
                '1672304486865,"s":"BTCUSDT","S":"Buy","v":"0.001","p":"16578.50","i":"20f4"}]}'
            ),
            Trade(
                PAIR,
                "20f4",
                Decimal("16578.50"),
                Decimal("0.001"),
                Side.BUY,
                1672304486865_000_000,
                7,
            ),
        ),
        (
            (
                '{"topic":"orderbook.1.BTCUSDT","ts":1672304484978,"type":"snapshot","data":{"s":'
                '"BTCUSDT","b":[["16493.50","0.006"]],"a":[],"u":18521288,"seq":7}}'
            ),
            Bbo(
                PAIR,
                Decimal("16493.50"),
                Decimal("0.006"),
                None,
                Decimal(0),
                18521288,
                1672304484978_000_000,
                7,
            ),
        ),
        ('{"success":true,"ret_msg":"pong","conn_id":"0","op":"ping"}', Alive(what="pong")),
    ],
)
def test_other_frames_become_what_they_say(frame: str, expected: object) -> None:
    assert list(hearing().receive(frame, 7)) == [expected]


def test_a_depth_that_is_not_asked_for_is_refused_by_name() -> None:
    frame = '{"topic":"orderbook.rpi.BTCUSDT","ts":1,"type":"delta","data":{"s":"BTCUSDT"}}'

    (refused,) = hearing().receive(frame, 1)

    assert isinstance(refused, Unknown)
    assert "orderbook.rpi.BTCUSDT" in refused.reason


@pytest.mark.corpus
def test_a_captured_stream_is_followed_message_by_message(captures: Path) -> None:
    (file,) = (captures / "bybit/nautilus").glob("*ob500.data")
    frames = file.read_text().splitlines()
    session = hearing()

    for at_ns, frame in enumerate(frames):
        session.receive(frame, at_ns)

    (stream,) = session.streams.values()
    assert (stream.state, stream.updates, stream.gaps) == (BookState.LIVE, len(frames), 0)
    bids: dict[Decimal, Decimal] = {}
    for frame in frames:
        data = json.loads(frame)["data"]
        bids |= {Decimal(price): Decimal(size) for price, size in data["b"]}
    assert dict(stream.book.top(None).bids) == {price: size for price, size in bids.items() if size}
