"""One market of a venue as it is served: sockets, requests, limits, cuts on demand."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from containers.flow_server.budgets import Window
from containers.flow_server.flow import Book, Flow
from containers.flow_server.words import HOST, PREFIX, Frame, Handler, Words

BEAT_EVERY_S = 5.0
PING_EVERY_S = 20.0
PONG_WITHIN_S = 60.0
TRADED = 0.3
"""How often a step comes with a trade."""
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

    def write(self, frame: Frame) -> None:
        """Send without waiting; who does not read is cut."""
        if self.transport.is_closing():
            return
        if self.transport.get_write_buffer_size() > SLOWEST_BYTES:
            self.transport.abort()
            return
        self.transport.write(_written(frame))


class Venue:
    """Serves one market.

    Args:
        words: how it speaks.
        flow: its books.
        now: seconds, for limits.
        idles: its books stand still while nobody listens.
    """

    def __init__(
        self, words: Words, flow: Flow, *, now: Callable[[], float], idles: bool = False
    ) -> None:
        self.words = words
        self.flow = flow
        self.clients: set[Client] = set()
        self.connects = Window(*words.limits.connections)
        self.weight = Window(*words.limits.weight)
        self.cut_for_messages = 0
        self.cut_for_silence = 0
        self.accepts = True
        self._now = now
        self._idles = idles

    def routes(self, prefix: str) -> list[web.RouteDef]:
        """Where it is reached."""
        streams = [web.get(prefix + path, self.stream) for path in self.words.streams]
        rest = self.words.rest().items()
        return streams + [
            web.route("*", prefix + path, self._handled(handler, prefix)) for path, handler in rest
        ]

    def step(self, at_ms: int) -> None:
        """Move every book a step, and tell who listens."""
        if self._idles and not self.clients:
            return
        for book in self.flow.books.values():
            self._move(book, at_ms)

    def _move(self, book: Book, at_ms: int) -> None:
        best = book.best
        told = [*self.words.moved(book, book.step(at_ms))]
        if not told:
            book.sent.pop()  # it lies beyond the levels that this venue tells of
        if book.best != best:
            told += self.words.best(book, at_ms)
        if book.chance.random() < TRADED:
            told += self.words.traded(book, book.print(at_ms))
        for topic, frame in told:
            self._tell(topic, frame)

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
            Window(*self.words.limits.messages),
            ponged_at=self._now(),
        )
        self.clients.add(client)
        for frame in self.words.hello():
            client.write(frame)
        pinging = asyncio.create_task(self._ping(client))
        try:
            await self._listen(client)
        finally:
            pinging.cancel()
            self.clients.discard(client)
        return socket

    def _handled(
        self, handler: Handler, prefix: str
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handled(request: web.Request) -> web.Response:
            named = {HOST: request.host, PREFIX: prefix}
            answer = handler({**request.query, **request.match_info, **named})
            if not self.weight.take(answer.weight, self._now()):
                refusal = {"code": -1003, "msg": "Too many requests"}
                return web.json_response(refusal, status=429, headers={"Retry-After": "5"})
            return web.json_response(answer.body, status=answer.status)

        return handled

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
                self._answer(client, message.data)

    def _answer(self, client: Client, text: str) -> None:
        asked = self.words.read(text, client.topics)
        for frame in asked.answers:
            client.write(frame)
        client.topics.difference_update(asked.ends)
        for topic in asked.begins:
            client.topics.add(topic)
            frame = self.words.whole(topic)
            if frame is not None:
                client.write(frame)

    async def _ping(self, client: Client) -> None:
        pinged_at = self._now()
        with contextlib.suppress(ConnectionError):
            while not client.transport.is_closing():
                await asyncio.sleep(BEAT_EVERY_S)
                beat = self.words.heartbeat(round(self._now() * 1000))
                if beat is not None:
                    client.write(beat)
                if not self.words.pings or self._now() - pinged_at < PING_EVERY_S:
                    continue
                if self._now() - client.ponged_at > PONG_WITHIN_S:
                    self.cut_for_silence += 1
                    client.transport.abort()
                    return
                pinged_at = self._now()
                await client.socket.ping(str(round(self._now() * 1000)).encode())

    def _tell(self, topic: str, frame: Frame) -> None:
        for client in list(self.clients):
            if topic in client.topics:
                client.write(frame)


def _written(frame: Frame) -> bytes:
    """Write a frame as a server does: whole, not masked. RFC 6455, section 5.2."""
    kind = b"\x81" if isinstance(frame, str) else b"\x82"
    payload = frame.encode() if isinstance(frame, str) else frame
    size = len(payload)
    if size < 126:
        return kind + bytes((size,)) + payload
    if size < 65_536:
        return kind + b"\x7e" + size.to_bytes(2) + payload
    return kind + b"\x7f" + size.to_bytes(8) + payload
