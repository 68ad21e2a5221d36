"""A paper exchange as a real process, and a client that signs by its own code."""

import hashlib
import hmac
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

ROOT = Path(__file__).parents[3]
FUNDS = {"USDT": "20000", "ETH": "10", "BTC": "0.5", "BNB": "5"}
Json = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    api_key: str
    secret: str


@dataclass(slots=True, kw_only=True)
class PaperExchange:
    """The process and its address. Markets move by `steps` unless `tick_ms` is given."""

    data: Path
    extra: list[str] = field(default_factory=list[str])
    process: subprocess.Popen[str] | None = None
    port: int = 0

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", "containers.paper_exchange", "--tick-ms", "0"]

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"}  # noqa: TID251 - handed on

    def start(self) -> None:
        self.process = subprocess.Popen(
            [*self.command, "--port", "0", "--data", str(self.data), *self.extra],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert "listening" in line, f"the exchange did not start: {line!r}"
        self.port = json.loads(line)["about"]["port"]

    def kill(self) -> None:
        """SIGKILL: nothing is said goodbye to."""
        assert self.process is not None
        self.process.kill()
        self._reap()

    def stop(self) -> tuple[int, str]:
        """SIGTERM; return the exit code and what was still printed."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self._reap()

    def _reap(self) -> tuple[int, str]:
        assert self.process is not None
        printed, _ = self.process.communicate(timeout=30)
        code = self.process.returncode
        self.process = None
        return code, printed

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def call(
        self,
        method: str,
        path: str,
        *,
        body: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            told = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=told, body=json.loads(response.read()))
        finally:
            connection.close()

    def get(self, path: str, **params: object) -> Json:
        """Return the body of a public call that succeeds."""
        answer = self.call("GET", f"{path}?{urlencode(params)}")
        assert answer.status == 200, answer
        return answer.body

    def control(self, method: str, path: str, fields: Json = None) -> Json:
        """Return the body of a control call that succeeds."""
        body = None if fields is None else json.dumps(fields)
        answer = self.call(method, f"/control/{path}", body=body)
        assert answer.status == 200, answer
        return answer.body

    def account(self, **fields: Json) -> Keys:
        given = self.control("POST", "accounts", {"label": "test", "balances": FUNDS} | fields)
        return Keys(api_key=given["api_key"], secret=given["api_secret"])

    def steps(self, count: int = 1) -> None:
        self.control("POST", "steps", {"count": count})

    def fault(self, **fields: Json) -> int:
        return int(self.control("POST", "faults", fields)["id"])

    def hits(self, fault_id: int) -> int:
        faults = self.control("GET", "faults")
        return next(one["hits"] for one in faults if one["id"] == fault_id)

    def ledger(self, keys: Keys) -> Json:
        return self.control("GET", f"ledger?api_key={keys.api_key}")

    def signed(self, keys: Keys, method: str, path: str, **params: object) -> Answer:
        """Send a signed call, good or bad, with the parameters in the query."""
        timed = {"timestamp": int(time.time() * 1000)} | params  # noqa: TID251 - the client's own clock
        query = urlencode(timed)
        digest = hmac.new(keys.secret.encode(), query.encode(), hashlib.sha256).hexdigest()
        return self.call(
            method, f"{path}?{query}&signature={digest}", headers={"X-MBX-APIKEY": keys.api_key}
        )

    def signed_body(self, keys: Keys, path: str, **params: object) -> Answer:
        """POST a signed form body."""
        timed = params | {"timestamp": int(time.time() * 1000)}  # noqa: TID251 - the client's own clock
        form = urlencode(timed)
        digest = hmac.new(keys.secret.encode(), form.encode(), hashlib.sha256).hexdigest()
        headers = {
            "X-MBX-APIKEY": keys.api_key,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        return self.call("POST", path, body=f"{form}&signature={digest}", headers=headers)

    def order(self, keys: Keys, **params: object) -> Answer:
        """Send an order: by default a GTC buy of 0.1 ETH far below the market."""
        defaults: dict[str, object] = {
            "symbol": "ETHUSDT",
            "side": "BUY",
            "type": "LIMIT",
            "timeInForce": "GTC",
            "quantity": "0.1",
            "price": "1500",
        }
        wanted = {name: value for name, value in (defaults | params).items() if value is not None}
        return self.signed(keys, "POST", "/api/v3/order", **wanted)

    def top(self, symbol: str = "ETHUSDT") -> tuple[Decimal, Decimal]:
        """Return the best bid and ask."""
        book = self.get("/api/v3/depth", symbol=symbol, limit=1)
        return Decimal(book["bids"][0][0]), Decimal(book["asks"][0][0])


Start = Callable[..., PaperExchange]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start exchanges of one's own with extra arguments; all end with the test."""
    running: list[PaperExchange] = []

    def start_one(*extra: str) -> PaperExchange:
        one = PaperExchange(data=tmp_path / f"exchange{len(running)}", extra=list(extra))
        running.append(one)
        one.start()
        return one

    yield start_one
    for one in running:
        if one.process is not None:
            one.kill()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PaperExchange]:
    one = PaperExchange(data=tmp_path_factory.mktemp("exchange"))
    one.start()
    yield one
    one.kill()


@pytest.fixture
def exchange(shared: PaperExchange) -> PaperExchange:
    """An exchange that a module's tests share: no faults, full house quotes, nobody's orders."""
    shared.control("DELETE", "faults")
    shared.steps(1)
    return shared
