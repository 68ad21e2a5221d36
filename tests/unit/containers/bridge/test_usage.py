"""What processes use of the machine."""

import os
from pathlib import Path

import pytest

from containers.bridge import usage

NOBODY = 2**22 + 1


def test_this_process_uses_memory_and_time() -> None:
    """S0-155."""
    assert (usage.memory_bytes(os.getpid()) or 0) > 1_000_000
    assert usage.cpu_seconds([os.getpid(), NOBODY]) > 0


def test_a_process_that_is_gone_uses_nothing() -> None:
    assert usage.memory_bytes(NOBODY) is None
    assert usage.cpu_seconds([NOBODY]) == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("memory.events", "low 0\nhigh 0\nmax 4\noom 2\noom_kill 3\noom_group_kill 0\n"),
        ("memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n"),
    ],
)
def test_kills_for_memory_are_counted_by_both_versions_of_the_kernel(
    tmp_path: Path, name: str, content: str
) -> None:
    (tmp_path / "memory").mkdir()
    (tmp_path / name).write_text(content)

    assert usage.memory_kills(tmp_path) == 3


def test_without_a_counter_there_is_no_evidence(tmp_path: Path) -> None:
    assert usage.memory_kills(tmp_path) == 0
