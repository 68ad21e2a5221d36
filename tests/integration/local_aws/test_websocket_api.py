"""The limits of the laptop's WebSocket API, over a real socket; the functions are the test's."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import aiohttp
import pytest
from aiohttp import WSMsgType, web

from local import clock
from local.aws.cloud import SocketApi
from local.aws.serving import Listener, serving
from local.aws.websocket_api import BUFFER, LARGEST_MESSAGE, LARGEST_POST, WebSocketApi
from local.aws.worker import Outcome

if TYPE_CHECKING:
    from local.aws.functions import Functions

API = SocketApi(
    logical_id="Live",
    id="live",
    stage="live",
    selection="$request.body.action",
    routes={"$connect": "f", "$disconnect": "f", "$default": "f", "say": "said"},
)
SIGNED = {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}


@dataclass
class Called:
    """Functions that answer as the test says."""

    events: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue[dict[str, Any]])
    status: int = 200
    fails: bool = False

    async def invoke(self, name: str, event: bytes) -> Outcome:
        told = json.loads(event)
        self.events.put_nowait(told | {"function": name})
        if self.fails and told["requestContext"]["eventType"] == "MESSAGE":
            return Outcome.error("Broken", "it failed")
        return Outcome(payload=json.dumps({"statusCode": self.status}).encode(), failed=False)

    async def next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.events.get(), 30)


@dataclass(kw_only=True)
class Door:
    called: Called
    session: aiohttp.ClientSession
    port: int

    async def open(self) -> tuple[aiohttp.ClientWebSocketResponse, str]:
        ws = await self.session.ws_connect(f"http://127.0.0.1:{self.port}/live?ticket=t")
        connected = await self.called.next()
        return ws, connected["requestContext"]["connectionId"]

    async def manage(self, method: str, key: str, data: bytes = b"", **headers: str) -> int:
        url = f"http://127.0.0.1:{self.port}/live/@connections/{key}"
        async with self.session.request(
            method, url, data=data, headers=headers or SIGNED
        ) as answer:
            await answer.read()
            return answer.status


@asynccontextmanager
async def door(**limits: float) -> AsyncGenerator[Door]:
    called = Called()
    api = WebSocketApi(API, functions=cast("Functions", called), now=clock.now, **limits)
    app, management = api.application(), api.management()
    app.router.add_routes(
        [
            web.route(r.method, cast("web.Resource", r.resource).canonical, r.handler)
            for r in management.router.routes()
            if "@connections" in cast("web.Resource", r.resource).canonical and r.method != "HEAD"
        ]
    )
    async with (
        serving([Listener(app=app, port=0)]) as [port],
        aiohttp.ClientSession() as session,
    ):
        yield Door(called=called, session=session, port=port)


async def ended(ws: aiohttp.ClientWebSocketResponse) -> int:
    while (await ws.receive(timeout=30)).type is WSMsgType.TEXT:
        pass
    return ws.close_code or 0


async def test_a_life_is_three_kinds_of_events() -> None:
    async with door() as at:
        ws = await at.session.ws_connect(f"http://127.0.0.1:{at.port}/live?ticket=t")
        connected = await at.called.next()
        await ws.send_str('{"action":"say","n":1}')
        said = await at.called.next()
        await ws.send_str("no JSON")
        other = await at.called.next()
        await ws.close()
        gone = await at.called.next()

    assert connected["queryStringParameters"] == {"ticket": "t"}
    assert [e["requestContext"]["eventType"] for e in (connected, said, other, gone)] == [
        "CONNECT",
        "MESSAGE",
        "MESSAGE",
        "DISCONNECT",
    ]
    assert (said["function"], said["body"]) == ("said", '{"action":"say","n":1}')
    assert other["requestContext"]["routeKey"] == "$default"
    assert len({e["requestContext"]["connectionId"] for e in (connected, said, gone)}) == 1


async def test_a_handshake_that_the_function_refuses_opens_nothing() -> None:
    async with door() as at:
        at.called.status = 401
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await at.session.ws_connect(f"http://127.0.0.1:{at.port}/live")
    assert refused.value.status == 401


async def test_a_post_arrives_and_a_closed_socket_is_gone() -> None:
    async with door() as at:
        ws, key = await at.open()
        sent = await at.manage("POST", key, b"hello")
        heard = await ws.receive_str(timeout=30)
        known = await at.manage("GET", key)
        unsigned = await at.manage("POST", key, b"hello", X="1")
        too_large = await at.manage("POST", key, b"x" * (LARGEST_POST + 1))
        deleted = await at.manage("DELETE", key)
        code = await ended(ws)
        await at.called.next()
        gone = [await at.manage(m, key) for m in ("POST", "GET", "DELETE")]

    assert (sent, heard, known, unsigned, too_large, deleted) == (
        200,
        "hello",
        200,
        403,
        413,
        204,
    )
    assert (code, gone) == (1001, [410, 410, 410])


async def test_a_socket_lives_so_long() -> None:
    async with door(lifetime=0.05) as at:
        ws, _ = await at.open()
        assert await ended(ws) == 1001


async def test_a_socket_without_a_message_is_closed() -> None:
    async with door(idle=0.05) as at:
        ws, _ = await at.open()
        assert await ended(ws) == 1001


async def test_a_large_message_closes_the_socket() -> None:
    async with door() as at:
        ws, _ = await at.open()
        await ws.send_str("x" * (LARGEST_MESSAGE + 1))
        assert await ended(ws) == 1009


async def test_who_does_not_read_is_written_to_no_more() -> None:
    """Others go on: what waits for one socket is bounded."""
    async with door() as at:
        reader, writer = await asyncio.open_connection("127.0.0.1", at.port)
        writer.write(
            b"GET /live HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        )
        silent = (await at.called.next())["requestContext"]["connectionId"]
        await reader.readuntil(b"\r\n\r\n")
        ws, other = await at.open()
        frame, statuses = b"x" * LARGEST_POST, set[int]()
        for _ in range(200 * BUFFER // LARGEST_POST):
            statuses.add(await at.manage("POST", silent, frame))
            if 429 in statuses:
                break
        heard = await at.manage("POST", other, b"hello"), await ws.receive_str(timeout=30)
        writer.close()

    assert statuses == {200, 429}
    assert heard == (200, "hello")


async def test_a_function_that_fails_is_told_of() -> None:
    async with door() as at:
        ws, key = await at.open()
        at.called.fails = True
        await ws.send_str('{"action":"say"}')
        told = json.loads(await ws.receive_str(timeout=30))

    assert (told["message"], told["connectionId"]) == ("Internal server error", key)
