"""A real engine beyond its task's memory: ended by the task runner, told by its bridge."""

import os
import signal
from collections.abc import Generator
from pathlib import Path
from uuid import uuid4

import pytest

from local import pki
from local.instruments import processes
from tests.fakes.functions import Functions, functions_of
from tests.fakes.life import queue_event
from tests.fakes.world import World
from tests.fixtures.services import RunningBroker
from tests.integration.bridge.cloud import ClaimServer, Platform, until
from tests.integration.bridge.conftest import HERE, TAG, answer
from tests.integration.engine import paper
from tests.integration.engine.worker import ENGINE_PYTHON
from tests.integration.local_aws.stacks import SmallStack, small_stack

NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}
RESTING = {"bid_spread": "0.05", "ask_spread": "0.05", "order_amount": "0.05"}


@pytest.fixture
def functions(monkeypatch: pytest.MonkeyPatch) -> Generator[Functions]:
    with functions_of(World(), monkeypatch) as functions:
        yield functions


@pytest.fixture
def exchange(tmp_path: Path) -> Generator[paper.Paper]:
    folder = tmp_path / "exchange"
    folder.mkdir()
    with paper.running(folder) as running:
        yield running


@pytest.fixture
def runner(tmp_path: Path) -> Generator[SmallStack]:
    """The task runner, with a definition that gives a bot 384 MiB."""
    with small_stack(tmp_path) as small:
        small.start("ecs")
        yield small


@pytest.fixture
def platform(functions: Functions, broker: RunningBroker) -> Generator[Platform]:
    """What the platform hears of a bot that is about to run."""
    broker.identity("iot-rules")
    bot = str(functions.world.running_bot().id)
    platform = Platform(bot, port=broker.port, folder=broker.folder)
    yield platform
    platform.close()


@pytest.fixture
def account(exchange: paper.Paper) -> paper.Account:
    return exchange.account()


@pytest.fixture
def task(
    platform: Platform,
    broker: RunningBroker,
    exchange: paper.Paper,
    account: paper.Account,
    runner: SmallStack,
) -> Generator[str]:
    """A task with a bridge and an engine that can be told to take more memory."""
    told = answer(platform.bot, broker)
    told |= {
        "session": 1,
        "venue": exchange.venue(),
        "credential": {"api_key": account.api_key, "api_secret": account.api_secret},
        "bot": told["bot"] | {"config": told["bot"]["config"] | RESTING},
    }
    claims = ClaimServer(pki.load(broker.folder), told)
    python = runner.home / "python"
    python.write_text(f'#!/bin/sh\nexec {ENGINE_PYTHON} -I {HERE / "hungry_engine.py"} "$@"\n')
    python.chmod(0o755)
    variables = {
        "CLAIM_URL": f"{claims.url}/claim",
        "LAUNCH_TOKEN": "the-launch-token",
        "BOT_ID": platform.bot,
        "RUN_ID": str(uuid4()),
        "ENGINE_PYTHON": str(python),
    }
    started = runner.client("ecs").run_task(
        cluster="small",
        taskDefinition="small-engine",
        networkConfiguration=NETWORK,
        overrides={"containerOverrides": [{"name": "bot", "environment": pairs(variables)}]},
    )
    yield started["tasks"][0]["taskArn"]
    claims.close()


def pairs(variables: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in variables.items()]


def test_an_engine_beyond_its_tasks_memory_is_ended_and_its_bot_says_so(
    task: str,
    platform: Platform,
    runner: SmallStack,
    exchange: paper.Paper,
    account: paper.Account,
    functions: Functions,
) -> None:
    """K-07, S0-070: while it trades; its orders are cancelled, the reason is in the API."""

    def resting() -> set[str]:
        return {each["client_order_id"] for each in exchange.ledger(account)["open_orders"]}

    platform.wait("status", status="running")
    orders = until(resting, "resting orders", lambda: platform.heard[-5:])
    engine = processes.engine_of(platform.bot)
    assert engine is not None

    os.kill(engine.pid, signal.SIGUSR1)

    said = platform.wait("status", status="error").body
    heard = functions.invoke("ingest_current", queue_event(platform.bot, "status", said))
    seen = functions.http(f"GET /api/bots/{platform.bot}").json
    assert heard == {"batchItemFailures": []}
    assert (seen["status"], seen["reason"]) == ("error", "OUT_OF_MEMORY")
    assert seen["detail"] == "the task's memory was not enough"
    until(lambda: not orders & resting(), "the dead engine's orders to go", resting)
    described = runner.client("ecs").describe_tasks(cluster="small", tasks=[task])["tasks"][0]
    assert described["lastStatus"] == "RUNNING"
    assert platform.wait("orders/cancelled").body["client_order_id"].startswith(f"jn{TAG}")
