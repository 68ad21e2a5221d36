"""A stack as a whole, through its command: one at a time, cleaned up after a kill."""

import contextlib
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import psutil
import pytest

from local import environment, holding, remains
from local.layout import MARKER, ROOT, Stack
from tests.fixtures.services import room

WITHIN = 60.0
"""Seconds until something must have been seen."""

SERVICES = ("postgres", "clickhouse", "mosquitto", "moto", "issuer")
"""What stands on nothing of the product."""


@pytest.fixture(scope="module")
def stack() -> Generator[Stack]:
    with room() as folder:
        yield Stack.at(folder / "stack")


def command(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "janym.cli", *arguments, "--home", str(stack.home)],
        env=environment.inherited() | {"PYTHONPATH": str(ROOT / "shared")},
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN,
    )


def start(stack: Stack) -> subprocess.Popen[bytes]:
    with (stack.home.parent / "up.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "janym.cli", "up", "--no-fsync", "--home", str(stack.home)],
            env=environment.inherited() | {"PYTHONPATH": str(ROOT / "shared")},
            stdout=log,
            stderr=log,
        )


def state(stack: Stack) -> dict[str, Any]:
    return json.loads(stack.description.read_text()) if stack.description.exists() else {}


def services_up(stack: Stack, pid: int) -> bool:
    described = state(stack)
    return described.get("pid") == pid and all(
        described["components"].get(name, {}).get("health") == "ready" for name in SERVICES
    )


def until(seen: Callable[[], bool], process: subprocess.Popen[bytes], stack: Stack) -> None:
    deadline = time.monotonic() + WITHIN
    while not seen():
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
            pytest.fail((stack.home.parent / "up.log").read_text())
        if time.monotonic() > deadline:
            pytest.fail(f"never seen; the last state was {state(stack)}")


@pytest.fixture(scope="module")
def running(stack: Stack) -> Generator[subprocess.Popen[bytes]]:
    process = start(stack)
    try:
        until(lambda: services_up(stack, process.pid), process, stack)
        yield process
    finally:
        process.terminate()
        process.wait(WITHIN)


@pytest.mark.usefixtures("running")
def test_a_second_up_says_where_the_first_is_and_changes_nothing(stack: Stack) -> None:
    pids = {name: part["pid"] for name, part in state(stack)["components"].items()}

    second = command(stack, "up")

    assert second.returncode == 3
    assert "already running" in second.stdout
    assert state(stack)["api_url"] in second.stdout
    now = {name: state(stack)["components"][name]["pid"] for name in SERVICES}
    assert now == {name: pids[name] for name in SERVICES}


def test_status_names_every_component(stack: Stack, running: subprocess.Popen[bytes]) -> None:
    told = json.loads(command(stack, "status", "--json").stdout)

    assert told["pid"] == running.pid
    for name in SERVICES:
        assert told["components"][name]["health"] == "ready"
        assert told["components"][name]["pid"] in psutil.pids()
        assert told["components"][name]["address"]


@pytest.mark.usefixtures("running")
def test_a_token_is_printed_alone(stack: Stack) -> None:
    told = command(stack, "token", "--org", "acme", "--role", "trader")

    assert told.stderr == ""
    assert told.stdout.strip().count(".") == 2
    assert len(told.stdout.split()) == 1


@pytest.mark.usefixtures("running")
def test_logs_are_shown(stack: Stack) -> None:
    assert "ready to accept connections" in command(stack, "logs", "postgres", "-n", "50").stdout

    unknown = command(stack, "logs", "nobody")
    assert unknown.returncode == 1
    assert "postgres" in unknown.stderr


@pytest.mark.usefixtures("running")
def test_secrets_are_readable_by_their_owner_alone(stack: Stack) -> None:
    keys = [stack.secrets, stack.control_token, *stack.pki.glob("*.key")]

    assert len(keys) >= 6
    assert {file.name: file.stat().st_mode & 0o777 for file in keys} == {
        file.name: 0o600 for file in keys
    }


