"""Binance's frames and answers become what they say, and its topics are asked for in its words."""

import gzip
import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from janym.domain.market import Bbo, Channel, Market, Pair, Subscription, Trade
from janym.domain.trading import Side
from janym.exchanges.binance.feed import FEEDS
from janym.ports.feeds import Close, Endpoint, Fetch, Refused, Send, Subscribed
from janym.usecases import replay

PAIR = Pair("BTC/USDT")
SPOT, FUTURES = FEEDS[Market.SPOT], FEEDS[Market.FUTURES]
INFO: dict[str, Any] = {
    "symbols": [
        {
            "symbol": "BTCUSDT",
            "status": "TRADING",
            "baseAsset": "BTC",
            "quoteAsset": "USDT",
            "contractType": "PERPETUAL",
            "filters": [
                {"filterType": "PRICE_FILTER", "tickSize": "0.10"},
                {"filterType": "LOT_SIZE", "stepSize": "0.001", "minQty": "0.001"},
                {"filterType": "MIN_NOTIONAL", "notional": "100"},
            ],
        },
        {
            "symbol": "BTCUSDT_260626",
            "status": "TRADING",
            "baseAsset": "BTC",
            "quoteAsset": "USDT",
            "contractType": "CURRENT_QUARTER",
            "filters": [],
        },
    ]
}


def test_futures_list_perpetuals_settled_in_usdt_alone() -> None:
    (listing,) = FUTURES.page(FUTURES.instruments(), json.dumps(INFO).encode()).listings

    assert (listing.pair, listing.symbol, listing.tick) == (PAIR, "BTCUSDT", Decimal("0.10"))
    assert (listing.scale.price_places, listing.scale.size_places) == (1, 3)


def endpoint(channel: Channel) -> Endpoint:
    return next(each for each in FUTURES.endpoints if channel in each.channels)


def test_a_subscription_is_asked_for_taken_and_given_its_snapshot() -> None:
    """S4-015."""
    page = FUTURES.page(FUTURES.instruments(), json.dumps(INFO).encode())
    session = FUTURES.session(endpoint(Channel.BOOK), {each.pair: each for each in page.listings})
    wanted = Subscription(pair=PAIR, channel=Channel.BOOK)

    assert session.subscribe([wanted], 0) == []
    (sent,) = session.opened(1)
    assert isinstance(sent, Send)
    assert json.loads(sent.frame) == {
        "method": "SUBSCRIBE",
        "params": ["btcusdt@depth@100ms"],
        "id": 1,
    }
    assert session.receive('{"result":null,"id":1}', 2) == [Subscribed(subscription=wanted)]
    frame = {"e": "depthUpdate", "E": 5, "s": "BTCUSDT", "U": 11, "u": 12, "pu": 10}
    data = frame | {"b": [["100", "1"]], "a": [["101", "1"]]}
    (fetch,) = session.receive(json.dumps({"stream": "btcusdt@depth@100ms", "data": data}), 3)
    assert isinstance(fetch, Fetch)
    assert (fetch.request.path, fetch.request.symbol) == ("/fapi/v1/depth", "BTCUSDT")


def test_a_channel_is_carried_by_its_own_endpoint_alone() -> None:
    page = FUTURES.page(FUTURES.instruments(), json.dumps(INFO).encode())
    session = FUTURES.session(endpoint(Channel.BOOK), {each.pair: each for each in page.listings})

    (refused,) = session.subscribe([Subscription(pair=PAIR, channel=Channel.TRADES)], 0)

    assert isinstance(refused, Refused)
    assert "public" in refused.reason


@pytest.mark.parametrize(
    ("frame", "expected"),
    [
        (
            (
                '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256322,'
                '"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}'
            ),
            Trade(
                PAIR,
                "5266583935",
                Decimal("61800.30"),
                Decimal("0.006"),
                Side.BUY,
                1723161256322_000_000,
                7,
            ),
        ),
        (
            '{"u":1127645101,"s":"BTCUSDT","b":"8010.0","B":"0.1","a":"8012.1","A":"0.03"}',
            Bbo(
                PAIR,
                Decimal("8010.0"),
                Decimal("0.1"),
                Decimal("8012.1"),
                Decimal("0.03"),
                1127645101,
                0,
                7,
            ),
        ),
        (
            '{"e":"serverShutdown","E":1770123456789}',
            Close(reason="the venue is about to restart", planned=True),
        ),
    ],
)
def test_other_frames_become_what_they_say(frame: str, expected: object) -> None:
    session = SPOT.session(SPOT.endpoints[0], {}, adopts=True)
    session.opened(0)

    assert list(session.receive(frame, 7)) == [expected]


@pytest.mark.corpus
def test_a_captured_hour_ends_in_the_book_that_its_numbers_say(captures: Path) -> None:
    """4,000 book messages of BTCUSDT futures, judged by dictionaries of decimals."""
    file = captures / "binance/hftbacktest/usdm/btcusdt_20240808.gz"
    with gzip.open(file) as lines:
        few = [line for line in islice(lines, 40_000) if b"@depth@" in line or b'"bids"' in line]

    book = replay.run(FUTURES, few)[PAIR]

    bids, asks, last = _oracle(few)
    assert (book["stale"], book["gaps"], book["sequence"]) == (False, 0, last)
    assert _numbers(book["bids"]) == sorted(bids.items(), reverse=True)[: len(book["bids"])]
    assert _numbers(book["asks"]) == sorted(asks.items())[: len(book["asks"])]
    assert min(len(book["bids"]), len(book["asks"])) == replay.SHOWN


Side_ = dict[Decimal, Decimal]


def _oracle(lines: list[bytes]) -> tuple[Side_, Side_, int]:
    messages = [json.loads(line.partition(b" ")[2]) for line in lines]
    snapshot = next(each for each in messages if "lastUpdateId" in each)
    sides: tuple[Side_, Side_] = (
        dict(_decimals(snapshot["bids"])),
        dict(_decimals(snapshot["asks"])),
    )
    last = snapshot["lastUpdateId"]
    for message in messages:
        data = message.get("data")
        if data is None or data["u"] < snapshot["lastUpdateId"]:
            continue
        for side, name in zip(sides, "ba", strict=True):
            side.update(_decimals(data[name]))
        last = data["u"]
    return (*({p: q for p, q in side.items() if q} for side in sides), last)  # type: ignore[return-value]


def _decimals(levels: list[list[str]]) -> Iterator[tuple[Decimal, Decimal]]:
    return ((Decimal(price), Decimal(size)) for price, size in levels)


def _numbers(levels: list[list[str]]) -> list[tuple[Decimal, Decimal]]:
    return list(_decimals(levels))
