"""MEXC's words: protobuf on spot, JSON numbers and contracts on futures."""

import json
from decimal import Decimal
from typing import Any

import pytest

from janym.book.message import BookStale
from janym.domain.market import Bbo, BookState, Channel, Pair, Trade
from janym.domain.trading import Side
from janym.live import feeds
from janym.ports.feeds import Alive, Fetch, Refused, Session, Subscribed, Unknown
from tests.fakes.listening import AT, S, names, sent, session, shown, wanted
from tests.fakes.mexc_protobuf import book_ticker, deals, depths, message

BTC, ETH = Pair("BTC/USDT"), Pair("ETH/USDT")
DEPTH = "spot@public.aggre.depth.v3.api.pb@100ms@BTCUSDT"
DEALS = "spot@public.aggre.deals.v3.api.pb@100ms@BTCUSDT"
TICKER = "spot@public.aggre.bookTicker.v3.api.pb@100ms@BTCUSDT"


def spot() -> Session:
    spoken = session("mexc", "spot", {"BTC/USDT": "BTCUSDT", "ETH/USDT": "ETHUSDT"})
    spoken.opened(AT)
    return spoken


def futures() -> Session:
    spoken = session("mexc", "futures", {"BTC/USDT": "BTC_USDT", "ETH/USDT": "ETH_USDT"})
    spoken.opened(AT)
    return spoken


def snapshot(sequence: int) -> bytes:
    book = {"lastUpdateId": sequence, "bids": [["99.9", "1"]], "asks": [["100.1", "2"]]}
    return json.dumps(book).encode()


def live() -> Session:
    """Give a session whose book is right up to 12."""
    spoken = spot()
    spoken.subscribe(wanted(BTC), AT)
    (asked,) = spoken.receive(depths(DEPTH, 10, 12, bids=[("99.8", "5")]), AT)
    assert isinstance(asked, Fetch)
    assert (asked.request.path, asked.request.weight) == ("/api/v3/depth", 1)
    spoken.answered(asked.request, 200, snapshot(11), AT)
    assert spoken.streams[BTC].state is BookState.LIVE
    return spoken


def test_spot_is_asked_for_by_channels_of_protobuf() -> None:
    """S4-015: the names that the venue uses today."""
    (asked,) = sent(spot().subscribe(wanted(BTC, ETH), AT))

    assert asked == {
        "method": "SUBSCRIPTION",
        "params": [DEPTH, DEPTH.replace("BTCUSDT", "ETHUSDT")],
        "id": 1,
    }


def test_a_connection_takes_thirty_channels() -> None:
    """S4-010: the venue's limit is smaller than ours."""
    symbols = {f"A{number}/USDT": f"A{number}USDT" for number in range(31)}
    spoken = session("mexc", "spot", symbols)
    spoken.opened(AT)

    effects = spoken.subscribe(wanted(*symbols), AT)

    assert [type(each) for each in effects] == [Refused, *(type(each) for each in effects[1:])]
    assert len(spoken.subscriptions) == 30


def test_what_is_taken_refused_and_answered() -> None:
    spoken = spot()
    spoken.subscribe(wanted(BTC), AT)

    assert spoken.receive(json.dumps({"id": 1, "code": 0, "msg": DEPTH}), AT) == [
        Subscribed(subscription=wanted(BTC)[0])
    ]
    blocked = f"Not Subscribed successfully! [{DEPTH}]. Reason: Blocked! "
    (refused,) = spoken.receive(json.dumps({"id": 1, "code": 0, "msg": blocked}), AT)
    assert isinstance(refused, Refused)
    assert refused.subscription == wanted(BTC)[0]
    assert sent(spoken.tick(AT + 15 * S)) == [{"method": "PING"}]
    assert spoken.receive('{"id":0,"code":0,"msg":"PONG"}', AT) == [Alive(what="pong")]


