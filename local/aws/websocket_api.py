"""API Gateway's WebSocket API: the handshake's function, routes by a message's field, and limits.

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html

A socket lives for two hours at most, and ten minutes without a message. A message is refused above
32 KB, where AWS refuses a frame: what passes here passes there. Messages of one socket are handled
side by side, as in AWS.
"""

import asyncio
import contextlib
import json
import logging
import secrets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from local.aws import serving
from local.aws.cloud import SocketApi
from local.aws.functions import Functions, Throttled
from local.aws.stack import Json

LARGEST_MESSAGE = 32 * 1024
LARGEST_POST = 128 * 1024
LIFETIME = 2 * 60 * 60.0
IDLE = 10 * 60.0
"""Seconds."""
BUFFER = 1024 * 1024
"""Bytes that may wait for a client that reads slowly; beyond them a post is refused."""
CLOSING = 1.0

log = logging.getLogger(__name__)


class BufferFull(Exception):
    """The client reads more slowly than it is written to."""


@dataclass(slots=True, kw_only=True, eq=False)
class Socket:
    """One open socket and what waits to be written to it."""

    id: str
    at: datetime
    address: str
    agent: str
    ws: web.WebSocketResponse
    active: float
    queue: asyncio.Queue[str] = field(default_factory=asyncio.Queue[str])
    buffered: int = 0

    def post(self, text: str) -> None:
        """Queue a message. Raises BufferFull."""
        if self.buffered + len(text) > BUFFER:
            raise BufferFull
        self.buffered += len(text)
        self.queue.put_nowait(text)

    async def write(self) -> None:
        """Write what is queued; runs until cancelled."""
        while True:
            text = await self.queue.get()
            with contextlib.suppress(ConnectionError):
                await self.ws.send_str(text)
            self.buffered -= len(text)
            self.active = asyncio.get_running_loop().time()


