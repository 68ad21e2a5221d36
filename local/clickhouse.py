"""ClickHouse's HTTP interface on one in-process engine: the ordinary client works unchanged.

    python -m local.clickhouse --data DIR --port P --secrets FILE [--database janym]

Speaks what clickhouse-connect speaks: compressed bodies of many frames, server-side parameters,
settings, formats, error codes. Results are not streamed; there are no sessions and there is no
external data.
"""

import argparse
import base64
import gzip
import hmac
import json
import sys
import uuid
import zlib
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import lz4.frame
import zstandard

from local import death
from local.clickhouse_engine import Answer, Engine, Refused, Statement, split
from local.layout import read_json

AUTHENTICATION_FAILED = 516
_NOT_FOUND = {60, 81}  # unknown table, unknown database
_TRANSPORT = frozenset(
    {
        "database", "query", "user", "password", "query_id", "quota_key", "role",
        "session_id", "session_timeout", "session_check", "default_format", "buffer_size",
        "wait_end_of_query", "client_protocol_version", "compress", "decompress",
        "enable_http_compression", "send_progress_in_http_headers",
        "http_headers_progress_interval_ms",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """The one user who may ask."""

    user: str
    password: str

    def accepts(self, user: str, password: str) -> bool:
        return hmac.compare_digest(
            f"{user}:{password}".encode(), f"{self.user}:{self.password}".encode()
        )


class Server(ThreadingHTTPServer):
    """A thread per connection over one engine."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, engine: Engine, login: Login) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.engine = engine
        self.login = login


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server  # pyright: ignore[reportIncompatibleVariableOverride] - narrowed on purpose
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing per request: addresses carry statements, and they would fill the log."""

    def finish(self) -> None:
        super().finish()
        self.server.engine.forget_thread()

    def _serve(self) -> None:
        url = urlsplit(self.path)
        options = dict(parse_qsl(url.query, keep_blank_values=True))
        body = self._body()
        if url.path == "/ping":
            self._send(200, b"Ok.\n", {})
            return
        headers = {"X-ClickHouse-Query-Id": options.get("query_id") or str(uuid.uuid4())}
        try:
            self._authenticate(options)
            answer = self.server.engine.run(self._statement(options, body))
        except Refused as error:
            headers["X-ClickHouse-Exception-Code"] = str(error.code)
            self._send(_status(error), f"{error}\n".encode(), headers)
            return
        self._send(200, answer.content, headers | _described(answer))

    def _authenticate(self, options: dict[str, str]) -> None:
        user = self.headers.get("X-ClickHouse-User") or options.get("user") or ""
        password = self.headers.get("X-ClickHouse-Key") or options.get("password") or ""
        scheme, _, encoded = (self.headers.get("Authorization") or "").partition(" ")
        if scheme.lower() == "basic":
            user, _, password = _decoded(encoded).partition(":")
        if not self.server.login.accepts(user, password):
            raise Refused(
                f"Code: {AUTHENTICATION_FAILED}. DB::Exception: {user or 'default'}: "
                "Authentication failed: password is incorrect, or there is no such user. "
                "(AUTHENTICATION_FAILED)"
            )

    def _statement(self, options: dict[str, str], body: bytes) -> Statement:
        if (self.headers.get("Content-Type") or "").startswith("multipart/"):
            raise Refused("Code: 48. DB::Exception: external data is not served on this machine")
        plain = inflate(body, self.headers.get("Content-Encoding") or "")
        sql, data = split(options.get("query", "").encode(), plain)
        return Statement(
            sql=sql,
            data=data,
            database=options.get("database") or "default",
            settings=tuple(
                sorted(
                    (name, value)
                    for name, value in options.items()
                    if name not in _TRANSPORT and not name.startswith("param_")
                )
            ),
            parameters={
                name.removeprefix("param_"): value
                for name, value in options.items()
                if name.startswith("param_")
            },
            default_format=options.get("default_format") or "TabSeparated",
        )

    def _body(self) -> bytes:
        if (self.headers.get("Transfer-Encoding") or "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks: list[bytes] = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return b"".join(chunks)

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("X-ClickHouse-Timezone", "UTC")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


def inflate(body: bytes, encoding: str) -> bytes:
    """Return a body as it was before compression.

    Clients send one frame per block of rows, one after the other: all of them are read.

    Raises:
        Refused: the body is cut short, or its encoding is unknown.
    """
    if encoding in {"lz4", "zstd"}:
        return _frames(body, encoding)
    try:
        match encoding:
            case "" | "identity":
                return body
            case "gzip":
                return gzip.decompress(body)
            case "deflate":
                return zlib.decompress(body)
            case _:
                raise Refused(f"Code: 48. DB::Exception: Content-Encoding {encoding} is unknown")
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(f"Code: 271. DB::Exception: cannot decompress: {error}") from error


def _frames(body: bytes, encoding: str) -> bytes:
    plain: list[bytes] = []
    while body:
        frame: Any = (
            lz4.frame.LZ4FrameDecompressor()
            if encoding == "lz4"
            else zstandard.ZstdDecompressor().decompressobj()
        )
        try:
            plain.append(frame.decompress(body))
        except (RuntimeError, zstandard.ZstdError) as error:
            raise Refused(f"Code: 271. DB::Exception: cannot decompress: {error}") from error
        if not frame.eof:
            raise Refused("Code: 271. DB::Exception: the compressed body is cut short")
        body = frame.unused_data or b""
    return b"".join(plain)


def _decoded(text: str) -> str:
    """Return what base64 holds; nothing when it holds no text, which is nobody's password."""
    try:
        return base64.b64decode(text).decode()
    except ValueError:
        return ""


def _status(error: Refused) -> int:
    if error.code == AUTHENTICATION_FAILED:
        return 403
    return 404 if error.code in _NOT_FOUND else 500


def _described(answer: Answer) -> dict[str, str]:
    summary = {
        "read_rows": str(answer.read_rows),
        "written_rows": str(answer.written_rows),
        "elapsed_ns": str(answer.elapsed_ns),
    }
    return {"X-ClickHouse-Format": answer.format, "X-ClickHouse-Summary": json.dumps(summary)}


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    engine = Engine(options.data.resolve())
    engine.create_database(options.database)
    secret = read_json(options.secrets)["clickhouse"]
    server = Server(options.port, engine, Login(user=secret["user"], password=secret["password"]))
    death.leave_on_request()
    print(f"answering on http://127.0.0.1:{options.port}", flush=True)
    server.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.clickhouse", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument(
        "--secrets", type=Path, required=True, help='JSON with a "clickhouse" login'
    )
    parser.add_argument("--database", default="janym")
    return parser


if __name__ == "__main__":
    sys.exit(main())