def test_a_spot_book_counts_on_from_its_snapshot() -> None:
    spoken = live()

    spoken.receive(depths(DEPTH, 13, 13, asks=[("100.1", "0"), ("100.20", "0.300")]), AT)

    assert shown(spoken.streams[BTC]) == (
        {Decimal("99.9"): Decimal(1), Decimal("99.8"): Decimal(5)},
        {Decimal("100.2"): Decimal("0.3")},
    )
    assert names(spoken.receive(depths(DEPTH, 15, 15), AT)) == ["BookStale", "Fetch"]


@pytest.mark.parametrize("size", range(1, len(depths(DEPTH, 13, 13, bids=[("99", "1")]))))
def test_a_frame_that_is_cut_off_changes_no_book(size: int) -> None:
    spoken = live()
    before = shown(spoken.streams[BTC])

    effects = spoken.receive(depths(DEPTH, 13, 13, bids=[("99", "1")])[:size], AT)

    assert {type(each) for each in effects} <= {Unknown, Alive, BookStale}
    assert shown(spoken.streams[BTC]) == before


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(message({1: DEPTH, 313: {4: "x", 5: "13"}}), id="a version that is no number"),
        pytest.param(message({1: DEPTH, 313: {4: "13", 5: "13", 1: {1: "1"}}}), id="no size"),
        pytest.param(message({1: 5, 313: {4: "13", 5: "13"}}), id="a channel that is a number"),
        pytest.param(message({1: b"\xff\xfe", 313: {4: "13"}}), id="a channel that is no text"),
        pytest.param(b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", id="an endless length"),
        pytest.param(b"\x0b" + DEPTH.encode(), id="an unknown wire type"),
    ],
)
def test_a_damaged_frame_is_unknown(frame: bytes) -> None:
    spoken = live()

    assert names(spoken.receive(frame, AT)) == ["Unknown", "BookStale"]
    assert spoken.streams[BTC].state is BookState.STALE
    spoken.receive(depths(DEPTH, 13, 13, bids=[("99", "1")]), AT)
    assert spoken.streams[BTC].state is BookState.LIVE, "nothing was missed"


def test_fields_that_the_venue_adds_do_no_harm() -> None:
    spoken = live()
    frame = depths(DEPTH, 13, 13, bids=[("99", "1")]) + message({400: "new", 401: 7})

    assert names(spoken.receive(frame, AT)) == ["BookUpdate"]


def test_trades_and_best_prices_of_spot() -> None:
    spoken = spot()

    assert spoken.receive(
        deals(DEALS, "BTCUSDT", [("93220.00", "0.04438243", 2, 1736409765051, "7X0_8X0")]), 5
    ) == [
        Trade(
            BTC, "7X0_8X0", Decimal(93220), Decimal("0.04438243"), Side.SELL,
            1736409765051 * 10**6, 5,
        )
    ]  # fmt: skip
    assert spoken.receive(book_ticker(TICKER, "BTCUSDT", ("100", "4", "", ""), 77), 5) == [
        Bbo(BTC, Decimal(100), Decimal(4), None, Decimal(0), 0, 77 * 10**6, 5)
    ]
    assert spoken.receive(message({1: DEALS, 3: "BTCUSDT", 6: 9}), 5) == [
        Alive(what=f"nothing new on {DEALS}")
    ]


def pushed(channel: str, data: Any, **more: Any) -> str:
    frame = {"channel": channel, "data": data, "symbol": "BTC_USDT", "ts": 1587442022003}
    return json.dumps(frame | more)


def test_futures_are_asked_for_one_by_one_and_answered_in_order() -> None:
    spoken = futures()

    asked = sent(spoken.subscribe([*wanted(BTC, ETH), *wanted(BTC, channel=Channel.BBO)], AT))

    assert asked == [
        {"method": "sub.depth", "param": {"symbol": "BTC_USDT", "compress": False}},
        {"method": "sub.depth", "param": {"symbol": "ETH_USDT", "compress": False}},
        {"method": "sub.depth.full", "param": {"symbol": "BTC_USDT", "limit": 5}},
    ]
    taken = [
        spoken.receive(json.dumps({"channel": channel, "data": "success", "ts": 1}), AT)
        for channel in ("rs.sub.depth.full", "rs.sub.depth", "rs.sub.depth")
    ]
    assert taken == [
        [Subscribed(subscription=each)]
        for each in (*wanted(BTC, channel=Channel.BBO), *wanted(BTC, ETH))
    ]
    (refused,) = spoken.receive(pushed("rs.error", "Contract doesn't exist!"), AT)
    assert refused == Refused(reason="Contract doesn't exist!")
    assert spoken.receive('{"channel":"pong","data":1}', AT) == [Alive(what="pong")]


