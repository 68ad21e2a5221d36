"""HTX's words: gzip, its pings, books asked for on the socket, and JSON numbers that stay exact."""

import gzip
import json
from decimal import Decimal
from typing import Any

from janym.domain.market import Bbo, BookState, Channel, Depth, Pair, Trade
from janym.domain.trading import Side
from janym.live import feeds
from janym.ports.feeds import Refused, Send, Session, Subscribed, Unknown
from tests.fakes.listening import AT, names, sent, session, shown, wanted

BTC = Pair("BTC/USDT")
MBP = "market.btcusdt.mbp.400"
SWAP = "market.BTC-USDT.depth.size_150.high_freq"


def spot(endpoint: int = 0) -> Session:
    spoken = session("htx", "spot", {"BTC/USDT": "btcusdt"}, endpoint=endpoint)
    spoken.opened(AT)
    return spoken


def swaps() -> Session:
    spoken = session("htx", "futures", {"BTC/USDT": "BTC-USDT"})
    spoken.opened(AT)
    return spoken


def packed(frame: str | dict[str, Any]) -> bytes:
    return gzip.compress((frame if isinstance(frame, str) else json.dumps(frame)).encode())


def mbp(previous: int, number: int, sides: str) -> bytes:
    """`sides` is JSON as HTX writes it, numbers and all."""
    return packed(
        f'{{"ch":"{MBP}","ts":{number},"tick":{{"seqNum":{number},"prevSeqNum":{previous},'
        f"{sides}}}}}"
    )


def high_freq(version: int, bids: list[list[float]], event: str = "update") -> bytes:
    tick = {"event": event, "version": version, "bids": bids, "asks": [[101, 3]], "ts": version}
    return packed({"ch": SWAP, "ts": version, "tick": tick})


def test_a_ping_is_answered_with_its_own_number() -> None:
    """S4-012."""
    assert spot().receive(packed('{"ping":1492420473027}'), AT) == [
        Send(frame='{"pong":1492420473027}', urgent=True)
    ]


def test_books_stand_at_another_address_than_trades() -> None:
    (asked,) = sent(spot().subscribe(wanted(BTC), AT))
    (refused,) = spot().subscribe(wanted(BTC, channel=Channel.TRADES), AT)
    trades = sent(spot(endpoint=1).subscribe(wanted(BTC, channel=Channel.TRADES), AT))

    assert asked == {"sub": MBP, "id": "1"}
    assert isinstance(refused, Refused)
    assert trades == [{"sub": "market.btcusdt.trade.detail", "id": "1"}]


def test_depths_of_a_swap_are_topics_of_their_own() -> None:
    """S4-027."""
    spoken = swaps()

    (shallow,) = sent(spoken.subscribe(wanted(BTC, depth=Depth.TWENTY), AT))
    (deep,) = sent(spoken.subscribe(wanted(BTC, depth=Depth.FIFTY), AT))

    assert shallow == {
        "sub": "market.BTC-USDT.depth.size_20.high_freq",
        "id": "1",
        "data_type": "incremental",
    }
    assert deep["sub"] == SWAP


def test_what_is_taken_and_what_is_not() -> None:
    spoken = spot()
    spoken.subscribe(wanted(BTC), AT)

    taken = spoken.receive(packed({"id": "1", "status": "ok", "subbed": MBP, "ts": 1}), AT)
    spoken.subscribe(wanted(BTC), AT)
    error = {"id": "1", "status": "error", "err-code": "bad-request", "err-msg": "no such topic"}
    (refused,) = spoken.receive(packed(error), AT)

    assert taken == [Subscribed(subscription=wanted(BTC)[0])]
    assert isinstance(refused, Refused)
    assert refused.reason == "no such topic (bad-request)"


def test_a_spot_book_is_asked_for_on_the_same_connection() -> None:
    spoken = spot()
    spoken.subscribe(wanted(BTC), AT)

    (asked,) = sent(spoken.receive(mbp(10, 20, '"bids":[[6.22e-08,1.98E-4]]'), AT))
    assert asked["req"] == MBP
    answer = f'{{"id":"s2","status":"ok","rep":"{MBP}","data":{{"seqNum":20,"bids":[[5e-08,7]],'
    answer += '"asks":[[0.1,26.755973959140651643]]}}'
    assert spoken.receive(packed(answer), AT) == []
    effects = spoken.receive(mbp(20, 25, '"bids":[[6.22e-08,1.98E-4]]'), AT)

    assert names(effects) == ["BookUpdate", "BookLive"]
    assert shown(spoken.streams[BTC]) == (
        {Decimal("6.22E-8"): Decimal("0.000198"), Decimal("5E-8"): Decimal(7)},
        {Decimal("0.1"): Decimal("26.755973959140651643")},
    )
    assert names(spoken.receive(mbp(26, 30, '"asks":[]'), AT)) == ["BookStale", "Send"]


