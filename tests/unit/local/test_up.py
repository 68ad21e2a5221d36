"""A start on a disk without room says so, and what to do."""

import errno
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local import environment, room, up
from local.components import Choices
from local.layout import MARKER, Stack


def test_a_disk_without_room_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says what is wrong, and what to do."""
    asked: list[Path] = []

    def nearly_full(place: Path) -> Any:
        asked.append(place)
        return SimpleNamespace(free=5 * room.MIB)

    monkeypatch.setattr("shutil.disk_usage", nearly_full)
    stack = Stack.at(tmp_path / "not" / "yet")

    assert up.run(stack, Choices()) == up.FAULTY
    told = capsys.readouterr().out
    assert f"the disk of {stack.home} has 5 MiB left, and a stack needs 300" in told
    assert "--home DIR" in told
    assert asked == [tmp_path]
    assert not stack.home.exists()


@pytest.mark.parametrize("code", sorted(room.DISK_FULL))
def test_a_disk_that_fills_while_starting_is_told_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(code, "No space left on device", str(tmp_path / "pki"))

    monkeypatch.setattr("local.pki.create", full)

    assert up.run(Stack.at(tmp_path / "stack"), Choices()) == up.FAULTY
    told = capsys.readouterr().out
    assert "is full" in told
    assert "Make room and start again" in told


def test_another_fault_of_the_disk_is_not_called_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("local.pki.create", broken)

    with pytest.raises(OSError, match="Input/output"):
        up.run(Stack.at(tmp_path / "stack"), Choices())


def test_a_stack_that_fails_ends_what_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever ends it, nothing of it lives on."""
    stack = Stack.at(tmp_path / "stack")
    started: list[subprocess.Popen[bytes]] = []

    def broken(*_: Any, **__: Any) -> None:
        code = "import signal; signal.pause()"
        mark = environment.inherited() | {MARKER: str(stack.home)}
        started.append(subprocess.Popen([sys.executable, "-c", code], env=mark))
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr("local.pki.create", broken)

    with pytest.raises(OSError, match="Input/output"):
        up.run(stack, Choices())
    assert started[0].wait(10) == -signal.SIGTERM
