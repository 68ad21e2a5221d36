"""The supervisor with real child processes, small ones."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil
import pytest

from local import child, clock, environment
from local.components import Component, Step
from local.layout import Stack
from local.probes import NotYet, Probe
from local.provisioning import Failed
from local.state import Health, Phase, State
from local.supervisor import Supervisor

WITHIN = 20.0
"""Seconds until something must have been seen."""

WAITS = "import signal, time; print('here', flush=True); signal.pause()"


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    stack = Stack.at(tmp_path / "stack")
    stack.make()
    return stack


def server(name: str, code: str = WAITS, **options: Any) -> Component:
    """A component that answers at once, or as its probe says."""
    defaults: dict[str, Any] = {
        "probe": lambda: None,
        "environment": environment.inherited(),
        "start_within": 5.0,
        "stop_within": 5.0,
    }
    return Component(name=name, command=(sys.executable, "-c", code), **(defaults | options))


class Run:
    """A supervisor, what it said, and what it wrote."""

    def __init__(self, stack: Stack, plan: Sequence[Component | Step]) -> None:
        self.said: list[str] = []
        self.stack = stack
        state = State(stack, {})
        self.supervisor = Supervisor(stack, plan, state, say=self.said.append, now=clock.now)

    @property
    def written(self) -> dict[str, Any]:
        return json.loads(self.stack.description.read_text())

    def pid(self, name: str) -> int:
        return self.written["components"][name]["pid"]

    def health(self, name: str) -> Health:
        return Health(self.written["components"][name]["health"])

    async def until(self, seen: Callable[[], bool]) -> None:
        try:
            async with asyncio.timeout(WITHIN):
                while not seen():
                    await asyncio.to_thread(self.stack.description.exists)
        except TimeoutError:
            pytest.fail(f"never seen; the last state was {self.written}, said {self.said}")


def answers_when(file: Path) -> Probe:
    def probe() -> None:
        if not file.exists():
            raise NotYet(f"no {file.name}")

    return probe


def has_written(log: Path, word: str) -> Probe:
    def probe() -> None:
        if word not in log.read_text():
            raise NotYet(f"no {word!r} in {log.name}")

    return probe


async def test_each_starts_after_what_it_needs(stack: Stack, tmp_path: Path) -> None:
    mark = tmp_path / "first is ready"
    code = f"import pathlib, signal; pathlib.Path({str(mark)!r}).touch(); signal.pause()"
    seen: list[bool] = []
    run = Run(
        stack,
        [
            Step(name="second", run=lambda: seen.append(mark.exists()), after=("first",)),
            server("first", code, probe=answers_when(mark)),
        ],
    )

    await run.supervisor.start()
    await run.supervisor.stop()

    assert seen == [True]


async def test_all_well_is_ready_then_stopped(stack: Stack) -> None:
    run = Run(stack, [server("one"), Step(name="two", run=lambda: None, after=("one",))])

    await run.supervisor.start()
    assert run.written["ready"]
    assert (run.health("one"), run.health("two")) == (Health.READY, Health.DONE)
    pid = run.pid("one")
    await run.supervisor.stop()

    assert run.written["state"] == Phase.STOPPED
    assert not run.written["ready"]
    assert not psutil.pid_exists(pid)


async def test_a_death_is_named_with_the_last_log_lines(stack: Stack) -> None:
    run = Run(
        stack,
        [server("fragile", probe=has_written(stack.log("fragile"), "here")), server("sturdy")],
    )
    await run.supervisor.start()

    os.kill(run.pid("fragile"), signal.SIGKILL)
    await run.until(lambda: run.health("fragile") is Health.FAILED)

    told = "\n".join(run.said)
    assert "fragile: killed by SIGKILL. Its last lines:\n    here" in told
    assert "janym restart fragile" in told
    await run.until(lambda: run.written["state"] == Phase.DEGRADED)
    assert run.health("sturdy") is Health.READY
    assert psutil.pid_exists(run.pid("sturdy"))
    await run.supervisor.stop()


async def test_what_failed_is_started_again_on_request(stack: Stack) -> None:
    run = Run(stack, [server("fragile"), server("sturdy")])
    await run.supervisor.start()
    first, untouched = run.pid("fragile"), run.pid("sturdy")
    os.kill(first, signal.SIGKILL)
    await run.until(lambda: run.written["state"] == Phase.DEGRADED)

    run.supervisor.request_revival()
    await run.until(lambda: run.written["ready"])

    assert run.health("fragile") is Health.READY
    assert run.pid("fragile") != first
    assert run.written["components"]["fragile"]["reason"] is None
    assert run.pid("sturdy") == untouched
    assert run.supervisor.failed == []
    await run.supervisor.stop()
    assert not psutil.pid_exists(run.pid("fragile") or first)


async def test_one_that_ends_while_starting_is_named_and_its_dependents_with_it(
    stack: Stack,
) -> None:
    run = Run(
        stack,
        [
            server("broken", "import sys; sys.exit('no such file: x')", probe=never),
            server("above", after=("broken",)),
            server("beside"),
        ],
    )

    await run.supervisor.start()
    await run.supervisor.stop()

    assert run.supervisor.failed == ["broken", "above"]
    assert "! broken: ended with code 1. Its last lines:\n    no such file: x" in run.said
    assert "! above: it needs broken" in run.said


def never() -> None:
    raise NotYet("silence")


async def test_one_that_never_answers_is_ended_and_named(stack: Stack) -> None:
    run = Run(stack, [server("mute", probe=never, start_within=0.2)])

    await run.supervisor.start()

    assert any("mute: no answer within 0 s (silence)" in line for line in run.said)
    assert not psutil.pid_exists(run.pid("mute"))
    await run.supervisor.stop()


async def test_a_failed_step_is_named(stack: Stack) -> None:
    def fail() -> None:
        raise Failed("the server refused")

    run = Run(stack, [Step(name="schema", run=fail)])
    await run.supervisor.start()

    assert run.said == ["! schema: the server refused"]
    assert run.written["state"] == Phase.DEGRADED
    await run.supervisor.stop()


async def test_a_slow_step_says_that_it_is_still_at_it(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.supervisor._FIRST_WORD", 0.01)
    mark = stack.home / "told"
    run = Run(stack, [server("slow", probe=answers_when(mark))])
    starting = asyncio.create_task(run.supervisor.start())

    await run.until(lambda: any("slow: still at it" in line for line in run.said))
    mark.touch()
    await starting

    await run.supervisor.stop()


async def test_they_end_in_reverse_order(stack: Stack, tmp_path: Path) -> None:
    """Tasks first: their bots cancel orders while everything else still runs."""
    book = tmp_path / "ends"

    def noting(name: str) -> str:
        return (
            "import signal, sys, pathlib\n"
            f"def end(*_):\n    open({str(book)!r}, 'a').write('{name} '); sys.exit()\n"
            "signal.signal(signal.SIGTERM, end)\n"
            f"pathlib.Path({str(tmp_path / name)!r}).touch()\n"
            "signal.pause()"
        )

    run = Run(
        stack,
        [
            server("store", noting("store"), probe=answers_when(tmp_path / "store")),
            server(
                "gateway",
                noting("gateway"),
                probe=answers_when(tmp_path / "gateway"),
                after=("store",),
            ),
            server(
                "tasks", noting("tasks"), probe=answers_when(tmp_path / "tasks"), after=("gateway",)
            ),
        ],
    )
    await run.supervisor.start()
    await run.supervisor.stop()

    assert book.read_text() == "tasks gateway store "


async def test_one_that_does_not_end_is_killed_and_named(stack: Stack, tmp_path: Path) -> None:
    mark = tmp_path / "deaf"
    code = (
        "import signal, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(mark)!r}).touch()\n"
        "while True: signal.pause()"
    )
    run = Run(stack, [server("deaf", code, probe=answers_when(mark), stop_within=0.1)])
    await run.supervisor.start()
    pid = run.pid("deaf")
    await run.supervisor.stop()

    assert any("deaf did not end" in line for line in run.said)
    assert not psutil.pid_exists(pid)


async def test_a_stop_while_starting_leaves_nothing(stack: Stack) -> None:
    run = Run(stack, [server("mute", probe=never, start_within=WITHIN)])
    starting = asyncio.create_task(run.supervisor.start())
    await run.until(lambda: run.stack.description.exists() and bool(run.pid("mute")))
    pid = run.pid("mute")

    run.supervisor.request_stop()
    await starting
    await run.supervisor.stop()

    assert not psutil.pid_exists(pid)


async def test_children_die_with_a_killed_parent(tmp_path: Path) -> None:
    """A supervisor killed with SIGKILL leaves no orphan."""
    parent_code = (
        "import asyncio, sys, pathlib\n"
        "from local import child, clock, environment\n"
        "async def main():\n"
        f"    log = pathlib.Path({str(tmp_path / 'grandchild.log')!r})\n"
        "    started = await child.start((sys.executable, '-c', "
        "'import signal; signal.pause()'), environment=environment.inherited(), "
        "log=log, at=clock.now())\n"
        "    print(started.pid, flush=True)\n"
        "    await asyncio.sleep(1000)\n"
        "asyncio.run(main())"
    )
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", parent_code),
        env=environment.python(Stack.at(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
    )
    assert parent.stdout
    grandchild = psutil.Process(int(await parent.stdout.readline()))

    parent.kill()
    await parent.wait()

    await asyncio.to_thread(psutil.wait_procs, [grandchild], WITHIN)
    assert not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE


async def test_a_child_is_told_only_what_is_named(tmp_path: Path) -> None:
    log = tmp_path / "env.log"
    code = "import json, os; print(json.dumps(sorted(os.environ)))"
    started = await child.start(
        (sys.executable, "-c", code), environment={"ONLY": "this"}, log=log, at=clock.now()
    )
    await started.process.wait()

    told = set(json.loads(started.last_lines()[-1]))
    assert told - {"LC_CTYPE"} == {"ONLY"}
