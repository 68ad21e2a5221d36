"""Who gets which frame."""

from typing import TYPE_CHECKING, cast

import pytest

from containers.paper_exchange.readers import Reader, Readers

if TYPE_CHECKING:
    from containers.paper_exchange.sockets import Socket


class Line:
    """A socket that keeps what was sent."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.closed = False

    def send(self, text: str) -> None:
        self.sent.append(text)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def reader(line: Line) -> Reader:
    return Reader(socket=cast("Socket", line), frame=lambda topic, text: f"{topic}:{text}")


def test_a_reader_hears_its_topics_alone(line: Line, reader: Reader) -> None:
    readers = Readers()
    readers.add(reader)
    readers.subscribe(reader, ["a", "b"])
    readers.unsubscribe(reader, ["b"])

    for topic in ("a", "b", "c"):
        readers.send(topic, b"x")

    assert line.sent == ["a:x"]
    assert (readers.has("a"), readers.has("b")) == (True, False)


def test_a_reader_that_ended_is_forgotten(line: Line, reader: Reader) -> None:
    readers = Readers()
    readers.add(reader)
    readers.subscribe(reader, ["a"])

    readers.drop(reader)
    readers.send("a", b"x")

    assert (line.sent, len(readers), readers.has("a")) == ([], 0, False)


def test_all_are_disconnected(line: Line, reader: Reader) -> None:
    readers = Readers()
    readers.add(reader)

    readers.disconnect()

    assert line.closed
