"""KuCoin's words: the ticket, the welcome, books of both markets, trades, best prices, lists."""

import json
from decimal import Decimal

import pytest

from janym.domain.errors import OutcomeUnknown
from janym.domain.market import Bbo, BookState, Channel, Pair, Trade
from janym.domain.trading import Side
from janym.live import feeds
from janym.ports.feeds import (
    Alive,
    Close,
    Dial,
    Fetch,
    Purpose,
    Refused,
    Request,
    Session,
    Subscribed,
    Unknown,
)
from tests.fakes.listening import AT, S, names, sent, session, shown, wanted

BTC, ETH = Pair("BTC/USDT"), Pair("ETH/USDT")
SPOT = {"BTC/USDT": "BTC-USDT", "ETH/USDT": "ETH-USDT"}
TICKET = json.dumps(
    {
        "code": "200000",
        "data": {
            "token": "abc",
            "instanceServers": [
                {"endpoint": "wss://there.example/", "pingInterval": 7000, "pingTimeout": 10000}
            ],
        },
    }
).encode()
WELCOME = '{"id":"hQvf8jkno","type":"welcome"}'
TOKEN = Request(purpose=Purpose.TOKEN, path="/api/v1/bullet-public", query={}, weight=10)


def admitted(market: str = "spot", symbols: dict[str, str] = SPOT) -> Session:
    """Give a session that is connected and welcome."""
    spoken = session("kucoin", market, symbols)
    (asked,) = spoken.dial(AT)
    assert isinstance(asked, Fetch)
    spoken.answered(asked.request, 200, TICKET, AT)
    spoken.opened(AT)
    spoken.receive(WELCOME, AT)
    return spoken


def level2(first: int, final: int, bids: list[list[str]], symbol: str = "BTC-USDT") -> str:
    changes = {"bids": bids, "asks": []}
    data = {"symbol": symbol, "sequenceStart": first, "sequenceEnd": final, "time": final}
    frame = {"type": "message", "topic": f"/market/level2:{symbol}"}
    return json.dumps(frame | {"subject": "trade.l2update", "data": {**data, "changes": changes}})


def book(sequence: int, bids: list[list[str]], asks: list[list[str]]) -> bytes:
    data = {"sequence": str(sequence), "time": 1, "bids": bids, "asks": asks}
    return json.dumps({"code": "200000", "data": data}).encode()


