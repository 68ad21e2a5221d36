"""Which library carries the frames: picows where it is installed, websockets where it is not."""

from collections.abc import Callable
from enum import StrEnum

from janym.live.sockets import Dial


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
    if library is Library.PICOWS:
        from janym.live import picows_sockets  # noqa: PLC0415 - the other need not be installed

        return picows_sockets.dial
    from janym.live import websockets_sockets  # noqa: PLC0415 - as above

    return websockets_sockets.dial
