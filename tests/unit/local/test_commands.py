"""What is said of a stack whose supervisor could not say goodbye."""

import os
from pathlib import Path
from typing import Any

import psutil
import pytest

from local import child, commands, holding, remains
from local.layout import Stack, write_json


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    stack = Stack.at(tmp_path)
    stack.make()
    return stack


def component(**changes: Any) -> dict[str, Any]:
    me = psutil.Process()
    usual = {
        "health": "ready",
        "since": "",
        "pid": me.pid,
        "created": me.create_time(),
        "address": None,
        "reason": None,
    }
    return usual | changes


def test_nothing_runs_where_nobody_holds_the_stack(stack: Stack) -> None:
    write_json(stack.description, {"state": "ready", "components": {"one": component(pid=None)}})

    seen = commands.observe(stack)

    assert (seen["state"], seen["ready"]) == ("stopped", False)


def test_a_process_that_is_gone_is_seen(stack: Stack) -> None:
    gone = component(created=1.0)
    write_json(stack.description, {"state": "ready", "components": {"one": gone}})

    with holding.hold(stack):
        seen = commands.observe(stack)

    assert (seen["state"], seen["ready"]) == ("degraded", False)
    assert seen["components"]["one"]["health"] == "failed"
    assert seen["components"]["one"]["reason"] == "its process is gone"


def test_a_process_that_lives_is_believed(stack: Stack) -> None:
    write_json(stack.description, {"state": "ready", "components": {"one": component()}})

    with holding.hold(stack):
        assert commands.observe(stack)["components"]["one"]["health"] == "ready"


def test_a_stack_is_held_by_one(stack: Stack) -> None:
    with holding.hold(stack):
        assert holding.holder(stack) == os.getpid()
        with pytest.raises(holding.AlreadyRunning) as refused, holding.hold(stack):
            pass

    assert refused.value.pid == os.getpid()
    assert holding.holder(stack) is None


def test_a_token_needs_a_stack(stack: Stack, capsys: pytest.CaptureFixture[str]) -> None:
    code = commands.token(stack, organization="acme", role="trader", user="u")

    assert code == commands.NOT_RUNNING
    assert "`janym up` first" in capsys.readouterr().err


def test_nobody_else_belongs_to_a_stack(stack: Stack) -> None:
    assert not remains.belongs(psutil.Process(), stack)
    assert remains.find(stack) == []


def test_the_lock_of_a_killed_database_server_is_removed(stack: Stack) -> None:
    lock = stack.data("postgres") / "cluster" / "postmaster.pid"
    lock.parent.mkdir(parents=True)
    lock.write_text("1\n")

    assert list(remains.clear(stack)) == ["removed the lock of a database server that was killed"]
    assert not lock.exists()
    assert list(remains.clear(stack)) == []


def test_last_lines_are_of_this_run(tmp_path: Path) -> None:
    log = tmp_path / "x.log"
    log.write_text("old\n" * 5)
    offset = log.stat().st_size
    with log.open("a") as file:
        file.write("one\ntwo\nthree\n")

    assert child.last_lines(log, 2, since=offset) == ["two", "three"]
    assert child.last_lines(log, 9, since=offset) == ["one", "two", "three"]
    assert child.last_lines(tmp_path / "none", 9) == []
