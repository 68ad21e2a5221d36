"""What becomes of a request when the other side misbehaves: each server below follows a script."""

import socket
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

import pytest

from janym.domain.errors import OutcomeUnknown
from janym.live import http
from janym.live.http import Http

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Some: Thing\r\n\r\n{}"
Script = Callable[[socket.socket, int], None]


class Server:
    """Answers each connection by a script, and keeps what it was sent."""

    def __init__(self, script: Script) -> None:
        self.requests: list[bytes] = []
        self.over = threading.Event()
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/base"

    def close(self) -> None:
        self.over.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        number = 0
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                while request := connection.recv(65_536):
                    self.requests.append(request)
                    number += 1
                    self._script(connection, number)


@contextmanager
def serving(script: Script) -> Generator[tuple[Server, Http]]:
    server = Server(script)
    client = Http(server.url)
    try:
        yield server, client
    finally:
        client.close()
        server.close()


def answer(connection: socket.socket, _number: int) -> None:
    connection.sendall(OK)


def answer_and_close(connection: socket.socket, _number: int) -> None:
    connection.sendall(OK)
    connection.close()


def test_an_answer_is_read_whole_over_one_kept_connection() -> None:
    with serving(answer) as (server, client):
        first = client.send("GET", "/a?b=c", {"X-Mine": "1"})
        client.send("DELETE", "/d", {})

    assert (first.status, first.headers["x-some"], first.body) == (200, "Thing", b"{}")
    assert server.requests[0].startswith(b"GET /base/a?b=c HTTP/1.1\r\n")
    assert b"X-Mine: 1\r\n" in server.requests[0]
    assert len(server.requests) == 2


def test_a_read_on_a_connection_that_was_closed_meanwhile_is_sent_again() -> None:
    with serving(answer_and_close) as (_, client):
        client.send("GET", "/a", {})
        assert client.send("GET", "/a", {}).status == 200


def test_a_change_on_a_connection_that_was_closed_meanwhile_is_not_sent_again() -> None:
    """K-16."""
    with serving(answer_and_close) as (server, client):
        client.send("GET", "/a", {})
        with pytest.raises(OutcomeUnknown):
            client.send("DELETE", "/b", {})
        assert not any(b"DELETE" in request for request in server.requests)


def test_a_request_that_gets_no_answer_is_sent_once() -> None:
    with (
        serving(lambda connection, _: connection.close()) as (server, client),
        pytest.raises(OutcomeUnknown),
    ):
        client.send("GET", "/a", {})

    assert len(server.requests) == 1


def test_an_answer_cut_short_is_no_answer() -> None:
    def cut(connection: socket.socket, _number: int) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}")
        connection.close()

    with serving(cut) as (_, client), pytest.raises(OutcomeUnknown):
        client.send("GET", "/a", {})


def test_silence_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "TIMEOUT_S", 0.05)
    with serving(lambda _connection, _number: None) as (_, client), pytest.raises(OutcomeUnknown):
        client.send("GET", "/a", {})


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with serving(lambda connection, _: connection.sendall(moved)) as (server, client):
        assert client.send("GET", "/a", {}).status == 302
        assert len(server.requests) == 1


def test_an_endless_answer_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "LARGEST_ANSWER", 1)
    with serving(answer) as (_, client), pytest.raises(OutcomeUnknown):
        client.send("GET", "/a", {})


@pytest.mark.parametrize("origin", ["ftp://host", "host", "https://"])
def test_an_address_that_is_none_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Http(origin)
