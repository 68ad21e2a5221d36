"""One interface for WebSocket libraries: a socket that calls a listener for each frame.

The listener is called as frames come, within the library's own reading: no task, no queue and no
copy stands between the network and the book.
"""

from dataclasses import dataclass
from typing import Protocol

CONNECT_WITHIN_S = 10.0
LARGEST_FRAME = 16 * 1024 * 1024


class Listener(Protocol):
    """Who hears a socket. Pings of the other side are answered before it hears of them."""

    def opened(self, socket: "Socket", /) -> None:
        """Hear that frames may be sent."""
        ...

    def frame(self, payload: bytes, /) -> None:
        """Take one whole message; text comes as its UTF-8."""
        ...

    def pinged(self) -> None:
        """Hear that a ping or a pong of the protocol came, which the library answered."""
        ...

    def closed(self, reason: str, /) -> None:
        """Hear, once, that the connection is over, and why."""
        ...


class Socket(Protocol):
    """One open connection. Sending never blocks; on a closed one it does nothing."""

    def send(self, frame: bytes | str, /) -> None:
        """Send one message: text if `str`, binary if `bytes`."""
        ...

    def ping(self) -> None:
        """Send a protocol ping."""
        ...

    def close(self) -> None:
        """End it at once; the listener hears of the end."""
        ...


class Dial(Protocol):
    """Opens a connection and tells the listener."""

    async def __call__(self, url: str, listener: Listener, /) -> Socket:
        """Connect.

        Raises:
            ConnectionRefused: there is no connection; the reason names what was tried.
        """
        ...


@dataclass(slots=True)
class ConnectionRefused(Exception):
    """No connection came to be. `status` is the HTTP answer where one came."""

    reason: str
    status: int | None = None
    retry_after_s: float | None = None
