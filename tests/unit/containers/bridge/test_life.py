"""One engine's life, and why it ended."""

import asyncio
import signal
from dataclasses import dataclass
from typing import Any

import pytest

from containers.bridge import lines
from containers.bridge.life import Death, DeathReason, Ears, Life, Patience
from janym.domain.bot import StopMode
from tests.unit.containers.bridge.conftest import ScriptedWorker

SHORT = Patience(start_s=0.2, pong_s=0.2, ping_every_s=0.02, stop_s=0.2, look_every_s=0.01)


@dataclass(slots=True)
class Memory:
    """What the kernel counts."""

    kills: int = 0


@pytest.fixture
async def worker() -> ScriptedWorker:
    return ScriptedWorker(asyncio.get_running_loop().create_future())


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
async def life(memory: Memory, heard: list[str]) -> Life:
    ears = Ears(
        trade=lambda _line: heard.append("trade"),
        log=lambda _line: heard.append("log"),
        hello=lambda _line: heard.append("hello"),
        running=lambda: heard.append("running"),
    )
    return Life(ears=ears, patience=SHORT, memory_kills=lambda: memory.kills)


def say(life: Life, kind: str, **fields: object) -> None:
    life.hear(lines.decode(lines.encode(kind, **fields)))


def snapshot(life: Life, *, connected: bool) -> None:
    say(
        life, "snapshot", at="2026-01-01T00:00:00Z", balances={}, active_orders=[],
        mid_price=None, connector_ready=connected,
    )  # fmt: skip


async def watched(life: Life, worker: ScriptedWorker) -> Death | None:
    return await asyncio.wait_for(life.watch(worker, asyncio.Event()), 10)


async def test_it_runs_once_it_is_ready_and_connected(life: Life, heard: list[str]) -> None:
    """S0-070."""
    say(life, "hello", hummingbot_version="x", pid=1, modules=[])
    say(life, "ready")
    snapshot(life, connected=False)
    assert heard == ["hello"]

    snapshot(life, connected=True)
    snapshot(life, connected=True)

    assert heard == ["hello", "running"]


def died(detail: str) -> Death:
    return Death(reason=DeathReason.ENGINE_DIED, detail=detail)


@pytest.mark.parametrize(
    ("end", "death"),
    [
        ((0, 0), died("exit code 0")),
        ((1, 1), died("exit code 1")),
        ((-signal.SIGSEGV, 0), died("signal SIGSEGV")),
        ((-signal.SIGKILL, 0), died("signal SIGKILL")),
        (
            (-signal.SIGKILL, 1),
            Death(reason=DeathReason.OUT_OF_MEMORY, detail="the task's memory was not enough"),
        ),
    ],
)
async def test_its_end_has_a_reason(
    life: Life, worker: ScriptedWorker, memory: Memory, end: tuple[int, int], death: Death
) -> None:
    code, memory.kills = end
    worker.end(code)

    assert await watched(life, worker) == death


async def test_what_it_says_of_its_end_counts(life: Life, worker: ScriptedWorker) -> None:
    say(life, "fatal", code="KEY_REFUSED", message="the venue says no")
    worker.end(1)

    death = await watched(life, worker)

    assert death == Death(
        reason=DeathReason.ENGINE_REFUSED, detail="KEY_REFUSED: the venue says no"
    )


async def test_it_must_run_in_time(life: Life, worker: ScriptedWorker) -> None:
    death = await watched(life, worker)

    assert death is not None
    assert death.reason is DeathReason.ENGINE_START_TIMEOUT


async def test_its_loop_must_turn(life: Life, worker: ScriptedWorker) -> None:
    say(life, "ready")
    snapshot(life, connected=True)

    death = await watched(life, worker)

    assert death is not None
    assert death.reason is DeathReason.ENGINE_HUNG
    assert worker.told[0][0] == "ping"


async def test_one_that_answers_lives_on(life: Life, worker: ScriptedWorker) -> None:
    def answer(_kind: str, fields: dict[str, Any]) -> None:
        if fields["id"] == 30:
            worker.end(0)
        say(life, "pong", id=fields["id"])

    worker.answer = answer
    say(life, "ready")
    snapshot(life, connected=True)

    death = await watched(life, worker)

    assert death is not None
    assert death.reason is DeathReason.ENGINE_DIED


async def test_it_is_left_when_something_else_is_wanted(life: Life, worker: ScriptedWorker) -> None:
    leave = asyncio.Event()
    leave.set()

    assert await life.watch(worker, leave) is None


async def test_it_is_asked_to_end_and_ended_where_it_does_not(
    life: Life, worker: ScriptedWorker
) -> None:
    await life.end(worker, StopMode.KEEP_ORDERS)

    assert worker.told == [("stop", {"mode": "keep_orders"})]
    assert worker.exited.result() == -signal.SIGKILL


async def test_one_that_ends_when_asked_is_not_killed(life: Life, worker: ScriptedWorker) -> None:
    worker.answer = lambda _kind, _fields: worker.end(0)

    await life.end(worker, StopMode.CANCEL_ORDERS)

    assert worker.exited.result() == 0
