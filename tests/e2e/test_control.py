"""Pause, resume, apply and flatten over the API, with a real Hummingbot on a stack of its own."""

import os
import signal
from collections.abc import Generator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from janym.domain.money import plain
from local.demo.job import Job
from local.instruments import processes
from local.instruments.platform import Platform
from local.instruments.waiting import until

LIMIT_S = 180
DUST = Decimal("0.003")
"""ETH; worth more than the least order of 5 USDT at every price of the paper market."""


@pytest.fixture
def job(tmp_path: Path) -> Generator[Job]:
    tmp_path.chmod(0o755)
    platform = Platform.start(tmp_path / "stack")
    try:
        job = Job(api=platform.api("admin"), exchange=platform.exchange(), say=print)
        job.prepare()
        yield job
    finally:
        platform.stop()


def ask(job: Job, wish: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Ask something of the bot, and wait for the command's end."""
    command = job.api.post(f"/api/bots/{job.bot}/{wish}", body)
    return until(
        f"the end of {wish}",
        lambda: job.api.get(f"/api/commands/{command['command_id']}"),
        lambda seen: seen["state"] in {"done", "failed", "expired"},
        limit_s=LIMIT_S,
    )


def session(job: Job) -> int:
    return int(job.api.get(f"/api/bots/{job.bot}")["session"])


def position(job: Job) -> Decimal:
    signs = {"buy": 1, "sell": -1}
    fills = job.fills()
    return sum((signs[f["side"].lower()] * Decimal(f["quantity"]) for f in fills), Decimal(0))


def is_(job: Job, status: str) -> None:
    until(f"the bot to be {status}", job.status, lambda seen: seen == status, limit_s=LIMIT_S)


def test_an_owner_pauses_resumes_applies_and_flattens(job: Job) -> None:
    """S0-003, S0-080, S0-081, S0-082, S0-083, K-30a."""
    job.start()
    job.trade(3)

    assert ask(job, "pause")["state"] == "done"
    is_(job, "paused")
    assert job.open_orders() == []
    assert processes.engine_of(job.bot) is None
    assert session(job) == 1

    for pid in processes.task_of(job.bot):
        os.kill(pid, signal.SIGKILL)
    until(
        "another task that rests",
        lambda: (session(job), job.status()),
        lambda seen: seen == (2, "paused"),
        limit_s=LIMIT_S,
    )
    assert job.open_orders() == []

    assert ask(job, "resume")["state"] == "done"
    is_(job, "running")
    job.api.put(f"/api/bots/{job.bot}", {"config": {"bid_spread": "0.0007"}})
    assert ask(job, "apply")["state"] == "done"
    until(
        "the configuration in force",
        lambda: job.api.get(f"/api/bots/{job.bot}/config"),
        lambda seen: seen["same"] and seen["in_force"]["bid_spread"] == "0.0007",
        limit_s=LIMIT_S,
    )
    assert session(job) == 2
    job.trade(len(job.fills()) + 1)
    until("a position", lambda: abs(position(job)), lambda held: held > DUST, limit_s=LIMIT_S)

    flattened = ask(job, "stop", {"mode": "flatten"})

    is_(job, "stopped")
    left = position(job)
    short = "short " if left < 0 else ""
    by_bot = f"; {plain(abs(left))} ETH {short}left"
    by_fills = "nothing of the position is left, as the exchange says"
    assert flattened["state"] == "done"
    assert flattened["reason"].endswith((by_bot, by_fills) if not left else by_bot)
    assert abs(left) < DUST
    assert job.open_orders() == []