@pytest.mark.parametrize("merged", [True, False])
def test_a_futures_book_counts_on_merged_or_not(*, merged: bool) -> None:
    spoken = futures()
    spoken.subscribe(wanted(BTC), AT)

    def depth(first: int, final: int, bids: list[list[float]]) -> str:
        data: dict[str, Any] = {"asks": [], "bids": bids, "version": final}
        return pushed("push.depth", data | ({"begin": first, "end": final} if merged else {}))

    (asked,) = spoken.receive(depth(8, 8, []), AT)
    assert isinstance(asked, Fetch)
    assert asked.request.path == "/api/v1/contract/depth/BTC_USDT"
    book = {"asks": [[6860.5, 2]], "bids": [[6857.5, 4, 5]], "version": 8}
    answer = {"success": True, "data": book} if merged else book
    spoken.answered(asked.request, 200, json.dumps(answer).encode(), AT)
    last = 10 if merged else 9
    effects = spoken.receive(depth(9, last, [[6858.5, 42, 7], [6857.5, 0, 0]]), AT)

    assert names(effects) == ["BookUpdate", "BookLive"]
    assert shown(spoken.streams[BTC]) == (
        {Decimal("6858.5"): Decimal(42)},
        {Decimal("6860.5"): Decimal(2)},
    )
    assert names(spoken.receive(depth(last + 2, last + 2, []), AT)) == ["BookStale", "Fetch"]


def test_trades_and_best_prices_of_futures() -> None:
    spoken = futures()
    deal = {"p": 115309.8, "v": 55, "T": 2, "O": 3, "M": 1, "t": 1755487578276, "i": "130"}
    best = {"asks": [[31708.5, 74950, 2]], "bids": [], "version": 51}

    assert spoken.receive(pushed("push.deal", [deal]), 5) == [
        Trade(
            BTC, "130", Decimal("115309.8"), Decimal(55), Side.SELL, 1755487578276 * 10**6, 5
        )
    ]  # fmt: skip
    assert names(spoken.receive(pushed("push.deal", deal), 5)) == ["Trade"]
    assert spoken.receive(pushed("push.depth.full", best), 5) == [
        Bbo(
            BTC, None, Decimal(0), Decimal("31708.5"), Decimal(74950), 51, 1587442022003 * 10**6, 5
        )
    ]  # fmt: skip


def test_instruments_of_both_markets() -> None:
    pair = {
        "symbol": "BTCUSDT", "status": "1", "baseAsset": "BTC", "quoteAsset": "USDT",
        "baseAssetPrecision": 8, "quotePrecision": 2, "baseSizePrecision": "0",
        "quoteAmountPrecision": "1",
    }  # fmt: skip
    contract = {
        "symbol": "BTC_USDT", "baseCoin": "BTC", "quoteCoin": "USDT", "settleCoin": "USDT",
        "contractSize": 0.0001, "priceUnit": 0.5, "volUnit": 1, "minVol": 1, "state": 0,
    }  # fmt: skip

    def listed(market: str, body: object) -> Any:
        feed = feeds.get("mexc", market)
        (listing,) = feed.page(feed.instruments(), json.dumps(body).encode()).listings
        return listing

    one = listed("spot", {"symbols": [pair, pair | {"status": "2"}]})
    other = listed("futures", {"data": [contract, contract | {"settleCoin": "BTC"}]})

    assert (one.pair, one.tick, one.step, one.min_size) == (
        BTC, Decimal("0.01"), Decimal("1E-8"), None
    )  # fmt: skip
    assert (other.pair, other.symbol, other.contract_size) == (BTC, "BTC_USDT", Decimal("0.0001"))