class WebSocketApi:
    """One WebSocket API in front of the functions."""

    def __init__(
        self,
        api: SocketApi,
        *,
        functions: Functions,
        now: Callable[[], datetime],
        lifetime: float = LIFETIME,
        idle: float = IDLE,
    ) -> None:
        self._api = api
        self._functions = functions
        self._now = now
        self._lifetime = lifetime
        self._idle = idle
        self._sockets: dict[str, Socket] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def application(self) -> web.Application:
        """The door for members."""
        app = web.Application()
        app.router.add_get("/_health", serving.health)
        app.router.add_get(f"/{self._api.stage}", self._open)
        app.on_shutdown.append(self._close_all)
        return app

    def management(self) -> web.Application:
        """The door for functions: `@connections`."""
        app = web.Application(client_max_size=2 * LARGEST_POST)
        app.router.add_get("/_health", serving.health)
        path = f"/{self._api.stage}/@connections/{{id}}"
        app.router.add_post(path, self._post)
        app.router.add_get(path, self._describe)
        app.router.add_delete(path, self._delete)
        return app

    async def _open(self, request: web.Request) -> web.StreamResponse:
        socket = Socket(
            id=secrets.token_urlsafe(11) + "=",
            at=self._now(),
            address=request.remote or "127.0.0.1",
            agent=request.headers.get("User-Agent", ""),
            ws=web.WebSocketResponse(max_msg_size=LARGEST_MESSAGE, autoping=True),
            active=asyncio.get_running_loop().time(),
        )
        if not socket.ws.can_prepare(request).ok:
            return web.json_response({"message": "Upgrade Required"}, status=426)
        status = await self._handshake(socket, request)
        if status != 200:
            return web.json_response({"message": "Unauthorized"}, status=status)
        await socket.ws.prepare(request)
        self._sockets[socket.id] = socket
        writer = asyncio.create_task(socket.write())
        try:
            await asyncio.wait_for(self._listen(socket), self._lifetime)
        except TimeoutError:
            await self._end(socket)
        finally:
            self._sockets.pop(socket.id, None)
            writer.cancel()
            self._later(self._tell_of_end(socket))
        return socket.ws

    async def _handshake(self, socket: Socket, request: web.Request) -> int:
        event = self._event(socket, "$connect", "CONNECT")
        event["headers"] = dict(request.headers)
        event["multiValueHeaders"] = {name: [value] for name, value in request.headers.items()}
        if request.query:
            event["queryStringParameters"] = dict(request.query)
            event["multiValueQueryStringParameters"] = {
                name: request.query.getall(name) for name in request.query
            }
        try:
            outcome = await self._functions.invoke(
                self._api.routes["$connect"], json.dumps(event).encode()
            )
        except Throttled:
            return 429
        if outcome.failed:
            log.warning("$connect failed: %s", outcome.payload[:500])
            return 502
        answer = cast("Json", json.loads(outcome.payload or b"{}"))
        status = int(answer.get("statusCode", 502))
        return 200 if 200 <= status < 300 else status

    async def _listen(self, socket: Socket) -> None:
        loop = asyncio.get_running_loop()
        while not socket.ws.closed:
            quiet = loop.time() - socket.active
            try:
                message = await socket.ws.receive(timeout=max(self._idle - quiet, 0.001))
            except TimeoutError:
                if loop.time() - socket.active >= self._idle:
                    await self._end(socket)
                continue
            if message.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                return
            socket.active = loop.time()
            self._later(self._handle(socket, message))

    async def _handle(self, socket: Socket, message: WSMessage) -> None:
        body = message.data if isinstance(message.data, str) else message.data.decode("latin-1")
        route = self._route(body)
        event: Json = {**self._event(socket, route, "MESSAGE"), "body": body}
        request = event["requestContext"]["requestId"]
        try:
            outcome = await self._functions.invoke(
                self._api.routes[route], json.dumps(event).encode()
            )
            failed = outcome.failed
        except (Throttled, KeyError):
            failed = True
        if failed:
            log.warning("%s failed for socket %s", route, socket.id)
            told = {"message": "Internal server error", "connectionId": socket.id}
            with contextlib.suppress(BufferFull):
                socket.post(json.dumps({**told, "requestId": request}))

    def _route(self, body: str) -> str:
        """The route that a message's field names, else `$default`."""
        field_name = self._api.selection.removeprefix("$request.body.")
        try:
            named: Any = json.loads(body)
        except ValueError:
            named = None
        asked = cast("Json", named).get(field_name) if isinstance(named, dict) else None
        return asked if isinstance(asked, str) and asked in self._api.routes else "$default"

    async def _tell_of_end(self, socket: Socket) -> None:
        event = self._event(socket, "$disconnect", "DISCONNECT")
        event["requestContext"]["disconnectStatusCode"] = socket.ws.close_code
        with contextlib.suppress(Throttled):
            await self._functions.invoke(
                self._api.routes["$disconnect"], json.dumps(event).encode()
            )

    def _event(self, socket: Socket, route: str, kind: str) -> Json:
        at = self._now()
        return {
            "requestContext": {
                "routeKey": route,
                "eventType": kind,
                "extendedRequestId": secrets.token_urlsafe(11) + "=",
                "requestId": secrets.token_urlsafe(11) + "=",
                "requestTime": at.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "requestTimeEpoch": int(at.timestamp() * 1000),
                "messageDirection": "IN",
                "stage": self._api.stage,
                "connectedAt": int(socket.at.timestamp() * 1000),
                "connectionId": socket.id,
                "apiId": self._api.id,
                "domainName": "localhost",
                "identity": {"sourceIp": socket.address, "userAgent": socket.agent},
            },
            "isBase64Encoded": False,
        }

    async def _post(self, request: web.Request) -> web.Response:
        socket = self._found(request)
        body = await request.read()
        if socket is None:
            return _error(410, "GoneException")
        if len(body) > LARGEST_POST:
            return _error(413, "PayloadTooLargeException")
        try:
            socket.post(body.decode())
        except BufferFull:
            return _error(429, "LimitExceededException")
        return web.Response()

    async def _describe(self, request: web.Request) -> web.Response:
        socket = self._found(request)
        if socket is None:
            return _error(410, "GoneException")
        return web.json_response(
            {
                "connectedAt": socket.at.isoformat(),
                "identity": {"sourceIp": socket.address, "userAgent": socket.agent},
                "lastActiveAt": self._now().isoformat(),
            }
        )

    async def _delete(self, request: web.Request) -> web.Response:
        socket = self._found(request)
        if socket is None:
            return _error(410, "GoneException")
        self._later(self._end(socket))
        return web.Response(status=204)

    def _found(self, request: web.Request) -> Socket | None:
        if not request.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
            raise web.HTTPForbidden
        found = self._sockets.get(request.match_info["id"])
        return None if found is None or found.ws.closed else found

    async def _end(self, socket: Socket) -> None:
        """Close; a client that does not answer is cut off."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(socket.ws.close(code=WSCloseCode.GOING_AWAY), CLOSING)

    async def _close_all(self, _app: web.Application) -> None:
        await asyncio.gather(*(self._end(socket) for socket in list(self._sockets.values())))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _error(status: int, code: str) -> web.Response:
    return web.json_response({"message": code}, status=status, headers={"x-amzn-ErrorType": code})
