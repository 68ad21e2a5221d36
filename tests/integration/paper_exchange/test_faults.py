"""Each fault does what its name says, on the message it was told to strike, and counts it."""

import asyncio
import hashlib
import hmac
import http.client
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


async def listen(session: aiohttp.ClientSession, exchange: Any, keys: Any) -> Any:
    """Return a connection that is subscribed to the account."""
    socket = await session.ws_connect(f"{exchange.url}/ws-api/v3")
    params = {"apiKey": keys.api_key, "timestamp": int(time.time() * 1000)}  # noqa: TID251 - a client's clock
    payload = "&".join(f"{name}={value}" for name, value in sorted(params.items()))
    signature = hmac.new(keys.secret.encode(), payload.encode(), hashlib.sha256).hexdigest()
    request = {
        "id": 1,
        "method": "userDataStream.subscribe.signature",
        "params": params | {"signature": signature},
    }
    await socket.send_str(json.dumps(request))
    answer = await socket.receive_json(timeout=WAIT_S)
    assert answer["status"] == 200, answer
    return socket


async def reports(socket: Any, count: int) -> list[str]:
    """Return the client order ids of the next execution reports."""
    found: list[str] = []
    while len(found) < count:
        event = (await socket.receive_json(timeout=WAIT_S))["event"]
        if event["e"] == "executionReport":
            found.append(event["c"])
    return found


async def place(exchange: Any, keys: Any, *names: str) -> None:
    for name in names:
        await asyncio.to_thread(exchange.order, keys, newClientOrderId=name)


def test_accept_then_timeout_takes_the_order_and_says_nothing(exchange: Any) -> None:
    keys = exchange.account()
    fault = exchange.fault(kind="accept_then_timeout", on="order", nth=2, hold_ms=0)
    exchange.order(keys, newClientOrderId="first")

    with pytest.raises((http.client.HTTPException, ConnectionError)):
        exchange.order(keys, newClientOrderId="second")

    found = exchange.signed(
        keys, "GET", "/api/v3/order", symbol="ETHUSDT", origClientOrderId="second"
    )
    assert found.body["status"] == "NEW"
    assert exchange.hits(fault) == 1


def test_error_after_accept_takes_the_order_and_fails(exchange: Any) -> None:
    keys = exchange.account()
    fault = exchange.fault(kind="error_after_accept", on="order")

    answer = exchange.order(keys, newClientOrderId="one")

    assert (answer.status, answer.body["msg"]) == (
        503,
        "Unknown error, please check your request or try again later.",
    )
    assert [order["client_order_id"] for order in exchange.ledger(keys)["open_orders"]] == ["one"]
    assert exchange.hits(fault) == 1


def test_error_before_accept_takes_nothing(exchange: Any) -> None:
    keys = exchange.account()
    fault = exchange.fault(kind="error_before_accept", status=500)

    answer = exchange.order(keys)

    assert answer.status == 500
    assert exchange.ledger(keys)["orders"] == []
    assert exchange.hits(fault) == 1


def test_reject_key_strikes_its_key_alone(exchange: Any) -> None:
    ana, ben = exchange.account(), exchange.account()
    fault = exchange.fault(kind="reject_key", on="request", api_key=ana.api_key, count=2)

    struck = [exchange.signed(ana, "GET", "/api/v3/account") for _ in range(3)]
    spared = exchange.signed(ben, "GET", "/api/v3/account")

    assert [answer.status for answer in struck] == [401, 401, 200]
    assert struck[0].body["code"] == -2015
    assert spared.status == 200
    assert exchange.hits(fault) == 2


def test_rate_limit_says_when_to_come_back(exchange: Any) -> None:
    fault = exchange.fault(
        kind="rate_limit", on="request", retry_after_s=7, path="/api/v3/time", count=1
    )

    answer = exchange.call("GET", "/api/v3/time")

    assert (answer.status, answer.body["code"]) == (429, -1003)
    assert answer.headers["retry-after"] == "7"
    assert exchange.call("GET", "/api/v3/time").status == 200
    assert exchange.hits(fault) == 1


def test_clock_skew_moves_the_servers_clock(exchange: Any) -> None:
    keys = exchange.account()
    fault = exchange.fault(kind="clock_skew", offset_ms=-30_000)

    told = exchange.get("/api/v3/time")["serverTime"]
    answer = exchange.signed(keys, "GET", "/api/v3/account")

    assert time.time() * 1000 - told > 20_000  # noqa: TID251 - the client's own clock
    assert answer.body["code"] == -1021
    assert exchange.hits(fault) == 2


def test_maintenance_closes_everything_until_it_is_over(exchange: Any) -> None:
    keys = exchange.account()
    fault = exchange.fault(kind="maintenance")

    closed = [exchange.call("GET", "/api/v3/ping"), exchange.order(keys)]
    hits = exchange.hits(fault)
    exchange.control("DELETE", "faults")

    assert [answer.status for answer in closed] == [503, 503]
    assert hits == 2
    assert exchange.call("GET", "/api/v3/ping").status == 200


