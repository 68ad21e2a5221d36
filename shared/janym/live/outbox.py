"""What goes out on one connection: heartbeats at once, all else in its turn within the limits."""

import asyncio

from janym.live.budgets import Budget, Now, pace
from janym.live.sockets import Socket
from janym.ports.feeds import Limits, Send

URGENT_SHARE = 5
"""The fifth part of a connection's messages is kept for heartbeats."""


class Outbox:
    """One for each connection; what waits when it is over is never sent.

    Args:
        socket: the way out.
        limits: the venue's.
        now: the time.
    """

    def __init__(self, socket: Socket, limits: Limits, now: Now) -> None:
        reserve = max(1, limits.messages.count // URGENT_SHARE)
        self._socket = socket
        self._messages = Budget(pace(limits.messages, reserve=reserve), now)
        self._subscribes = Budget(pace(limits.subscribes), now) if limits.subscribes else None
        self._waiting: asyncio.Queue[Send] = asyncio.Queue()

    def put(self, send: Send) -> None:
        """Send at once what is urgent, and the rest when its turn comes."""
        if send.urgent:
            self._messages.spend()
            self._socket.send(send.frame)
        else:
            self._waiting.put_nowait(send)

    async def run(self) -> None:
        """Send what waits for as long as the connection lasts."""
        while True:
            send = await self._waiting.get()
            await self._messages.take()
            if send.subscribes and self._subscribes is not None:
                await self._subscribes.take()
            self._socket.send(send.frame)
