"""Bybit's streams: a book kept by `u`, trades, and an account's own frames under faults."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from tests.integration.paper_exchange import bybit_client as bybit


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def public(exchange: Any, session: aiohttp.ClientSession) -> AsyncIterator[Any]:
    async with session.ws_connect(f"{exchange.url}/v5/public/spot") as socket:
        yield socket


@pytest.fixture
async def private(exchange: Any, session: aiohttp.ClientSession) -> AsyncIterator[Any]:
    async with session.ws_connect(f"{exchange.url}/v5/private") as socket:
        yield socket


def apply(side: dict[str, str], levels: list[list[str]]) -> None:
    for price, size in levels:
        if float(size):
            side[price] = size
        else:
            del side[price]


@pytest.mark.parametrize("depth", [50, 200])
async def test_a_snapshot_and_its_deltas_make_the_book(
    exchange: Any, public: Any, depth: int
) -> None:
    """Each `u` follows the one before it, and the book of REST has the same numbers."""
    keys = await asyncio.to_thread(exchange.account)
    topic = f"orderbook.{depth}.ETHUSDT"
    await public.send_json({"op": "subscribe", "args": [topic]})
    [snapshot] = await bybit.frames(public, 1, topic)
    bids, asks = dict(snapshot["data"]["b"]), dict(snapshot["data"]["a"])
    await asyncio.to_thread(exchange.order, keys, price="1990", quantity="0.3")

    await asyncio.to_thread(exchange.steps, 10)
    deltas = await bybit.frames(public, 10, topic)

    numbers = [frame["data"]["u"] for frame in (snapshot, *deltas)]
    assert numbers == list(range(numbers[0], numbers[0] + 11))
    assert [frame["type"] for frame in deltas] == ["delta"] * 10
    for frame in deltas:
        apply(bids, frame["data"]["b"])
        apply(asks, frame["data"]["a"])
    final = await asyncio.to_thread(
        exchange.get, "/v5/market/orderbook", category="spot", symbol="ETHUSDT", limit=depth
    )
    assert (bids, asks) == (dict(final["result"]["b"]), dict(final["result"]["a"]))
    assert (final["result"]["u"], "1990" in bids) == (numbers[-1], True)


async def test_the_top_comes_as_snapshots(exchange: Any, public: Any) -> None:
    topic = "orderbook.1.ETHUSDT"
    await public.send_json({"op": "subscribe", "args": [topic]})
    await asyncio.to_thread(exchange.steps, 2)

    found = await bybit.frames(public, 3, topic)

    assert {frame["type"] for frame in found} == {"snapshot"}
    assert all(len(frame["data"]["b"]) == len(frame["data"]["a"]) == 1 for frame in found)


async def test_a_trade_is_told_with_its_takers_side(exchange: Any, public: Any) -> None:
    keys = await asyncio.to_thread(exchange.account)
    await bybit.ask(public, "subscribe", "publicTrade.BNBUSDT", "tickers.BNBUSDT")

    await asyncio.to_thread(
        bybit.order, exchange, keys, symbol="BNBUSDT", side="Sell", orderType="Market", qty="0.1"
    )

    [frame] = await bybit.frames(public, 1, "publicTrade.BNBUSDT")
    [trade] = frame["data"]
    assert (trade["S"], trade["v"], trade["s"]) == ("Sell", "0.1", "BNBUSDT")


async def test_a_ping_is_answered(public: Any, private: Any) -> None:
    """K-20: the client pings, every 20 s."""
    spot, own = await bybit.ask(public, "ping"), await bybit.ask(private, "ping")

    assert (spot["op"], spot["ret_msg"], spot["req_id"]) == ("ping", "pong", "me")
    assert own["op"] == "pong"


@pytest.mark.parametrize(
    "topics",
    [["orderbook.5.ETHUSDT"], ["orderbook.50.XXXUSDT"], ["weather"], ["tickers.ETHUSDT"] * 11],
)
async def test_what_cannot_be_subscribed_is_refused(public: Any, topics: list[str]) -> None:
    answer = await bybit.ask(public, "subscribe", *topics)

    assert answer["success"] is False
    assert answer["ret_msg"]


async def test_an_account_hears_its_executions_orders_and_money(
    exchange: Any, private: Any
) -> None:
    keys = await asyncio.to_thread(exchange.account, fee_asset=None)
    assert (await bybit.authenticate(private, keys))["success"] is True
    for topic in ("order", "execution", "wallet"):
        assert (await bybit.ask(private, "subscribe", topic))["success"] is True

    await asyncio.to_thread(
        bybit.order, exchange, keys, symbol="BNBUSDT", side="Sell", orderType="Market", qty="0.1"
    )

    heard = [await private.receive_json(timeout=bybit.WAIT_S) for _ in range(4)]
    assert [frame["topic"] for frame in heard] == ["order", "execution", "order", "wallet"]
    assert heard[0]["data"][0]["orderStatus"] == "New"
    assert heard[2]["data"][0]["orderStatus"] == "Filled"
    [execution] = heard[1]["data"]
    [fill] = (await asyncio.to_thread(exchange.ledger, keys))["fills"]
    assert (execution["execId"], execution["feeCurrency"]) == (str(fill["trade_id"]), "USDT")
    coins = {coin["coin"]: coin["walletBalance"] for coin in heard[3]["data"][0]["coin"]}
    assert coins["BNB"] == "4.9"


async def test_a_stranger_hears_nothing(exchange: Any, private: Any) -> None:
    keys = await asyncio.to_thread(exchange.account)
    wrong = type(keys)(api_key=keys.api_key, secret="other")

    assert (await bybit.ask(private, "subscribe", "order"))["success"] is False
    assert (await bybit.authenticate(private, wrong))["success"] is False
    assert (await private.receive(timeout=bybit.WAIT_S)).type is aiohttp.WSMsgType.CLOSE


async def test_faults_strike_an_accounts_frames(exchange: Any, private: Any) -> None:
    keys = await asyncio.to_thread(exchange.account)
    await bybit.authenticate(private, keys)
    await bybit.ask(private, "subscribe", "order")
    about = {"api_key": keys.api_key, "event": "order", "count": 1}
    await asyncio.to_thread(exchange.fault, kind="drop_frame", nth=1, **about)
    await asyncio.to_thread(exchange.fault, kind="duplicate_frame", nth=2, **about)

    for name in ("dropped", "doubled"):
        await asyncio.to_thread(bybit.order, exchange, keys, orderLinkId=name)

    heard = await bybit.frames(private, 2, "order")
    assert [frame["data"][0]["orderLinkId"] for frame in heard] == ["doubled", "doubled"]


async def test_a_disconnect_closes_the_accounts_connection(exchange: Any, private: Any) -> None:
    keys = await asyncio.to_thread(exchange.account)
    await bybit.authenticate(private, keys)
    await asyncio.to_thread(exchange.fault, kind="disconnect", on="order", api_key=keys.api_key)

    await asyncio.to_thread(bybit.order, exchange, keys)

    assert (await private.receive(timeout=bybit.WAIT_S)).type is aiohttp.WSMsgType.CLOSE
