"""Market data connections of one protocol, and which topics each of them reads."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from containers.paper_exchange.sockets import Socket


def _as_it_is(_topic: str, text: str) -> str:
    return text


@dataclass(slots=True, kw_only=True, eq=False)
class Reader:
    """One connection; `frame` makes of a topic and a payload what goes out."""

    socket: Socket
    frame: Callable[[str, str], str] = _as_it_is
    topics: dict[str, None] = field(default_factory=dict[str, None])

    def send(self, topic: str, payload: bytes) -> None:
        self.socket.send(self.frame(topic, payload.decode()))


class Readers:
    """All connections, and the readers of each topic."""

    def __init__(self) -> None:
        self._by_topic: dict[str, dict[Reader, None]] = defaultdict(dict)
        self._connections: dict[Reader, None] = {}

    def __len__(self) -> int:
        return len(self._connections)

    def add(self, reader: Reader) -> None:
        self._connections[reader] = None

    def drop(self, reader: Reader) -> None:
        """Forget a connection that has ended."""
        self._connections.pop(reader, None)
        self.unsubscribe(reader, list(reader.topics))

    def disconnect(self) -> None:
        """Close every connection."""
        for reader in tuple(self._connections):
            reader.socket.close()

    def subscribe(self, reader: Reader, topics: Iterable[str]) -> None:
        for topic in topics:
            reader.topics[topic] = None
            self._by_topic[topic][reader] = None

    def unsubscribe(self, reader: Reader, topics: Iterable[str]) -> None:
        for topic in topics:
            reader.topics.pop(topic, None)
            readers = self._by_topic[topic]
            readers.pop(reader, None)
            if not readers:
                del self._by_topic[topic]

    def has(self, topic: str) -> bool:
        """Tell whether anybody reads a topic."""
        return bool(self._by_topic.get(topic))

    def send(self, topic: str, payload: bytes) -> None:
        """Send a payload to everybody who reads the topic."""
        for reader in tuple(self._by_topic.get(topic, ())):
            reader.send(topic, payload)
