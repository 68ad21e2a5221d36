"""Both socket libraries behind one interface, against a real server: the same tests for each."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from socket import SHUT_RDWR

import pytest
from aiohttp import WSMsgType, web

from janym.live.dialing import Library, best, dialer
from janym.live.sockets import ConnectionRefused, Dial, Socket

Talk = Callable[[web.WebSocketResponse], Awaitable[None]]


@dataclass
class Heard:
    """A listener that remembers."""

    frames: list[bytes] = field(default_factory=list[bytes])
    endings: list[str] = field(default_factory=list[str])
    sockets: list[Socket] = field(default_factory=list[Socket])
    pings: int = 0
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    fails_on: bytes = b"-"

    def opened(self, socket: Socket) -> None:
        self.sockets.append(socket)

    def frame(self, payload: bytes) -> None:
        if payload == self.fails_on:
            raise ValueError("not understood")
        self.frames.append(payload)
        self.changed.set()

    def pinged(self) -> None:
        self.pings += 1

    def closed(self, reason: str) -> None:
        self.endings.append(reason)
        self.changed.set()

    async def until(self, seen: Callable[["Heard"], bool]) -> None:
        async with asyncio.timeout(10):
            while not seen(self):
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture(params=list(Library))
def dial(request: pytest.FixtureRequest) -> Dial:
    return dialer(request.param)


@asynccontextmanager
async def server(talk: Talk) -> AsyncGenerator[str]:
    async def handle(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await talk(socket)
        return socket

    async def refuse(_: web.Request) -> web.Response:
        return web.Response(status=429, headers={"Retry-After": "7"})

    app = web.Application()
    app.router.add_get("/ws", handle)
    app.router.add_get("/refuse", refuse)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"ws://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def test_frames_come_in_order_and_answers_go_out(dial: Dial) -> None:
    said: list[str | bytes] = []

    async def talk(socket: web.WebSocketResponse) -> None:
        said.append((await socket.receive()).data)
        said.append((await socket.receive()).data)
        for number in range(1000):
            await socket.send_str(f"t{number}")
        await socket.send_bytes(b"\x00\xff")
        await socket.receive()

    heard = Heard()
    async with server(talk) as url:
        socket = await dial(f"{url}/ws", heard)
        socket.send("text")
        socket.send(b"bytes")
        await heard.until(lambda h: len(h.frames) == 1001)
        socket.close()
        await heard.until(lambda h: bool(h.endings))

    assert heard.sockets
    assert said == ["text", b"bytes"]
    assert heard.frames == [*(f"t{number}".encode() for number in range(1000)), b"\x00\xff"]


async def test_a_ping_is_answered_with_its_own_payload(dial: Dial) -> None:
    """Binance cuts who does not return the payload of its ping."""
    answered: asyncio.Queue[tuple[WSMsgType, bytes]] = asyncio.Queue()

    async def talk(socket: web.WebSocketResponse) -> None:
        await socket.ping(b"1763694000123")
        message = await socket.receive()
        answered.put_nowait((message.type, bytes(message.data)))

    heard = Heard()
    async with server(talk) as url:
        await dial(f"{url}/ws", heard)
        async with asyncio.timeout(10):
            answer = await answered.get()
        await heard.until(lambda h: bool(h.endings))

    assert answer == (WSMsgType.PONG, b"1763694000123")
    assert heard.pings == 1


async def test_our_own_ping_goes_out(dial: Dial) -> None:
    heard_ping: asyncio.Queue[WSMsgType] = asyncio.Queue()

    async def talk(socket: web.WebSocketResponse) -> None:
        heard_ping.put_nowait((await socket.receive()).type)

    heard = Heard()
    async with server(talk) as url:
        socket = await dial(f"{url}/ws", heard)
        socket.ping()
        async with asyncio.timeout(10):
            assert await heard_ping.get() is WSMsgType.PING
        await heard.until(lambda h: bool(h.endings))


async def test_the_venues_reason_for_closing_is_told_once(dial: Dial) -> None:
    async def talk(socket: web.WebSocketResponse) -> None:
        await socket.close(code=1008, message=b"too many requests")

    heard = Heard()
    async with server(talk) as url:
        await dial(f"{url}/ws", heard)
        await heard.until(lambda h: bool(h.endings))

    assert len(heard.endings) == 1
    assert "1008" in heard.endings[0]
    assert "too many requests" in heard.endings[0]


async def test_a_cut_line_ends_the_connection(dial: Dial) -> None:
    async def talk(socket: web.WebSocketResponse) -> None:
        await socket.send_str("last")
        line = socket.get_extra_info("socket")
        line.shutdown(SHUT_RDWR)

    heard = Heard()
    async with server(talk) as url:
        await dial(f"{url}/ws", heard)
        await heard.until(lambda h: bool(h.endings))

    assert len(heard.endings) == 1


async def test_a_listener_that_fails_ends_its_connection(dial: Dial) -> None:
    """A frame that breaks us is not passed over in silence: the connection is begun anew."""

    async def talk(socket: web.WebSocketResponse) -> None:
        await socket.send_str("good")
        await socket.send_str("bad")
        await socket.receive()

    heard = Heard(fails_on=b"bad")
    async with server(talk) as url:
        await dial(f"{url}/ws", heard)
        await heard.until(lambda h: bool(h.endings))

    assert heard.frames == [b"good"]
    assert heard.endings == ["ValueError: not understood"]


async def test_a_refusal_says_when_to_come_again(dial: Dial) -> None:
    async def talk(_: web.WebSocketResponse) -> None: ...

    async with server(talk) as url:
        with pytest.raises(ConnectionRefused) as refused:
            await dial(f"{url}/refuse", Heard())

    assert refused.value.status == 429
    assert refused.value.retry_after_s == 7


async def test_nobody_there_is_a_refusal(dial: Dial) -> None:
    async def talk(_: web.WebSocketResponse) -> None: ...

    async with server(talk) as url:
        gone = url
    with pytest.raises(ConnectionRefused, match=r"127\.0\.0\.1"):
        await dial(f"{gone}/ws", Heard())


def test_without_picows_websockets_carry_the_frames() -> None:
    assert best(lambda _: object()) is Library.PICOWS
    assert best(lambda _: None) is Library.WEBSOCKETS
