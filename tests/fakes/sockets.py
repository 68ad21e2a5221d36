"""Open sockets, as a test sees what is told to them."""

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from janym.domain.live import ConnectionId

if TYPE_CHECKING:
    import threading


class HeardSockets:
    """Keeps what each socket is told; one that is `held` takes a frame only when let go."""

    def __init__(self) -> None:
        self.frames: defaultdict[ConnectionId, list[dict[str, Any]]] = defaultdict(list)
        self.refusals: dict[ConnectionId, list[Exception]] = {}
        self.held: dict[ConnectionId, threading.Event] = {}
        self.asked: list[ConnectionId] = []

    def send(self, connection: ConnectionId, frame: bytes) -> None:
        self.asked.append(connection)
        if connection in self.held:
            assert self.held[connection].wait(timeout=30)
        if refusals := self.refusals.get(connection):
            raise refusals.pop(0)
        self.frames[connection].append(json.loads(frame))

    def close(self, connection: ConnectionId) -> None:
        """Nobody here closes any."""
        raise AssertionError(connection)
