"""A bridge process with a scripted engine, a venue in a file, and a real broker."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from janym.domain.bot import Desired
from local import environment, pki
from local.layout import ROOT
from tests.fixtures.services import RunningBroker
from tests.integration.bridge.cloud import ClaimServer, Platform, until

HERE = Path(__file__).parent
TAG = "abc123"
CANARY = "canary-secret-0123456789"
CONFIG = {
    "bid_spread": "0.001",
    "ask_spread": "0.001",
    "order_amount": "0.01",
    "order_refresh_time": "30",
}


@dataclass(slots=True, kw_only=True)
class Task:
    """A bot's task: the bridge, and what it touches."""

    bot: str
    work: Path
    platform: Platform
    claims: ClaimServer
    spawn: Callable[[], subprocess.Popen[bytes]]
    process: subprocess.Popen[bytes]
    log: Path

    def follow(self, **claim: object) -> None:
        """Start the task of the bot's next run, which claims what is given here."""
        self.claims.answer |= claim
        self.process = self.spawn()

    @property
    def venue(self) -> dict[str, Any]:
        return json.loads((self.work / "venue.json").read_text())

    def at_venue(self, **content: object) -> None:
        """Change what the venue knows."""
        draft = self.work / "venue.new"
        draft.write_text(json.dumps(self.venue | content))
        draft.rename(self.work / "venue.json")

    def engine(self, **said: object) -> None:
        """Make the engine say or do something."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
            door.sendto(json.dumps(said).encode(), str(self.work / "engine.sock"))

    def noted(self, kind: str, number: int = 1) -> dict[str, Any]:
        """Wait for the engine's note of a start or a stop."""
        file = self.work / f"{kind}-{number}.json"
        until(file.exists, file.name, lambda: sorted(self.work.iterdir()))
        return json.loads(file.read_text())

    @property
    def engine_pid(self) -> int:
        """The newest engine's process id, from its greeting's place in the process table."""
        return int((self.work / "engine.pid").read_text())

    def ended(self) -> int:
        """Wait for the bridge's end, and give its exit code."""
        try:
            return self.process.wait(60)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the bridge lives on: {self.log.read_text()}") from None

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)


Start = Callable[..., Task]


@pytest.fixture
def start(tmp_path: Path, broker: RunningBroker) -> Generator[Start]:
    """Start a bridge; claims, environment and broker can be changed."""
    with contextlib.ExitStack() as stack:

        def begin(**changes: Any) -> Task:
            return stack.enter_context(running(tmp_path, changes.pop("broker", broker), **changes))

        yield begin


@contextlib.contextmanager
def running(
    folder: Path,
    broker: RunningBroker,
    *,
    pong_s: float = 15,
    spool_bytes: int | None = None,
    refusals: tuple[int, ...] = (),
    **claim: Any,
) -> Generator[Task]:
    bot = str(claim.pop("bot_id", uuid4()))
    broker.identity("iot-rules")
    work = folder / "work"
    work.mkdir(exist_ok=True)
    empty: dict[str, Any] = {"open": [], "orders": [], "trades": [], "prices": {"BNB-USDT": "600"}}
    (work / "venue.json").write_text(json.dumps(empty | claim.pop("venue_holds", {})))
    claims = ClaimServer(pki.load(broker.folder), answer(bot, broker) | claim)
    claims.refusals += refusals
    platform = Platform(bot, port=broker.port, folder=broker.folder)
    log = folder / "bridge.log"
    bound = {"SPOOL_BYTES": str(spool_bytes)} if spool_bytes else {}

    def spawn() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.integration.bridge.bridge_on_paper",
                 str(work / "venue.json"), str(pong_s)],
                cwd=ROOT, env=environment_of(bot, work, claims) | bound, stdin=subprocess.DEVNULL,
                stdout=output, stderr=output,
            )  # fmt: skip

    task = Task(
        bot=bot, work=work, platform=platform, claims=claims, spawn=spawn, process=spawn(), log=log
    )
    try:
        yield task
    finally:
        task.process.kill()
        task.process.wait()
        sys.stdout.write(log.read_text())
        platform.close()
        claims.close()


def answer(bot: str, broker: RunningBroker) -> dict[str, Any]:
    return {
        "v": 1,
        "bot_id": bot,
        "session": 7,
        "tag": TAG,
        "desired": Desired.RUNNING,
        "stop_mode": "cancel_orders",
        "mqtt_host": broker.host,
        "mqtt_port": broker.port,
        "telemetry_rule": "janym_telemetry",
        "bot": {
            "name": "a bot",
            "strategy_type": "pure_market_making",
            "exchange": "binance",
            "environment": "paper",
            "trading_pair": "ETH-USDT",
            "config": CONFIG,
        },
        "credential": {"api_key": "the-api-key", "api_secret": CANARY, "passphrase": None},
        "venue": {"rest": "http://r", "stream": "ws://s", "ws_api": "ws://w"},
        "fills": [],
        "commands": [],
        "metrics_interval_s": 0.2,
    }


def environment_of(bot: str, work: Path, claims: ClaimServer) -> dict[str, str]:
    engine = work / "engine"
    engine.write_text(f"#!/bin/sh\nexec {sys.executable} {HERE / 'scripted_engine.py'}\n")
    engine.chmod(0o755)
    return environment.inherited() | {
        "PYTHONPATH": f"{ROOT / 'shared'}{os.pathsep}{ROOT}",
        "CLAIM_URL": f"{claims.url}/claim",
        "LAUNCH_TOKEN": "the-launch-token",
        "BOT_ID": bot,
        "RUN_ID": str(uuid4()),
        "WORK_DIR": str(work),
        "ENGINE_PYTHON": str(engine),
        "AWS_REGION": "us-east-1",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{claims.url}/credentials",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "task-token",
    }
