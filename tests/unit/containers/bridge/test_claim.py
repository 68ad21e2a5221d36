"""Asking for the run, until there is an answer."""

import json
import threading
from collections.abc import Generator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import repeat
from typing import Any

import pytest

from containers.bridge.claim import Claim, Claimant, Refused
from tests.unit.containers.bridge.conftest import NOON, SetClock

ANSWER: dict[str, Any] = {
    "v": 1, "bot_id": "b", "session": 7, "tag": "abc123", "desired": "running",
    "stop_mode": "cancel_orders", "certificate_pem": "c", "ca_pem": "a", "mqtt_host": "h",
    "mqtt_port": 8883, "telemetry_rule": "r", "metrics_interval_s": 5, "venue": None,
    "bot": {"name": "n", "strategy_type": "pmm", "exchange": "binance", "environment": "paper",
            "trading_pair": "ETH-USDT", "config": {}},
    "credential": {"api_key": "the-key", "api_secret": "the-secret", "passphrase": None},
    "fills": [{"trade_id": "1", "client_order_id": "c", "exchange_order_id": None,
               "trading_pair": "ETH-USDT", "order_side": "buy", "price": "1", "quantity": "2",
               "fee": "0", "fee_asset": "USDT", "fee_price": "1", "maker": None,
               "executed_at": "2026-01-01T00:00:00Z", "source": "bot"}],
    "commands": [{"id": "1", "kind": "start", "payload": {}, "expires_at": "2026-01-01T00:00:00Z"}],
    "something_new": 1,
}  # fmt: skip


class Door:
    """Answers one after the other; the last answer is for good."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[bytes] = []
        door = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                door.asked.append(self.rfile.read(int(self.headers["Content-Length"])))
                status, headers, body = door.answers[min(len(door.asked), len(door.answers)) - 1]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def then(self, status: int, body: object = None, **headers: str) -> "Door":
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, json.dumps(body or {}).encode()))
        return self


@pytest.fixture
def door() -> Generator[Door]:
    made = Door()
    serving = threading.Thread(target=made.server.serve_forever, args=(0.01,))
    serving.start()
    yield made
    made.server.shutdown()
    serving.join()
    made.server.server_close()


def ask(door: Door, clock: SetClock, *, delay: float = 2.0) -> Claim:
    claimant = Claimant(
        url=f"http://127.0.0.1:{door.server.server_address[1]}/claim",
        sign=lambda _url, _body: {"Authorization": "signed"},
        delays=repeat(delay),
        now=clock.now,
        pause=clock.pass_,
    )
    return claimant.claim("token", run_id="run", request_pem=b"csr")


def test_the_answer_is_everything_that_a_run_needs(door: Door, clock: SetClock) -> None:
    claim = ask(door.then(200, ANSWER), clock)

    assert (claim.session, claim.bot.trading_pair) == (7, "ETH-USDT")
    assert claim.fills[0].side == "buy"
    assert json.loads(door.asked[0]) == {"v": 1, "token": "token", "run_id": "run", "csr": "csr"}
    assert "the-secret" not in repr(claim)


@pytest.mark.parametrize("status", [425, 429, 500, 503])
def test_it_asks_again_where_an_answer_may_come(door: Door, clock: SetClock, status: int) -> None:
    ask(door.then(status).then(200, ANSWER), clock)

    assert len(door.asked) == 2
    assert clock.now() == NOON + timedelta(seconds=2)


def test_it_waits_as_long_as_it_is_told(door: Door, clock: SetClock) -> None:
    ask(door.then(425, Retry_After="7").then(200, ANSWER), clock)

    assert clock.now() == NOON + timedelta(seconds=7)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409])
def test_a_refusal_is_final(door: Door, clock: SetClock, status: int) -> None:
    with pytest.raises(Refused, match=f"{status} BOT_NOT_WANTED its owner stopped it"):
        ask(door.then(status, {"code": "BOT_NOT_WANTED", "detail": "its owner stopped it"}), clock)


def test_patience_ends_after_three_minutes(door: Door, clock: SetClock) -> None:
    with pytest.raises(Refused, match="no answer in 180 s; the last was: 503"):
        ask(door.then(503), clock, delay=60)

    assert clock.now() == NOON + timedelta(seconds=180)


def test_an_answer_that_is_not_understood_names_fields_and_no_values(
    door: Door, clock: SetClock
) -> None:
    with pytest.raises(Refused, match="session") as refusal:
        ask(door.then(200, ANSWER | {"session": "the-secret"}), clock)

    assert "the-secret" not in str(refusal.value)
