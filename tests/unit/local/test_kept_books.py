"""What keeps the books is what the collector says, not what the asking command has installed."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import pytest

from local import kept_books
from local.layout import Stack, write_json

TOKEN = "the door's"


class Collector(BaseHTTPRequestHandler):
    """Answers who shows the token."""

    says: ClassVar[dict[str, Any]] = {}

    def do_GET(self) -> None:
        known = self.headers["Authorization"] == f"Bearer {TOKEN}" and self.path == "/counters"
        self.send_response(200 if known else 401)
        self.end_headers()
        self.wfile.write(json.dumps(self.says if known else {}).encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        del format, args


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Collector)
    serving = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    serving.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    serving.join()
    server.server_close()


def stack(folder: Path, token: str) -> Stack:
    made = Stack.at(folder)
    made.make()
    write_json(made.secrets, {"collector_door": token})
    return made


@pytest.mark.parametrize("keeper", ["compiled", "pure Python"])
def test_the_collector_is_asked(
    address: str, keeper: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Collector, "says", {"kept_by": keeper})

    said = kept_books.read(stack(tmp_path, TOKEN), {"addresses": {"collector": address}})

    assert said == keeper


@pytest.mark.parametrize(("token", "says"), [("another", {"kept_by": "compiled"}), (TOKEN, {})])
def test_a_collector_that_does_not_say_is_not_guessed_at(
    address: str, token: str, says: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Collector, "says", says)

    said = kept_books.read(stack(tmp_path, token), {"addresses": {"collector": address}})

    assert said is None


def test_a_stack_without_a_collector_says_so(tmp_path: Path) -> None:
    assert kept_books.read(stack(tmp_path, TOKEN), {}) is None
    assert "no collector answers" in kept_books.line(None)


def test_slow_books_say_what_to_do() -> None:
    assert "make setup" in kept_books.line("pure Python")
    assert "make setup" not in kept_books.line("compiled")
