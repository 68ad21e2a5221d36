"""A WebSocket with its own outgoing queue, so that one slow reader holds up nobody."""

import asyncio
from contextlib import suppress

from aiohttp import WSCloseCode, web

BACKLOG = 10_000
PING_S = 20.0


class Socket:
    """Frames go out in the order in which they were sent, each after its own delay.

    In the queue, None stands for the end.
    """

    def __init__(self) -> None:
        self.response = web.WebSocketResponse(heartbeat=PING_S)
        self._frames: asyncio.Queue[tuple[str, float] | None] = asyncio.Queue(BACKLOG)
        self._writer: asyncio.Task[None] | None = None

    async def open(self, request: web.Request) -> None:
        """Finish the handshake and begin writing."""
        await self.response.prepare(request)
        self._writer = asyncio.create_task(self._write())

    def send(self, text: str, *, delay_s: float = 0.0) -> None:
        """Queue a frame. A reader too slow for the backlog loses its connection."""
        try:
            self._frames.put_nowait((text, delay_s))
        except asyncio.QueueFull:
            self.abort()

    def close(self) -> None:
        """Close once everything queued has gone out."""
        try:
            self._frames.put_nowait(None)
        except asyncio.QueueFull:
            self.abort()

    def abort(self) -> None:
        """Stop writing at once and close."""
        if self._writer is not None:
            self._writer.cancel()

    async def finish(self) -> None:
        """Wait until the writer has ended; called when the reader is done."""
        if self._writer is not None:
            self._writer.cancel()
            with suppress(asyncio.CancelledError):
                await self._writer

    async def _write(self) -> None:
        try:
            while (frame := await self._frames.get()) is not None:
                text, delay_s = frame
                if delay_s:
                    await asyncio.sleep(delay_s)
                await self.response.send_str(text)
        except ConnectionError:
            return
        finally:
            await self.response.close(code=WSCloseCode.GOING_AWAY)
