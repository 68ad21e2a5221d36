"""`sockets.Socket` over websockets: slower than picows, and pure Python where that must be."""

import asyncio
import contextlib
from functools import partial
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.frames import Frame, Opcode
from websockets.protocol import Event

from janym.live.sockets import CONNECT_WITHIN_S, LARGEST_FRAME, ConnectionRefused, Listener


class _Connection(ClientConnection):
    """Tells of pings and pongs, which the library answers and keeps to itself."""

    def __init__(self, listener: Listener, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._listener = listener

    def process_event(self, event: Event) -> None:
        super().process_event(event)
        if isinstance(event, Frame) and event.opcode in {Opcode.PING, Opcode.PONG}:
            self._listener.pinged()


class WebsocketsSocket:
    """`sockets.Socket`: a task that reads, and one that writes what waits to be sent."""

    def __init__(self, connection: ClientConnection, listener: Listener) -> None:
        self._connection = connection
        self._outgoing: asyncio.Queue[bytes | str | None] = asyncio.Queue()
        self._work = asyncio.gather(self._read(listener), self._write())

    def send(self, frame: bytes | str) -> None:
        self._outgoing.put_nowait(frame)

    def ping(self) -> None:
        self._outgoing.put_nowait(None)

    def close(self) -> None:
        self._connection.transport.abort()

    async def _read(self, listener: Listener) -> None:
        try:
            while True:
                listener.frame(await self._connection.recv(decode=False))
        except ConnectionClosed as closed:
            said = closed.rcvd
            reason = f"closed by the venue: {said.code} {said.reason!r}" if said else ""
        except Exception as error:  # noqa: BLE001 - a listener that fails ends its connection
            reason = f"{type(error).__name__}: {error}"
            self.close()
        finally:
            self._outgoing.put_nowait("")
        listener.closed(reason or "the connection broke")

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while (frame := await self._outgoing.get()) != "":
                if frame is None:
                    await self._connection.ping()
                else:
                    await self._connection.send(frame)


async def dial(url: str, listener: Listener) -> WebsocketsSocket:
    """`sockets.Dial`. Compression is not offered: it costs more than it saves."""
    try:
        connection = await connect(
            url,
            compression=None,
            max_size=LARGEST_FRAME,
            open_timeout=CONNECT_WITHIN_S,
            ping_interval=None,
            create_connection=partial(_Connection, listener),  # type: ignore[arg-type] - it makes one
            process_exception=lambda error: error,
        )
    except InvalidStatus as error:
        patience = error.response.headers.get("Retry-After", "")
        raise ConnectionRefused(
            f"{url}: {error.response.status_code}",
            status=error.response.status_code,
            retry_after_s=float(patience) if patience.isdecimal() else None,
        ) from error
    except (OSError, TimeoutError, WebSocketException) as error:
        raise ConnectionRefused(f"{url}: {error or type(error).__name__}") from error
    socket = WebsocketsSocket(connection, listener)
    listener.opened(socket)
    return socket
