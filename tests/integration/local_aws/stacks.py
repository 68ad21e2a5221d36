"""A small stack for tests: the components that a test asks for, as real processes."""

import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar, cast

import boto3
import urllib3
from botocore.config import Config
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from local import clock, environment, pki, ports
from local.aws.stack import Stack
from local.layout import ROOT
from local.layout import Stack as Layout

TEMPLATE = ROOT / "tests" / "data" / "aws" / "template.yaml"
T = TypeVar("T")
WITHIN = 30.0
"""Seconds in which what a test waits for must be seen."""
SCHEMES = {
    "gateway": "https://localhost",
    "live": "https://localhost",
    "mqtt": "mqtts://localhost",
}
NAMES = (
    "postgres", "clickhouse", "mqtt", "moto", "issuer", "iot", "sqs",
    "gateway", "run_api", "live", "live_management", "lambda", "ecs", "paper_exchange",
    "flow_server", "collector",
)  # fmt: skip


def eventually(look: Callable[[], T | None], what: str) -> T:
    """Look until something is there; the last sight is told when it never is."""
    end, seen = time.monotonic() + WITHIN, None
    pause = threading.Event()
    while time.monotonic() < end:
        seen = look()
        if seen:
            return seen
        pause.wait(0.05)
    raise AssertionError(f"waited {WITHIN:.0f} s for {what}; last seen: {seen!r}")


class Issuer:
    """Signs tokens and publishes its key."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        keys = KeySet([self._key]).as_dict(private=False)
        configuration = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        bodies = {
            "/.well-known/openid-configuration": json.dumps(configuration).encode(),
            "/keys": json.dumps(keys).encode(),
        }

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = bodies[self.path]
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def mint(self, **claims: Any) -> str:
        now = int(clock.now().timestamp())
        standard = {"iss": self.url, "aud": "janym", "sub": "ana", "iat": now, "exp": now + 600}
        return jwt.encode({"alg": "RS256", "kid": "one"}, {**standard, **claims}, self._key)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@dataclass(kw_only=True)
class SmallStack:
    """A stack's files, and the components that run on them."""

    home: Path
    addresses: dict[str, str]
    template: Path = TEMPLATE
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, Any])

    @property
    def stack(self) -> Stack:
        return Stack.load(self.home / "stack.json")

    @property
    def seen(self) -> Path:
        return self.home / "seen"

    def start(self, *names: str) -> None:
        """Start components and wait until each answers."""
        for name in names:
            port = self.stack.port(name)
            with (self.home / f"{name}.log").open("ab") as log:
                self.processes[name] = subprocess.Popen(
                    [
                        *(sys.executable, "-m", f"local.aws.{name}", "--port", str(port)),
                        *("--stack", str(self.home / "stack.json")),
                        *("--template", str(self.template)),
                    ],
                    cwd=ROOT,
                    env={**environment.python(Layout.at(self.home)), **environment.aws()},
                    stderr=log,
                )
        for name in names:
            eventually(lambda name=name: self.answers(name), f"{name} to answer")

    def kill(self, name: str) -> None:
        """SIGKILL a component."""
        self.processes[name].kill()
        self.processes.pop(name).wait()

    def stop(self, name: str) -> int:
        """SIGTERM a component; its exit code."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGTERM)
        return process.wait(WITHIN)

    def client(self, service: str, address: str | None = None) -> Any:
        """A boto3 client of one of the stack's services."""
        named = cast("Any", boto3).client  # typed by literal names alone
        return named(
            service,
            endpoint_url=self.addresses[address or service],
            region_name=environment.REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}),
        )

    def http(self) -> urllib3.PoolManager:
        """An HTTP client that trusts the stack."""
        return urllib3.PoolManager(
            ca_certs=str(self.home / "pki" / "ca.crt"), retries=False, timeout=WITHIN
        )

    def lines(self, name: str) -> list[Any]:
        """What functions wrote to a file of the stack."""
        file = self.seen / name
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text()

    def answers(self, name: str) -> bool:
        """Whether a component is up and well."""
        status = self.processes[name].poll()
        if status is not None:
            raise AssertionError(f"{name} ended with {status}: {self.log(name)[-3000:]}")
        url = self.addresses[name] + "/_health"
        try:
            return self.http().request("GET", url).status == 200
        except urllib3.exceptions.HTTPError:
            return False


@contextmanager
def small_stack(folder: Path, **addresses: str) -> Generator[SmallStack]:
    """A stack's folder with its files; everything started in it ends with it."""
    home = folder / "stack"
    home.mkdir()
    given = {
        name: f"{SCHEMES.get(name, 'http://127.0.0.1')}:{ports.free()}" for name in NAMES
    } | addresses
    pki.create(home / "pki", at=clock.now())
    secrets = {
        "collector_door": "let-me-see",
        "postgres": {"app": "app word", "live": "live word"},
        "credential_key_arn": "arn:aws:kms:us-east-1:000000000000:key/k",
        "clickhouse_secret_arn": "arn:aws:secretsmanager:us-east-1:000000000000:secret:c",
    }
    (home / "secrets.json").write_text(json.dumps(secrets))
    paths = {
        **{name: str(home / name) for name in ("pki", "logs", "work")},
        "secrets": str(home / "secrets.json"),
        "terminal": str(home / "terminal"),
        "engine_python": sys.executable,
    }
    (home / "stack.json").write_text(json.dumps({"addresses": given, "paths": paths}))
    small = SmallStack(home=home, addresses=given)
    try:
        yield small
    finally:
        for name in reversed(list(small.processes)):
            small.stop(name)
        shutil.rmtree(home, ignore_errors=True)


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
