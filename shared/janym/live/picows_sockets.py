"""`sockets.Socket` over picows: frames are parsed in C, pings answered where they are parsed."""

import asyncio
from typing import Any

import picows
from picows import WSFrame, WSListener, WSMsgType, WSTransport

from janym.live.sockets import CONNECT_WITHIN_S, LARGEST_FRAME, ConnectionRefused, Listener

_UNTYPED: Any = picows
"""Some of the library's arguments have no types."""

_DATA = (WSMsgType.TEXT, WSMsgType.BINARY, WSMsgType.CONTINUATION)
"""A tuple, for a set calls the enumeration's own hash and takes ten times as long."""


_LONGEST_CONTROL = 125
"""Bytes of a control frame (RFC 6455, 5.5): a longer one is data, and need not be asked."""


class PicowsSocket:
    """`sockets.Socket`."""

    def __init__(self, transport: WSTransport) -> None:
        self._transport = transport

    def send(self, frame: bytes | str) -> None:
        if isinstance(frame, str):
            self._transport.send(WSMsgType.TEXT, frame.encode())
        else:
            self._transport.send(WSMsgType.BINARY, frame)

    def ping(self) -> None:
        self._transport.send_ping()

    def close(self) -> None:
        self._transport.disconnect()


async def dial(url: str, listener: Listener) -> PicowsSocket:
    """`sockets.Dial`. Compression is not offered: it costs more than it saves."""
    try:
        async with asyncio.timeout(CONNECT_WITHIN_S):
            transport, _ = await _UNTYPED.ws_connect(
                lambda: _Adapter(listener),
                url,
                enable_auto_pong=False,  # answered below, where it is heard
                max_frame_size=LARGEST_FRAME,
                websocket_handshake_timeout=CONNECT_WITHIN_S,
            )
    except picows.WSHandshakeError as error:
        raise refused(url, error) from error
    except (OSError, TimeoutError, picows.WSError) as error:
        raise ConnectionRefused(f"{url}: {error or type(error).__name__}") from error
    return PicowsSocket(transport)


def refused(url: str, error: picows.WSHandshakeError) -> ConnectionRefused:
    """Turn the answer to a handshake into ours, with its status and its Retry-After."""
    response = error.response
    if response is None:
        return ConnectionRefused(f"{url}: {error}")
    patience = response.headers.get("Retry-After", "")
    return ConnectionRefused(
        f"{url}: {response.status.value}",
        status=response.status.value,
        retry_after_s=float(patience) if patience.isdecimal() else None,
    )


class _Adapter(WSListener):
    """Turns picows' calls into the listener's; a message in fragments is put together."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self._take = listener.frame
        self._parts: list[bytes] = []
        self._reason = ""

    def on_ws_connected(self, transport: WSTransport) -> None:
        self._listener.opened(PicowsSocket(transport))

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if self._reason:
            return  # what was read together with the frame that ended it
        if frame.payload_size > _LONGEST_CONTROL or frame.msg_type in _DATA:
            try:
                if frame.fin and not self._parts:
                    self._take(frame.get_payload_as_bytes())
                else:
                    self._gather(frame)
            except Exception as error:  # noqa: BLE001 - a listener that fails ends its connection
                self._reason = f"{type(error).__name__}: {error}"
                transport.disconnect()
        else:
            self._control(transport, frame)

    def _control(self, transport: WSTransport, frame: WSFrame) -> None:
        kind = frame.msg_type
        if kind == WSMsgType.PING:
            transport.send_pong(frame.get_payload_as_bytes())
            self._listener.pinged()
        elif kind == WSMsgType.PONG:
            self._listener.pinged()
        elif kind == WSMsgType.CLOSE:
            self._reason = (
                f"closed by the venue: {frame.get_close_code()} {frame.get_close_message()!r}"
            )
            transport.send_close(frame.get_close_code())
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        del transport
        self._listener.closed(self._reason or "the connection broke")

    def _gather(self, frame: WSFrame) -> None:
        self._parts.append(frame.get_payload_as_bytes())
        if sum(map(len, self._parts)) > LARGEST_FRAME:
            raise ValueError("a message in fragments grew too large")
        if frame.fin:
            whole = b"".join(self._parts)
            self._parts.clear()
            self._take(whole)
