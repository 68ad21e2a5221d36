"""A disk that fills while a stack runs: told, survived, and written up afterwards."""

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.layout import Stack, read_json
from local.room import LEAST_TO_GO_ON, MIB, Watch
from local.state import Health, Phase, State, Status


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    return Stack.at(tmp_path)


def test_a_disk_that_gets_full_is_told_once_and_its_relief_too(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = iter([LEAST_TO_GO_ON, 5 * MIB, 4 * MIB, LEAST_TO_GO_ON, LEAST_TO_GO_ON])

    def usage(_: Path) -> SimpleNamespace:
        return SimpleNamespace(free=next(free))

    monkeypatch.setattr("shutil.disk_usage", usage)
    said: list[str] = []
    watch = Watch(stack, say=said.append)

    seen = [watch.look() for _ in range(5)]

    assert seen == [True, False, False, True, True]
    assert [line.partition(" for ")[0] for line in said] == [
        "! disk: 5 MiB are left",
        "disk: there is room again, 100 MiB.",
    ]


def test_what_a_full_disk_did_not_take_is_written_once_there_is_room(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The supervisor goes on: it names who ended, and readers keep the old description whole."""
    state = State(stack, {})
    state.enter(Phase.READY)
    before = read_json(stack.description)
    with monkeypatch.context() as full:
        full.setattr(os, "fchmod", _no_room)
        state.set("one", Status(health=Health.FAILED, since=""))

    assert read_json(stack.description) == before
    assert list(stack.home.iterdir()) == [stack.description]
    state.catch_up()
    assert read_json(stack.description)["components"]["one"]["health"] == "failed"


def test_another_fault_of_the_disk_is_not_borne(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fchmod", broken)

    with pytest.raises(OSError, match="Input/output"):
        State(stack, {}).enter(Phase.READY)


def _no_room(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
