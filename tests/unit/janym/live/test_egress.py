"""The way out: public addresses over TLS, the one that was checked, and no further."""

import datetime as dt
import ipaddress
import socketserver
import ssl
import threading
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from janym.domain import address
from janym.live import egress
from janym.live.egress import AddressRefused, Egress, NoAnswer, is_public
from local import pki

HERE = "127.0.0.1"


@dataclass
class Server:
    """A server with a certificate for `localhost`, that answers as a test says."""

    port: int
    trust: ssl.SSLContext
    answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    heard: list[bytes] = field(default_factory=list[bytes])
    drips: threading.Event = field(default_factory=threading.Event)

    def url(self, host: str = "localhost") -> str:
        return f"https://{host}:{self.port}/hook?x=1"

    def way(self, resolve: Any = None) -> Egress:
        """A way out for which this server alone is exempt."""
        return Egress(
            resolve=resolve or (lambda _host, _port: [HERE]),
            trust=self.trust,
            exempt=frozenset({(HERE, self.port)}),
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    folder = tmp_path_factory.mktemp("tls")
    pki.create(folder, at=dt.datetime.now(dt.UTC))  # noqa: TID251 - a certificate's time
    yield from _serving(folder)


def _serving(folder: Path) -> Generator[Server]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(folder / "server.crt", folder / "server.key")

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            try:
                with tls.wrap_socket(self.request, server_side=True) as line:
                    heard = b""
                    while not heard.endswith(b"{}") and (more := line.recv(65536)):
                        heard += more
                    made.heard.append(heard)
                    while made.drips.is_set():
                        line.sendall(b"H")
                        threading.Event().wait(0.01)
                    line.sendall(made.answer)
            except OSError:  # the client went away, as some tests have it
                made.heard.append(b"")

    with socketserver.ThreadingTCPServer((HERE, 0), Handler) as listening:
        listening.daemon_threads = True
        made = Server(
            port=listening.server_address[1],
            trust=ssl.create_default_context(cafile=folder / "ca.crt"),
        )
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield made
        listening.shutdown()


def test_a_post_goes_to_the_address_that_was_checked(server: Server) -> None:
    """DNS rebinding: the name is asked once, and means what it meant then."""
    asked: list[str] = []

    def rebinding(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return [HERE] if len(asked) == 1 else ["10.0.0.1"]

    answer = server.way(rebinding).post(server.url(), b"{}", {"X-Mine": "1"})

    assert (answer.status, answer.text, asked) == (200, "ok", ["localhost"])
    assert server.heard[-1].startswith(b"POST /hook?x=1 HTTP/1.1\r\nHost: localhost:")
    assert b"X-Mine: 1" in server.heard[-1]


def test_the_certificate_must_be_the_names(server: Server) -> None:
    with pytest.raises(NoAnswer, match="SSLCertVerificationError"):
        server.way().post(server.url("elsewhere.example.com"), b"{}", {})


def test_a_redirect_is_an_answer_and_is_not_followed(server: Server) -> None:
    server.answer = (
        b"HTTP/1.1 302 Found\r\nLocation: https://10.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    )
    try:
        assert server.way().post(server.url(), b"{}", {}).status == 302
    finally:
        server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_a_long_answer_is_read_a_little(server: Server) -> None:
    server.answer = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000
    try:
        assert len(server.way().post(server.url(), b"{}", {}).text) == egress.SHOWN_ANSWER
    finally:
        server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


def test_who_never_answers_is_cut_off(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole has an end of its own: a byte now and then would satisfy every single read."""
    monkeypatch.setattr(egress, "TOTAL_TIMEOUT_S", 0.1)
    server.drips.set()
    with pytest.raises(NoAnswer):
        server.way().post(server.url(), b"{}", {})
    server.drips.clear()


@pytest.mark.parametrize(
    "place",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "0.0.0.0",  # noqa: S104 - to be refused
        "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
        "2002:7f00:1::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_no_private_address_is_called(place: str) -> None:
    """Whatever it is wrapped in; even when only one of a name's addresses is private."""
    for places in ([place], ["93.184.215.14", place]):
        way = Egress(resolve=lambda _host, _port, places=places: places)
        with pytest.raises(AddressRefused, match="no public address"):
            way.post("https://innocent.example.com/", b"{}", {})


@pytest.mark.parametrize("place", ["93.184.215.14", "8.8.8.8", "2606:4700::1111"])
def test_public_addresses_are_public(place: str) -> None:
    assert is_public(ipaddress.ip_address(place))


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "https://", "//x",
        "https://user@example.com/", "https://u:p@example.com/", "https://example.com:22/",
        "https://example.com:99999/", "https://exa mple.com/", "https://example.com/\r\nX: 1",
        "https://example.com\\@10.0.0.1/", "https://ex\u0430mple.com/", "gopher://example.com/",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the words differ, the refusal is the point
        address.parsed(url)
    with pytest.raises(AddressRefused):
        Egress(resolve=lambda _h, _p: ["8.8.8.8"]).post(url, b"{}", {})


def test_numbers_that_hide_an_address_are_checked_as_what_they_are() -> None:
    """The machine's resolver reads 2130706433 as 127.0.0.1."""
    for url in ("https://2130706433/", "https://0x7f000001/", "https://127.1/", "https://[::1]/"):
        with pytest.raises((AddressRefused, NoAnswer)):
            Egress().post(url, b"{}", {})


def test_a_name_without_an_address_is_tried_again() -> None:
    def nobody(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    def unknown(_host: str, _port: int) -> Sequence[str]:
        return []

    for resolve in (nobody, unknown):
        with pytest.raises(NoAnswer, match="has no address"):
            Egress(resolve=resolve).post("https://gone.example.com/", b"{}", {})