def test_a_swap_begins_with_a_snapshot_and_counts_on() -> None:
    spoken = swaps()
    spoken.subscribe(wanted(BTC), AT)

    first = spoken.receive(high_freq(7, [[100.1, 5]], "snapshot"), AT)
    second = spoken.receive(high_freq(8, [[100.1, 0], [99.5, 2]]), AT)
    third = spoken.receive(high_freq(10, [[100.1, 5]]), AT)

    assert names(first) == ["BookUpdate", "BookLive"]
    assert names(second) == ["BookUpdate"]
    assert shown(spoken.streams[BTC])[0] == {Decimal("99.5"): Decimal(2)}
    assert names(third) == ["BookStale", "Send", "Send"]
    assert spoken.streams[BTC].state is BookState.STALE
    assert sent(third)[0]["unsub"] == SWAP
    mended = spoken.receive(high_freq(11, [[100, 5]], "snapshot"), AT)
    assert names(mended) == ["BookUpdate", "BookLive"]


def test_levels_that_fall_out_of_the_depth_are_forgotten() -> None:
    spoken = swaps()
    spoken.subscribe(wanted(BTC), AT)
    spoken.receive(high_freq(1, [[100 - rank / 2, 1] for rank in range(150)], "snapshot"), AT)

    spoken.receive(high_freq(2, [[100.5, 1]]), AT)

    bids = shown(spoken.streams[BTC])[0]
    assert len(bids) == 150
    assert Decimal("25.5") not in bids


def test_whole_books_and_merged_ones_are_read_as_what_they_are() -> None:
    feed = feeds.get("htx", "spot")
    spoken = feed.session(feed.endpoints[0], {}, adopts=True)
    tick = {"bids": [[10, 1]], "asks": [[11, 2]], "version": 5, "ts": 1}

    step0 = {"ch": "market.btcusdt.depth.step0", "ts": 1, "tick": tick}
    effects = spoken.receive(packed(step0), AT)

    assert names(effects) == ["BookUpdate", "BookLive"]
    assert shown(spoken.streams[BTC]) == ({Decimal(10): Decimal(1)}, {Decimal(11): Decimal(2)})


def test_trades_and_best_prices_of_both_markets() -> None:
    trade = (
        '{"ch":"market.btcusdt.trade.detail","ts":2,"tick":{"id":1,"ts":2,"data":[{"id":'
        '123140716701236887569077664,"ts":2,"tradeId":102357140867,"amount":1.98E-4,'
        '"price":58911.07,"direction":"sell"}]}}'
    )
    tick = {"seqId": 9, "ask": 7543.59, "askSize": 2.3, "bid": 7541.16, "bidSize": 0.002329}
    best = {"ch": "market.btcusdt.bbo", "ts": 3, "tick": tick | {"quoteTime": 3}}
    one_sided = {"bid": [31784.1, 5911], "ask": None, "version": 8, "ts": 4}
    swap = {"ch": "market.BTC-USDT.bbo", "ts": 4, "tick": one_sided}

    assert spot(1).receive(packed(trade), 5) == [
        Trade(
            BTC, "102357140867", Decimal("58911.07"), Decimal("0.000198"), Side.SELL, 2 * 10**6, 5
        )
    ]  # fmt: skip
    assert spot(1).receive(packed(best), 5) == [
        Bbo(
            BTC, Decimal("7541.16"), Decimal("0.002329"), Decimal("7543.59"), Decimal("2.3"), 9,
            3 * 10**6, 5,
        )
    ]  # fmt: skip
    assert swaps().receive(packed(swap), 5) == [
        Bbo(BTC, Decimal("31784.1"), Decimal(5911), None, Decimal(0), 8, 4 * 10**6, 5)
    ]


def test_what_nobody_reads_is_named() -> None:
    (kline,) = spot().receive(packed({"ch": "market.btcusdt.kline.1min", "tick": {}}), AT)

    assert isinstance(kline, Unknown)
    assert kline.reason == "channel 'market.btcusdt.kline.1min' is not read"


def test_instruments_of_both_markets() -> None:
    pair = {"symbol": "btcusdt", "state": "online", "bc": "btc", "qc": "usdt", "pp": 2, "ap": 6}
    pair |= {"minoa": 0.00001, "minov": 5}
    swap = {"symbol": "BTC", "contract_code": "BTC-USDT", "contract_size": 0.001}
    swap |= {"price_tick": 0.1, "contract_status": 1, "business_type": "swap"}

    def listed(market: str, *rows: dict[str, Any]) -> Any:
        feed = feeds.get("htx", market)
        body = json.dumps({"status": "ok", "data": rows}).encode()
        (listing,) = feed.page(feed.instruments(), body).listings
        return listing

    one = listed("spot", pair, pair | {"state": "offline"})
    other = listed(
        "futures",
        swap,
        swap | {"contract_code": "BTC-USDT-211203", "business_type": "futures"},
        swap | {"contract_status": 3},
    )

    assert (one.pair, one.tick, one.step) == (BTC, Decimal("0.01"), Decimal("0.000001"))
    assert (other.pair, other.symbol, other.contract_size) == (BTC, "BTC-USDT", Decimal("0.001"))
    assert (other.tick, other.step) == (Decimal("0.1"), Decimal(1))