@pytest.mark.usefixtures("running")
def test_no_secret_is_in_a_process_list_or_a_log(stack: Stack) -> None:
    secrets = json.loads(stack.secrets.read_text())
    planted = [*secrets["postgres"].values(), secrets["clickhouse"]["password"]]
    planted.append(secrets["kms"]["material"])
    shown = [" ".join(process.cmdline()) for process in remains.find(stack)]
    shown += [log.read_text(errors="replace") for log in stack.logs.glob("*.log")]
    shown.append(stack.description.read_text())

    assert len(shown) > len(SERVICES)
    assert [secret for secret in planted for text in shown if secret in text] == []


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("component", ["issuer", "postgres"])
def test_a_component_is_started_again_while_the_others_go_on(stack: Stack, component: str) -> None:
    before = {name: state(stack)["components"][name]["pid"] for name in SERVICES}

    told = command(stack, "restart", component)

    after = {name: state(stack)["components"][name]["pid"] for name in SERVICES}
    assert told.stdout == f"{component} was started again.\n", told.stderr
    assert {name for name in SERVICES if before[name] != after[name]} == {component}


@pytest.mark.usefixtures("running")
def test_only_what_runs_can_be_started_again(stack: Stack, tmp_path: Path) -> None:
    unknown = command(stack, "restart", "nobody")
    nowhere = command(Stack.at(tmp_path / "nowhere"), "restart", "postgres")

    assert unknown.returncode == 1
    assert "there are postgres" in unknown.stderr
    assert nowhere.returncode == 4
    assert "janym up" in nowhere.stderr


@pytest.mark.usefixtures("running")
def test_two_stacks_live_side_by_side(stack: Stack) -> None:
    """Another checkout has its own lock, ports and processes, even as a copy of this."""
    with room() as folder:
        other = Stack.at(folder / "stack")
        other.make()
        other.description.write_bytes(stack.description.read_bytes())
        process = start(other)
        until(lambda: services_up(other, process.pid), process, other)

        ours, theirs = state(stack)["addresses"], state(other)["addresses"]
        assert set(ours.values()).isdisjoint(theirs.values())
        pids = {each.pid for each in remains.find(stack)}
        assert pids.isdisjoint(each.pid for each in remains.find(other))
        assert command(other, "down").returncode == 0
        process.wait(WITHIN)
        assert services_up(stack, state(stack)["pid"])


def test_what_a_killed_stack_left_is_cleaned_and_its_ports_are_kept() -> None:
    """After SIGKILL the next start finds no orphan, no lock, and the same addresses.

    A stop leaves no orphan either, as a task whose runner was killed is one.
    """
    with room() as folder:
        stack = Stack.at(folder / "stack")
        first = start(stack)
        until(lambda: services_up(stack, first.pid), first, stack)
        addresses = state(stack)["addresses"]
        stray = leave_behind(stack)
        stranger = leave_behind(Stack.at(folder / "another"))
        first.kill()
        first.wait()

        assert command(stack, "status").returncode == 4
        second = start(stack)
        until(lambda: services_up(stack, second.pid), second, stack)

        assert stray.wait(WITHIN) == -signal.SIGTERM
        assert stranger.poll() is None
        assert state(stack)["addresses"] == addresses
        late = leave_behind(stack)
        assert command(stack, "down").returncode == 0
        second.wait(WITHIN)
        assert late.wait(WITHIN) == -signal.SIGTERM
        assert remains.find(stack) == []
        assert holding.holder(stack) is None
        stranger.kill()
        stranger.wait()


def leave_behind(stack: Stack) -> subprocess.Popen[bytes]:
    """Start a process that says it belongs to the stack and outlives its supervisor."""
    code = "import signal; signal.pause()"
    return subprocess.Popen(
        [sys.executable, "-c", code], env=environment.inherited() | {MARKER: str(stack.home)}
    )


def test_a_port_in_use_is_refused_by_name(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refused = command(Stack.at(tmp_path / "stack"), "up", "--port", f"gateway={port}")

    assert refused.returncode == 1
    assert f"port {port}, asked for gateway, is in use" in refused.stdout


def test_down_of_nothing_says_so(tmp_path: Path) -> None:
    told = command(Stack.at(tmp_path / "nowhere"), "down")

    assert told.returncode == 0
    assert "no stack" in told.stdout
    assert not (tmp_path / "nowhere").exists()
