"""Every child's end is seen, those that nobody watches too."""

import asyncio
import signal
import subprocess
from collections.abc import AsyncGenerator

import pytest

from containers.bridge.children import Children


@pytest.fixture
async def children() -> AsyncGenerator[Children]:
    made = Children()
    made.attend()
    yield made
    asyncio.get_running_loop().remove_signal_handler(signal.SIGCHLD)


def born(script: str) -> int:
    process = subprocess.Popen(["/bin/sh", "-c", script])
    process.returncode = 0  # somebody else waits for it
    return process.pid


async def test_a_watched_child_gives_its_exit_code(children: Children) -> None:
    assert await asyncio.wait_for(children.end_of(born("exit 3")), 10) == 3


async def test_a_killed_child_gives_its_signal(children: Children) -> None:
    end = await asyncio.wait_for(children.end_of(born("kill -9 $$")), 10)

    assert end == -signal.SIGKILL


async def test_an_unwatched_child_leaves_no_zombie(children: Children) -> None:
    stranger = born("exit 0")

    watcher = born(f"while kill -0 {stranger} 2>/dev/null; do :; done; exit 7")

    assert await asyncio.wait_for(children.end_of(watcher), 10) == 7