def test_where_to_connect_is_asked_for() -> None:
    """S4-012: the venue says how often to ping, and the client does."""
    spoken = session("kucoin", "spot", SPOT)

    (asked,) = spoken.dial(AT)
    assert isinstance(asked, Fetch)
    assert (asked.request.method, asked.request.path) == ("POST", "/api/v1/bullet-public")
    assert spoken.answered(asked.request, 200, TICKET, AT) == (
        Dial(url="wss://there.example/?token=abc"),
    )
    spoken.opened(AT)
    spoken.receive(WELCOME, AT)

    assert spoken.tick(AT + 6 * S) == []
    assert sent(spoken.tick(AT + 7 * S)) == [{"id": str((AT + 7 * S) // 10**6), "type": "ping"}]
    assert spoken.receive('{"id":"1","type":"pong"}', AT + 8 * S) == [Alive(what="pong")]


@pytest.mark.parametrize("body", [b"{}", b"", b'{"data":{"token":"a","instanceServers":[]}}'])
def test_a_ticket_that_is_none_is_refused(body: bytes) -> None:
    spoken = session("kucoin", "spot", SPOT)
    spoken.dial(AT)

    (refused,) = spoken.answered(TOKEN, 200, body, AT)

    assert isinstance(refused, Refused)


def test_nothing_is_asked_before_the_welcome() -> None:
    spoken = session("kucoin", "spot", SPOT)
    spoken.subscribe(wanted(BTC), AT)

    assert spoken.opened(AT) == ()
    assert spoken.subscribe(wanted(ETH), AT) == []
    asked = sent(spoken.receive(WELCOME, AT))

    assert [each["topic"] for each in asked] == ["/market/level2:BTC-USDT,ETH-USDT"]


def test_a_connection_without_a_welcome_is_closed() -> None:
    spoken = session("kucoin", "spot", SPOT)
    spoken.opened(AT)

    assert spoken.tick(AT + 10 * S) == []
    assert Close(reason="no welcome") in spoken.tick(AT + 11 * S)


def test_symbols_of_one_topic_go_together_and_topics_apart() -> None:
    spoken = admitted()

    asked = sent(
        spoken.subscribe(
            [
                *wanted(BTC, ETH),
                *wanted(BTC, channel=Channel.BBO),
                *wanted(ETH, channel=Channel.TRADES),
            ],
            AT,
        )
    )

    assert [each["topic"] for each in asked] == [
        "/market/level2:BTC-USDT,ETH-USDT",
        "/market/match:ETH-USDT",
        "/spotMarket/level1:BTC-USDT",
    ]
    effects = spoken.receive('{"id":"1","type":"ack"}', AT)
    assert {each.subscription.pair for each in effects if isinstance(each, Subscribed)} == {
        BTC,
        ETH,
    }


def test_what_the_venue_refuses_is_said_with_its_subscription() -> None:
    spoken = admitted()
    spoken.subscribe(wanted(BTC), AT)

    (refused,) = spoken.receive(
        '{"id":"1","type":"error","code":404,"data":"topic is not found"}', AT
    )

    assert isinstance(refused, Refused)
    assert refused.reason == "topic is not found (404)"
    assert refused.subscription == wanted(BTC)[0]


def test_a_spot_book_is_the_snapshot_and_all_that_reaches_it() -> None:
    spoken = admitted()
    spoken.subscribe(wanted(BTC), AT)

    (asked,) = spoken.receive(level2(9, 11, [["100", "1", "10"]]), AT)
    assert isinstance(asked, Fetch)
    assert asked.request.path == "/api/v1/market/orderbook/level2_100"
    snapshot = book(10, [["100", "1"], ["99", "2"]], [["101", "3"]])
    effects = spoken.answered(asked.request, 200, snapshot, AT)
    assert names(effects) == ["BookUpdate", "BookLive"]

    # It repeats 11, counts over 12 with a price of 0, and takes 99 out.
    spoken.receive(level2(11, 13, [["0", "0", "12"], ["99", "0", "13"]]), AT)
    stream = spoken.streams[BTC]

    assert shown(stream) == ({Decimal(100): Decimal(1)}, {Decimal(101): Decimal(3)})
    assert stream.state is BookState.LIVE
    assert names(spoken.receive(level2(15, 15, []), AT)) == ["BookStale", "Fetch"]


def test_a_futures_message_is_one_change_of_one_side() -> None:
    """Sizes are contracts, whole ones; the listing says what one is worth."""
    spoken = admitted("futures", {"BTC/USDT": "XBTUSDTM"})
    spoken.subscribe(wanted(BTC), AT)

    def change(number: int, text: str) -> str:
        data = {"sequence": number, "change": text, "timestamp": number}
        topic = "/contractMarket/level2:XBTUSDTM"
        frame = {"type": "message", "topic": topic, "subject": "level2", "data": data}
        return json.dumps(frame)

    (asked,) = spoken.receive(change(101, "5000.0,sell,83"), AT)
    assert isinstance(asked, Fetch)
    assert asked.request.path == "/api/v1/level2/snapshot"
    spoken.answered(asked.request, 200, book(100, [["4999.5", "7"]], []), AT)
    spoken.receive(change(102, "4999.5,buy,0"), AT)
    assert isinstance(spoken.receive(change(103, "1,neither,2"), AT)[0], Unknown)

    assert shown(spoken.streams[BTC]) == ({}, {Decimal(5000): Decimal(83)})
    assert names(spoken.receive(change(104, "1,buy,2"), AT)) == ["BookStale", "Fetch"]


@pytest.mark.parametrize(
    "body",
    [
        b'{"code":"400100","msg":"symbol not exists"}',
        b'{"code":"200000","data":{"sequence":null}}',
        b"x",
    ],
)
def test_a_snapshot_that_is_none_is_refused(body: bytes) -> None:
    spoken = admitted()
    spoken.subscribe(wanted(BTC), AT)
    (asked,) = spoken.receive(level2(9, 11, []), AT)
    assert isinstance(asked, Fetch)

    (refused,) = spoken.answered(asked.request, 200, body, AT)

    assert isinstance(refused, Refused)


def test_trades_and_best_prices_are_exact() -> None:
    spoken = admitted()
    trade = {
        "symbol": "BTC-USDT", "side": "sell", "size": "0.00001255", "price": "24093.9",
        "time": "1660608000026914990", "tradeId": "62fa",
    }  # fmt: skip
    best = {"asks": ["9989", "8"], "bids": ["9984", "10"], "timestamp": 1586948108193}

    def message(topic: str, data: object) -> str:
        return json.dumps({"type": "message", "topic": topic, "subject": "s", "data": data})

    assert spoken.receive(message("/market/match:BTC-USDT", trade), 5) == [
        Trade(
            BTC, "62fa", Decimal("24093.9"), Decimal("0.00001255"), Side.SELL,
            1660608000026914990, 5,
        )
    ]  # fmt: skip
    assert spoken.receive(message("/spotMarket/level1:BTC-USDT", best), 5) == [
        Bbo(
            BTC, Decimal(9984), Decimal(10), Decimal(9989), Decimal(8), 0,
            1586948108193 * 10**6, 5,
        )
    ]  # fmt: skip


def test_futures_are_listed_with_what_a_contract_is_worth() -> None:
    row = {
        "symbol": "XBTUSDTM", "type": "FFWCSX", "baseCurrency": "XBT", "quoteCurrency": "USDT",
        "settleCurrency": "USDT", "lotSize": 1, "tickSize": 0.1, "multiplier": 0.001,
        "isInverse": False, "status": "Open",
    }  # fmt: skip
    others = [row | {"isInverse": True}, row | {"type": "FFICSX"}, row | {"status": "Paused"}]
    feed = feeds.get("kucoin", "futures")

    body = json.dumps({"code": "200000", "data": [row, *others]}).encode()
    (listing,) = feed.page(feed.instruments(), body).listings

    assert (listing.pair, listing.symbol) == (BTC, "XBTUSDTM")
    assert (listing.tick, listing.step) == (Decimal("0.1"), Decimal(1))
    assert listing.contract_size == Decimal("0.001")


def test_a_renamed_asset_is_listed_by_its_new_name() -> None:
    row = {
        "symbol": "BCHSV-USDT", "name": "BSV-USDT", "baseMinSize": "0.01",
        "baseIncrement": "0.00000001", "priceIncrement": "0.001", "minFunds": "0.1",
        "enableTrading": True,
    }  # fmt: skip
    feed = feeds.get("kucoin", "spot")

    body = json.dumps({"data": [row, row | {"enableTrading": False}]}).encode()
    (listing,) = feed.page(feed.instruments(), body).listings

    assert (listing.pair, listing.symbol) == ("BSV/USDT", "BCHSV-USDT")
    with pytest.raises(OutcomeUnknown):
        feed.page(feed.instruments(), b'{"data":[{}]}')
