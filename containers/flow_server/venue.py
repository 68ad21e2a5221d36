"""One market of Binance as it is served: sockets, snapshots, limits, cuts on demand."""

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from containers.flow_server import binance
from containers.flow_server.budgets import Window
from containers.flow_server.flow import Flow

CONNECTIONS, CONNECTIONS_PER_S = 300, 300.0
WEIGHT = {"spot": 6000, "futures": 2400}
WEIGHT_PER_S = 60.0
PING_EVERY_S = 20.0
PONG_WITHIN_S = 60.0
SLOWEST_BYTES = 64 * 2**20
"""A client that lets so much wait is cut."""


@dataclass(slots=True, eq=False)
class Client:
    """One connection and what it asked for."""

    socket: web.WebSocketResponse
    transport: asyncio.Transport
    messages: Window
    topics: set[str] = field(default_factory=set[str])
    ponged_at: float = 0.0

    def write(self, frame: str) -> None:
        """Send without waiting; who does not read is cut."""
        if self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > SLOWEST_BYTES:
            self.transport.abort()
            return
        self.transport.write(_text_frame(frame.encode()))


class Venue:
    """Serves one market.

    Args:
        market: `spot` or `futures`.
        flow: its books.
        now: seconds, for limits.
    """

    def __init__(self, market: str, flow: Flow, *, now: Callable[[], float]) -> None:
        self.market = market
        self.flow = flow
        self.clients: set[Client] = set()
        self.connects = Window(CONNECTIONS, CONNECTIONS_PER_S)
        self.weight = Window(WEIGHT[market], WEIGHT_PER_S)
        self.cut_for_messages = 0
        self.cut_for_silence = 0
        self.accepts = True
        self._now = now

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Where it is reached."""
        rest = prefix + binance.PATHS[self.market]
        return [
            web.get(f"{prefix}/stream", self.stream),
            web.get(f"{prefix}/public/stream", self.stream),
            web.get(f"{prefix}/market/stream", self.stream),
            web.get(f"{rest}/depth", self.snapshot),
            web.get(f"{rest}/exchangeInfo", self.instruments),
        ]

    def step(self, at_ms: int) -> None:
        """Move every book a step, and tell who listens."""
        for name, book in self.flow.books.items():
            data = binance.depth(book, book.step(at_ms), self.market)
            self._tell(f"{name.lower()}@depth@100ms", data)
            if book.chance.random() < 0.3:
                kind = "trade" if self.market == "spot" else "aggTrade"
                self._tell(f"{name.lower()}@{kind}", binance.trade(book, book.print(at_ms), kind))

    def cut(self, chance: Callable[[], float], share: float) -> int:
        """Break a share of the connections, without a word."""
        chosen = [client for client in self.clients if chance() < share]
        for client in chosen:
            client.transport.abort()
        return len(chosen)

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection."""
        if not self.accepts or not self.connects.take(1, self._now()):
            return web.Response(status=429, headers={"Retry-After": "10"})
        socket = web.WebSocketResponse(compress=False, autoping=False)
        await socket.prepare(request)
        transport = request.transport
        if not isinstance(transport, asyncio.Transport):
            return socket
        client = Client(
            socket,
            transport,
            Window(binance.MOST_MESSAGES[self.market], 1.0),
            ponged_at=self._now(),
        )
        self.clients.add(client)
        pinging = asyncio.create_task(self._ping(client))
        try:
            await self._listen(client)
        finally:
            pinging.cancel()
            self.clients.discard(client)
        return socket

    async def snapshot(self, request: web.Request) -> web.Response:
        """`GET …/depth`."""
        book = self.flow.books.get(request.query.get("symbol", ""))
        limit = request.query.get("limit", "100")
        if book is None or not limit.isdecimal():
            return web.json_response({"code": -1121, "msg": "Invalid symbol."}, status=400)
        if not self.weight.take(binance.weight(self.market, int(limit)), self._now()):
            return web.json_response(
                {"code": -1003, "msg": "Too many requests"},
                status=429,
                headers={"Retry-After": "5"},
            )
        return web.json_response(binance.snapshot(book, int(limit)))

    async def instruments(self, _: web.Request) -> web.Response:
        """`GET …/exchangeInfo`."""
        return web.json_response(binance.instruments(self.flow))

    async def _listen(self, client: Client) -> None:
        async for message in client.socket:
            if not client.messages.take(1, self._now()):
                self.cut_for_messages += 1
                client.transport.abort()
            elif message.type is WSMsgType.PING:
                await client.socket.pong(message.data)
            elif message.type is WSMsgType.PONG:
                client.ponged_at = self._now()
            elif message.type is WSMsgType.TEXT:
                client.write(self._answer(client, message.data))

    def _answer(self, client: Client, text: str) -> str:
        asked = binance.parse(text, self.flow.books)
        if isinstance(asked, str):
            return asked
        method, topics, number = asked
        after = client.topics | set(topics)
        if method == "UNSUBSCRIBE":
            client.topics.difference_update(topics)
        elif len(after) > binance.MOST_TOPICS[self.market]:
            return json.dumps({"error": {"code": 2, "msg": "too many streams"}, "id": number})
        else:
            client.topics = after
        return binance.taken(number)

    async def _ping(self, client: Client) -> None:
        with contextlib.suppress(ConnectionError):
            while not client.transport.is_closing():
                await asyncio.sleep(PING_EVERY_S)
                if self._now() - client.ponged_at > PONG_WITHIN_S:
                    self.cut_for_silence += 1
                    client.transport.abort()
                    return
                await client.socket.ping(str(round(self._now() * 1000)).encode())

    def _tell(self, topic: str, data: str) -> None:
        frame = binance.combined(topic, data)
        for client in list(self.clients):
            if topic in client.topics:
                client.write(frame)


def _text_frame(payload: bytes) -> bytes:
    """Write a text frame as a server does: whole, not masked. RFC 6455, section 5.2."""
    size = len(payload)
    if size < 126:
        return bytes((0x81, size)) + payload
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2) + payload
    return b"\x81\x7f" + size.to_bytes(8) + payload