def test_withdrawals_appear_on_a_key(exchange: Any) -> None:
    keys = exchange.account()
    fault = exchange.fault(kind="withdrawals", api_key=keys.api_key)

    rights = exchange.signed(keys, "GET", "/sapi/v1/account/apiRestrictions").body

    assert rights["enableWithdrawals"] is True
    assert exchange.hits(fault) == 1


async def test_drop_frame_loses_the_nth(exchange: Any, session: aiohttp.ClientSession) -> None:
    keys = await asyncio.to_thread(exchange.account)
    socket = await listen(session, exchange, keys)
    drop = {"kind": "drop_frame", "on": "frame", "event": "executionReport", "nth": 2}
    fault = await asyncio.to_thread(lambda: exchange.fault(**drop))

    await place(exchange, keys, "a", "b", "c")

    assert await reports(socket, 2) == ["a", "c"]
    assert await asyncio.to_thread(exchange.hits, fault) == 1


async def test_duplicate_frame_comes_twice(exchange: Any, session: aiohttp.ClientSession) -> None:
    keys = await asyncio.to_thread(exchange.account)
    socket = await listen(session, exchange, keys)
    twice = {"kind": "duplicate_frame", "event": "executionReport"}
    fault = await asyncio.to_thread(lambda: exchange.fault(**twice))

    await place(exchange, keys, "a", "b")

    assert await reports(socket, 3) == ["a", "a", "b"]
    assert await asyncio.to_thread(exchange.hits, fault) == 1


async def test_reorder_frame_comes_after_the_next(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    keys = await asyncio.to_thread(exchange.account)
    socket = await listen(session, exchange, keys)
    late = {"kind": "reorder_frame", "event": "executionReport"}
    fault = await asyncio.to_thread(lambda: exchange.fault(**late))

    await place(exchange, keys, "a")
    first = (await socket.receive_json(timeout=WAIT_S))["event"]["e"]
    second = (await socket.receive_json(timeout=WAIT_S))["event"]["e"]

    assert (first, second) == ("outboundAccountPosition", "executionReport")
    assert await asyncio.to_thread(exchange.hits, fault) == 1


async def test_delay_frame_holds_the_line_up_and_keeps_the_order(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    keys = await asyncio.to_thread(exchange.account)
    slow = await listen(session, exchange, keys)
    delay = {"kind": "delay_frame", "event": "executionReport", "delay_ms": 300}
    fault = await asyncio.to_thread(lambda: exchange.fault(**delay))

    before = time.monotonic()
    await place(exchange, keys, "a", "b")

    assert await reports(slow, 2) == ["a", "b"]
    assert time.monotonic() - before >= 0.3, "a frame cannot come before its delay"
    assert await asyncio.to_thread(exchange.hits, fault) == 1


@pytest.mark.parametrize("on", ["order", "frame", "request"])
async def test_disconnect_closes_the_users_sockets(
    exchange: Any, session: aiohttp.ClientSession, on: str
) -> None:
    keys = await asyncio.to_thread(exchange.account)
    socket = await listen(session, exchange, keys)
    market = await session.ws_connect(f"{exchange.url}/ws/ethusdt@trade")
    cut = {"kind": "disconnect", "on": on, "api_key": keys.api_key}
    fault = await asyncio.to_thread(lambda: exchange.fault(**cut))

    await place(exchange, keys, "a")
    while (await socket.receive(timeout=WAIT_S)).type is aiohttp.WSMsgType.TEXT:
        pass

    assert socket.closed
    assert not market.closed
    assert await asyncio.to_thread(exchange.hits, fault) == 1
    again = await listen(session, exchange, keys)
    assert not again.closed


async def test_disconnect_may_mean_market_data(
    exchange: Any, session: aiohttp.ClientSession
) -> None:
    keys = await asyncio.to_thread(exchange.account)
    market = await session.ws_connect(f"{exchange.url}/ws/ethusdt@bookTicker")
    cut = {"kind": "disconnect", "on": "order", "target": "market"}
    fault = await asyncio.to_thread(lambda: exchange.fault(**cut))

    await place(exchange, keys, "a")
    while (await market.receive(timeout=WAIT_S)).type is aiohttp.WSMsgType.TEXT:
        pass

    assert market.closed
    assert await asyncio.to_thread(exchange.hits, fault) == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"kind": "explode"}, "kind"),
        ({}, "kind"),
        ({"kind": "drop_frame", "on": "order"}, "on"),
        ({"kind": "drop_frame", "nth": 0}, "nth"),
        ({"kind": "drop_frame", "count": "two"}, "count"),
        ({"kind": "drop_frame", "whatever": 1}, "whatever"),
        ({"kind": "disconnect", "target": "moon"}, "target"),
        ({"kind": "error_after_accept", "status": 200}, "status"),
        ({"kind": "delay_frame", "delay_ms": -1}, "delay_ms"),
    ],
)
def test_a_bad_fault_is_refused_by_its_fields_name(
    exchange: Any, fields: dict[str, Any], field: str
) -> None:
    answer = exchange.call("POST", "/control/faults", body=json.dumps(fields))

    assert (answer.status, answer.body["field"]) == (400, field)
    assert exchange.control("GET", "faults") == []
