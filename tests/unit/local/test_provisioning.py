"""What a failed migration says."""

import json
import threading
from collections.abc import Generator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from local import ports, provisioning
from local.provisioning import Failed


class Answering(HTTPServer):
    """A Lambda endpoint with one answer."""

    answer: tuple[dict[str, str], bytes] = ({}, b"{}")
    asked: str = ""


class _Handler(BaseHTTPRequestHandler):
    server: Answering  # pyright: ignore[reportIncompatibleVariableOverride] - narrowed on purpose

    def do_POST(self) -> None:
        self.server.asked = self.path
        headers, body = self.server.answer
        self.send_response(200)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing."""


@pytest.fixture
def endpoint() -> Generator[Answering]:
    with Answering(("127.0.0.1", 0), _Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def url(server: Answering) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_the_function_is_asked_by_name(endpoint: Answering) -> None:
    provisioning.migrate(url(endpoint), "janym-migrate")

    assert endpoint.asked == "/2015-03-31/functions/janym-migrate/invocations"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (json.dumps({"errorMessage": "no such table", "errorType": "X"}), "no such table"),
        ("not even JSON", "not even JSON"),
    ],
)
def test_its_error_is_told_in_its_own_words(endpoint: Answering, body: str, told: str) -> None:
    endpoint.answer = ({"X-Amz-Function-Error": "Unhandled"}, body.encode())

    with pytest.raises(Failed, match=f"janym-migrate failed: {told}"):
        provisioning.migrate(url(endpoint), "janym-migrate")


def test_an_endpoint_that_is_away_is_named() -> None:
    with pytest.raises(Failed, match="calling the function janym-migrate"):
        provisioning.migrate(f"http://127.0.0.1:{ports.free()}", "janym-migrate")
