"""A connection to a venue that is asked and never speaks by itself: it is always there.

Its session asks by requests alone, on time that passes; whatever carries connections carries it as
any other.
"""

from janym.live.sockets import Listener


class Polled:
    """`sockets.Socket` without a network."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def send(self, frame: bytes | str) -> None:
        """Do nothing: there is nobody to hear it."""

    def ping(self) -> None:
        """Do nothing."""

    def close(self) -> None:
        self._listener.closed("closed by us")


async def dial(url: str, listener: Listener) -> Polled:  # noqa: ARG001 - `sockets.Dial`
    """Give the connection, which opens at once."""
    socket = Polled(listener)
    listener.opened(socket)
    return socket
