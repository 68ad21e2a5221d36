"""A venue's end of one socket, in a process of its own: it says what it has, at once or at a pace.

Nothing here is waited for but the receiver: frames are made ready before, and go out many in one
write. What is encrypted goes out in records of as many frames as one write has.
"""

import hashlib
import multiprocessing
import socket
import ssl
import struct
import time
from base64 import b64encode
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOGETHER = 16
"""Frames of one write."""
TAKEN = b'{"success":true,"ret_msg":"","req_id":"1","op":"subscribe"}'
MAGIC = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
MOMENT = b'"ts":'
EPOCH_US = 10**12
"""Moments are microseconds of this machine's own clock, behind this number: thirteen digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is to be said, to whom.

    Args:
        file: a frame a line.
        certificates: where `server.crt` and `server.key` lie, if it is to be encrypted.
        pace: frames a second, each with the moment of its sending; None for as fast as taken.
    """

    file: Path
    certificates: Path | None = None
    pace: int | None = None


@contextmanager
def sending(said: Said) -> Generator[str]:
    """Give the address where it is said to each who comes, one after the other."""
    context = multiprocessing.get_context("spawn")
    given: multiprocessing.Queue[int] = context.Queue()
    sender = context.Process(target=_serve, args=(said, given), daemon=True)
    sender.start()
    try:
        port = given.get(timeout=120)
        scheme = "ws" if said.certificates is None else "wss"
        yield f"{scheme}://127.0.0.1:{port}/v5/public/linear"
    finally:
        sender.kill()
        sender.join()


def moment_us() -> int:
    """Give the moment as it is written into frames."""
    return EPOCH_US + time.monotonic_ns() // 1000


def _serve(said: Said, given: "multiprocessing.Queue[int]") -> None:
    frames = said.file.read_bytes().splitlines()
    server = socket.create_server(("127.0.0.1", 0))
    context: ssl.SSLContext | None = None
    if said.certificates is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(said.certificates / "server.crt", said.certificates / "server.key")
    given.put(server.getsockname()[1])
    while True:
        plain, _ = server.accept()
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            connection = context.wrap_socket(plain, server_side=True) if context else plain
            _greet(connection)
            connection.recv(65536)  # somebody subscribes
            connection.sendall(_framed(TAKEN))
            _pace(connection, frames, said.pace) if said.pace else _pour(connection, frames)
            connection.recv(65536)
        except OSError:
            continue  # whoever it was has heard enough
        finally:
            plain.close()


def _greet(connection: socket.socket) -> None:
    asked = b""
    while b"\r\n\r\n" not in asked:
        asked += connection.recv(4096)
    lines = (line.partition(b":") for line in asked.split(b"\r\n"))
    key = next(value for name, _, value in lines if name.lower() == b"sec-websocket-key").strip()
    accepted = b64encode(hashlib.sha1(key + MAGIC).digest())  # noqa: S324 - RFC 6455 says so
    connection.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + accepted + b"\r\n\r\n"
    )


def _framed(payload: bytes) -> bytes:
    if len(payload) < 126:
        return struct.pack("!BB", 0x81, len(payload)) + payload
    if len(payload) < 65536:
        return struct.pack("!BBH", 0x81, 126, len(payload)) + payload
    return struct.pack("!BBQ", 0x81, 127, len(payload)) + payload


def _pour(connection: socket.socket, frames: list[bytes]) -> None:
    framed = [_framed(frame) for frame in frames]
    for at in range(0, len(framed), TOGETHER):
        connection.sendall(b"".join(framed[at : at + TOGETHER]))


def _pace(connection: socket.socket, frames: list[bytes], pace: int) -> None:
    parts = [frame.partition(MOMENT) for frame in frames]
    framed = [(before + MOMENT, after[after.index(b",") :]) for before, _, after in parts]
    every_ns, due_ns = 1_000_000_000 // pace, time.monotonic_ns()
    for before, after in framed:
        while time.monotonic_ns() < due_ns:
            pass
        connection.sendall(_framed(before + b"%d" % moment_us() + after))
        due_ns += every_ns
