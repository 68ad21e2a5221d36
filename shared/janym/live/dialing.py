"""What carries the frames: picows where it is installed, websockets where it is not.

A venue that is polled has no frames, and neither of them.
"""

from collections.abc import Callable
from enum import StrEnum

from janym.live import polled
from janym.live.sockets import Dial, Listener, Socket
from janym.ports.feeds import POLLED


class Library(StrEnum):
    """What carries the frames."""

    PICOWS = "picows"
    WEBSOCKETS = "websockets"


def best(found: Callable[[str], object | None]) -> Library:
    """Give picows where it is installed, and websockets where it is not.

    Args:
        found: `importlib.util.find_spec`, which gives None for a module that is not there.
    """
    return Library.PICOWS if found("picows") is not None else Library.WEBSOCKETS


def dialer(library: Library) -> Dial:
    """Give the way to connect by a library, imported now."""
    network = _network(library)

    async def dial(url: str, listener: Listener) -> Socket:
        carries = polled.dial if url == POLLED else network
        return await carries(url, listener)

    return dial


def _network(library: Library) -> Dial:
    if library is Library.PICOWS:
        from janym.live import picows_sockets  # noqa: PLC0415 - the other need not be installed

        return picows_sockets.dial
    from janym.live import websockets_sockets  # noqa: PLC0415 - as above

    return websockets_sockets.dial
