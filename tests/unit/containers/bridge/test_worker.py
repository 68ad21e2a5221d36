"""One engine process."""

import asyncio
import os
import select
import signal
import sys
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

import pytest

from containers.bridge.children import Children
from containers.bridge.lines import Line, Pong, Ready
from containers.bridge.worker import PIPE_BYTES, TooLong, Worker

READY = 'print(\'{"v":1,"type":"ready"}\', flush=True)'
ECHO_PING = """
import sys, json
for line in sys.stdin:
    print(json.dumps({"v": 1, "type": "pong", "id": json.loads(line)["id"]}), flush=True)
"""

Spawn = Callable[[str], Worker]


@pytest.fixture
def said() -> list[Line]:
    return []


@pytest.fixture
async def spawn(tmp_path: Path, said: list[Line]) -> AsyncGenerator[Spawn]:
    children = Children()
    children.attend()
    made: list[Worker] = []

    def start(script: str) -> Worker:
        worker = Worker.spawn(
            [sys.executable, "-I", "-c", script],
            work_dir=tmp_path,
            environment={"PATH": os.defpath, "AWS_SECRET_ACCESS_KEY": "not for the engine"},
            children=children,
            hear=said.append,
        )
        made.append(worker)
        return worker

    yield start
    for worker in made:
        worker.kill()
        await asyncio.wait_for(worker.exited, 10)
        await worker.drained()
    asyncio.get_running_loop().remove_signal_handler(signal.SIGCHLD)


async def ended(worker: Worker) -> int:
    code = await asyncio.wait_for(asyncio.shield(worker.exited), 10)
    await worker.drained()
    return code


async def test_its_lines_are_heard_and_its_end_is_seen(spawn: Spawn, said: list[Line]) -> None:
    assert await ended(spawn(f"{READY}; raise SystemExit(4)")) == 4
    assert [type(line) for line in said] == [Ready]


async def test_a_line_that_is_not_understood_is_skipped(spawn: Spawn, said: list[Line]) -> None:
    await ended(spawn(f"print('nonsense'); print(); {READY}"))

    assert [type(line) for line in said] == [Ready]


async def test_it_hears_what_it_is_told(spawn: Spawn, said: list[Line]) -> None:
    worker = spawn(ECHO_PING)
    worker.tell("ping", id=3)
    while not said:
        await asyncio.wait({worker.exited}, timeout=0.01)

    assert isinstance(said[0], Pong)
    assert said[0].id == 3


async def test_a_line_that_could_hang_us_is_refused(spawn: Spawn) -> None:
    with pytest.raises(TooLong):
        spawn(ECHO_PING).tell("start", config="x" * PIPE_BYTES)


async def test_its_last_words_are_kept(spawn: Spawn) -> None:
    worker = spawn("import sys\nfor n in range(100): print(n, file=sys.stderr)")
    await ended(worker)

    assert list(worker.tail) == [str(n) for n in range(60, 100)]


async def test_a_kill_is_told_from_an_exit(spawn: Spawn) -> None:
    worker = spawn(ECHO_PING)
    worker.kill()

    assert await ended(worker) == -signal.SIGKILL
    worker.tell("ping", id=1)


async def test_it_knows_nothing_of_our_environment(spawn: Spawn) -> None:
    worker = spawn("import os, sys; print(*os.environ, file=sys.stderr)")
    await ended(worker)

    assert {"HOME", "PATH", "TMPDIR"} <= set(worker.tail[0].split())
    assert "AWS_SECRET_ACCESS_KEY" not in worker.tail[0]


async def test_what_it_started_ends_with_it(spawn: Spawn, tmp_path: Path) -> None:
    worker = spawn(
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', "
        "'import signal; signal.pause()']); open('child', 'w').write(str(child.pid))"
    )
    await ended(worker)

    assert gone(int((tmp_path / "child").read_text()))


def gone(pid: int) -> bool:
    """Wait for the end of a process that is not our child."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        ready, _, _ = select.select([descriptor], [], [], 10)
    finally:
        os.close(descriptor)
    return bool(ready)
