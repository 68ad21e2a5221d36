"""The whole stack is killed while a bot trades; the next start brings both back, and cleans up."""

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Generator
from pathlib import Path

import psutil

from local import remains
from local.demo.job import Job
from local.instruments import processes
from local.instruments.platform import Platform
from local.instruments.waiting import until
from local.layout import Stack

UP_IN_S = 150
BACK_IN_S = 180
PREFIX = 10
"""Characters of a client order id that name bot, session and engine."""


def test_a_bot_of_a_killed_stack_runs_again_and_its_old_orders_are_gone(tmp_path: Path) -> None:
    """K-07: no task outlives its stack for long, no order outlives its task, wishes are kept."""
    tmp_path.chmod(0o755)
    home = tmp_path / "stack"
    platform = Platform.start(home)
    try:
        job = Job(api=platform.api("admin"), exchange=platform.exchange(), say=print)
        job.prepare()
        job.start()
        before = {order["client_order_id"][:PREFIX] for order in job.open_orders()}
        bridge = processes.bridge_of(job.bot)
        platform.process.send_signal(signal.SIGKILL)
        platform.process.wait()
        with started_again(home) as said:
            until(
                "quotes of a new session alone",
                lambda: prefixes(job),
                only(before),
                limit_s=BACK_IN_S,
            )
            until("the bot to run", job.status, lambda seen: seen == "running", limit_s=BACK_IN_S)
            runs = job.api.every(f"/api/bots/{job.bot}/runs")
            told = said.read_text()
    finally:
        platform.process.kill()
        for _ in remains.clear(Stack.at(home)):
            pass

    assert bridge is not None
    assert f"the task of bot {job.bot}" in told
    assert not psutil.pid_exists(bridge.pid)
    assert [run["state"] for run in runs] == ["claimed", "ended"]
    assert runs[1]["checked_at"] is not None


def prefixes(job: Job) -> set[str]:
    return {order["client_order_id"][:PREFIX] for order in job.open_orders()}


def only(before: set[str]) -> Callable[[set[str]], bool]:
    return lambda seen: len(seen) == 1 and seen.isdisjoint(before)


@contextlib.contextmanager
def started_again(home: Path) -> Generator[Path]:
    """Start the stack on what is left of it, and stop it at the end."""
    log, file = home.parent / "again.log", home / "stack.json"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "up", "--home", str(home)], stdout=output, stderr=output
        )
    try:
        until(
            "the stack to be up again",
            lambda: json.loads(file.read_text()),
            lambda seen: bool(seen.get("ready")) and seen.get("pid") == process.pid,
            limit_s=UP_IN_S,
        )
        yield log
    finally:
        process.terminate()
        process.wait(UP_IN_S)
