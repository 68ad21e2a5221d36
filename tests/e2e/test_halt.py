"""A halt over the API, with a real Hummingbot: by the broker, and while the broker is away."""

from collections.abc import Generator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from local.demo.job import Job
from local.instruments.client import Refused
from local.instruments.platform import Platform
from local.instruments.waiting import until

LIMIT_S = 120
REASON = "the market is broken"


@pytest.fixture
def platform(tmp_path: Path) -> Generator[Platform]:
    tmp_path.chmod(0o755)
    platform = Platform.start(tmp_path / "stack")
    try:
        yield platform
    finally:
        platform.stop()


@pytest.fixture
def job(platform: Platform) -> Job:
    job = Job(api=platform.api("admin"), exchange=platform.exchange(), say=print)
    job.prepare()
    return job


def set_state(job: Job, state: str) -> dict[str, Any]:
    return job.api.put("/api/organization/state", {"state": state, "reason": REASON})


def stopped(job: Job) -> dict[str, Any]:
    """Wait until the bot's newest run has ended and the bot has stopped; give the run."""
    until("the bot to be stopped", job.status, lambda seen: seen == "stopped", limit_s=LIMIT_S)
    return job.api.get(f"/api/bots/{job.bot}/runs")["items"][0]


def command(job: Job, halt: dict[str, Any]) -> dict[str, Any]:
    (asked,) = halt["asked"]
    return job.api.get(f"/api/commands/{asked['command_id']}")


def test_a_halt_stops_a_bot_with_the_broker_and_without_it(platform: Platform, job: Job) -> None:
    """S2-082, K-30a, DESIGN §8: halt while the broker is away."""
    job.start()
    job.trade(1)

    halt = set_state(job, "HALTED")
    run = stopped(job)

    assert job.open_orders() == []
    assert (run["end_reason"], run["exit_code"]) == ("EXITED", 0)
    assert command(job, halt)["state"] == "done", "the bot heard of it itself"
    with pytest.raises(Refused, match="ORGANIZATION_HALTED") as refused:
        job.api.post(f"/api/bots/{job.bot}/start")
    assert refused.value.status == 409

    set_state(job, "ACTIVE")
    assert job.status() == "stopped"
    job.start()
    job.trade(len(job.fills()) + 1)
    platform.kill("mosquitto")
    halt = set_state(job, "HALTED")
    orders = until("no open order", job.open_orders, lambda seen: not seen, limit_s=LIMIT_S)
    run = stopped(job)
    job.say(f"halted at {halt['at']}, run ended at {run['ended_at']}")

    assert orders == []
    assert run["exit_code"] == 0, "SIGTERM let it cancel by itself"
    waited = datetime.fromisoformat(run["ended_at"]) - datetime.fromisoformat(halt["at"])
    assert waited >= timedelta(seconds=5), "it was given its time to answer"
    lines = job.api.get("/api/audit?action=organization.state")["items"]
    assert [each["after"]["state"] for each in lines] == ["HALTED", "ACTIVE", "HALTED"]
