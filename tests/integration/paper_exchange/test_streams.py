"""Streams: a book rebuilt from snapshot and diffs, trades, tickers, and the user's own events."""

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

WAIT_S = 20


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def ask(socket: aiohttp.ClientWebSocketResponse, **message: Any) -> Any:
    """Send a request and return its answer; event frames before it are dropped."""
    await socket.send_str(json.dumps(message))
    while True:
        answer = await socket.receive_json(timeout=WAIT_S)
        if "id" in answer:
            return answer


async def subscribe_user(socket: aiohttp.ClientWebSocketResponse, keys: Any) -> Any:
    params = {"apiKey": keys.api_key, "timestamp": int(time.time() * 1000)}  # noqa: TID251 - a client's clock
    payload = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
    signature = hmac.new(keys.secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
    return await ask(
        socket,
        id="me",
        method="userDataStream.subscribe.signature",
        params=params | {"signature": signature},
    )


async def frames(
    socket: aiohttp.ClientWebSocketResponse, count: int, kind: str | None = None
) -> list[Any]:
    """Return the next frames, of one event kind where it is named."""
    found: list[Any] = []
    while len(found) < count:
        frame = await socket.receive_json(timeout=WAIT_S)
        event = frame.get("event", frame)
        if kind is None or event.get("e") == kind:
            found.append(event)
    return found


def apply(side: dict[str, str], levels: list[list[str]]) -> None:
    for price, size in levels:
        if float(size):
            side[price] = size
        else:
            side.pop(price, None)


async def test_a_snapshot_and_the_diffs_after_it_make_the_book(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    """The procedure that Binance documents, with users' orders between the steps."""
    keys = await asyncio.to_thread(exchange.account)
    async with session.ws_connect(f"{exchange.url}/ws") as socket:
        await ask(socket, id=1, method="SUBSCRIBE", params=["ethusdt@depth@100ms"])
        await asyncio.to_thread(exchange.steps, 3)
        await asyncio.to_thread(exchange.order, keys, price="1990", quantity="0.3")
        snapshot = await asyncio.to_thread(
            exchange.get, "/api/v3/depth", symbol="ETHUSDT", limit=5000
        )
        await asyncio.to_thread(exchange.order, keys, price="1991", quantity="0.3")
        await asyncio.to_thread(exchange.steps, 10)
        final = await asyncio.to_thread(exchange.get, "/api/v3/depth", symbol="ETHUSDT", limit=5000)

        bids, asks = dict(snapshot["bids"]), dict(snapshot["asks"])
        at, last_u = snapshot["lastUpdateId"], None
        while at < final["lastUpdateId"]:
            (event,) = await frames(socket, 1, "depthUpdate")
            assert last_u is None or event["U"] == last_u + 1, "diffs follow on each other"
            last_u = event["u"]
            if event["u"] <= snapshot["lastUpdateId"]:
                continue
            assert event["U"] <= at + 1, "nothing is missing"
            apply(bids, event["b"])
            apply(asks, event["a"])
            at = event["u"]

    assert bids == dict(final["bids"])
    assert asks == dict(final["asks"])
    assert len(bids) > 20
    assert len(asks) > 20


async def test_trades_are_told_singly_and_gathered(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    keys = await asyncio.to_thread(exchange.account)
    async with session.ws_connect(f"{exchange.url}/ws/ethusdt@trade") as socket:
        await ask(socket, id="x", method="SUBSCRIBE", params=["ethusdt@aggTrade"])
        market = {"type": "MARKET", "timeInForce": None, "price": None, "quantity": "3"}
        answer = await asyncio.to_thread(exchange.order, keys, **market)
        fills = answer.body["fills"]
        told = await frames(socket, 2 * len(fills))

    trades = [event for event in told if event["e"] == "trade"]
    gathered = [event for event in told if event["e"] == "aggTrade"]
    assert [(one["t"], one["p"], one["q"]) for one in trades] == [
        (fill["tradeId"], fill["price"], fill["qty"]) for fill in fills
    ]
    assert all(one["m"] is False for one in trades), "the buyer took"
    assert [(one["f"], one["l"]) for one in gathered] == [(one["t"], one["t"]) for one in trades]


async def test_combined_streams_are_wrapped_with_their_name(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    url = f"{exchange.url}/stream?streams=ethusdt@bookTicker/ethusdt@depth5"
    async with session.ws_connect(url) as socket:
        answer = await ask(socket, id=3, method="LIST_SUBSCRIPTIONS")
        await asyncio.to_thread(exchange.steps, 1)
        seen: dict[str, Any] = {}
        while len(seen) < 2:
            frame = await socket.receive_json(timeout=WAIT_S)
            seen[frame["stream"]] = frame["data"]

    assert answer == {"result": ["ethusdt@bookTicker", "ethusdt@depth5"], "id": 3}
    assert len(seen["ethusdt@depth5"]["bids"]) == 5
    assert float(seen["ethusdt@bookTicker"]["b"]) < float(seen["ethusdt@bookTicker"]["a"])


async def test_an_unsubscribed_stream_is_silent(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    async with session.ws_connect(f"{exchange.url}/ws/ethusdt@depth/btcusdt@depth") as socket:
        await ask(socket, id=1, method="UNSUBSCRIBE", params=["ethusdt@depth"])
        await asyncio.to_thread(exchange.steps, 3)
        told = await frames(socket, 3)

    assert {event["s"] for event in told} == {"BTCUSDT"}


@pytest.mark.parametrize("text", ["nonsense", "[]", '{"method": "DANCE", "id": 1}'])
async def test_a_bad_request_is_answered_with_an_error(
    exchange: Any, session: aiohttp.ClientSession, text: str
) -> None:
    async with session.ws_connect(f"{exchange.url}/ws") as socket:
        await socket.send_str(text)
        answer = await socket.receive_json(timeout=WAIT_S)

    assert answer["error"]["code"] in (2, 3)


async def test_the_user_stream_tells_an_order_from_birth_to_end(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    keys = await asyncio.to_thread(exchange.account)
    async with session.ws_connect(f"{exchange.url}/ws-api/v3") as socket:
        answer = await subscribe_user(socket, keys)
        placed = await asyncio.to_thread(exchange.order, keys, newClientOrderId="one")
        cancel = {"symbol": "ETHUSDT", "origClientOrderId": "one"}
        await asyncio.to_thread(exchange.signed, keys, "DELETE", "/api/v3/order", **cancel)
        born, locked, ended, freed = await frames(socket, 4)

    assert (answer["status"], answer["result"]) == (200, {"subscriptionId": 0})
    assert (born["x"], born["X"], born["c"], born["C"]) == ("NEW", "NEW", "one", "")
    assert (ended["x"], ended["X"], ended["C"]) == ("CANCELED", "CANCELED", "one")
    assert ended["c"] != "one"
    assert born["i"] == ended["i"] == placed.body["orderId"]
    assert {"a": "USDT", "f": "19850.00000000", "l": "150.00000000"} in locked["B"]
    assert {"a": "USDT", "f": "20000.00000000", "l": "0.00000000"} in freed["B"]


async def test_the_user_stream_tells_each_fill_with_its_fee(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    keys = await asyncio.to_thread(exchange.account, fee_asset="BNB")
    bid, _ = await asyncio.to_thread(exchange.top)
    async with session.ws_connect(f"{exchange.url}/ws-api/v3") as socket:
        await subscribe_user(socket, keys)
        await asyncio.to_thread(exchange.order, keys, price=str(bid - 4), quantity="0.5")
        await asyncio.to_thread(exchange.steps, 16)
        reports = await frames(socket, 3, "executionReport")
        ledger = await asyncio.to_thread(exchange.ledger, keys)

    fills = [report for report in reports if report["x"] == "TRADE"]
    assert [fill["X"] for fill in fills] == ["PARTIALLY_FILLED", "FILLED"]
    assert [(f["t"], float(f["l"]), float(f["n"]), f["N"], f["m"]) for f in fills] == [
        (f["trade_id"], float(f["quantity"]), float(f["fee"]), "BNB", True) for f in ledger["fills"]
    ]


async def test_a_user_stream_wants_a_good_signature(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    keys = await asyncio.to_thread(exchange.account)
    forged = type(keys)(api_key=keys.api_key, secret="x" * 64)
    async with session.ws_connect(f"{exchange.url}/ws-api/v3") as socket:
        answer = await subscribe_user(socket, forged)

    assert (answer["status"], answer["error"]["code"]) == (400, -1022)


async def test_one_account_is_subscribed_once_per_connection(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    keys = await asyncio.to_thread(exchange.account)
    async with session.ws_connect(f"{exchange.url}/ws-api/v3") as socket:
        await subscribe_user(socket, keys)
        again = await subscribe_user(socket, keys)

    assert again["status"] == 400
