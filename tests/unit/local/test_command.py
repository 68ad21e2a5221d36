"""The `janym` command starts the checkout's own package with what it was told."""

from pathlib import Path

import pytest

from janym import cli


class Became(Exception):
    """Stands for the moment a process turns into another program."""


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []

    def note(_program: str, command: list[str], environment: dict[str, str]) -> None:
        told.extend([*command[1:], environment["PYTHONPATH"]])
        raise Became

    monkeypatch.setattr("os.execve", note)
    return told


@pytest.mark.parametrize(
    ("arguments", "module"),
    [
        (["up", "--home", "x", "--port", "gateway=8443", "--no-fsync"], "local"),
        (["down"], "local"),
        (["status", "--json"], "local"),
        (["token", "--org", "acme", "--role", "viewer"], "local"),
        (["queues"], "local"),
        (["restart", "postgres"], "local"),
        (["redrive", "current-dlq"], "local"),
        (["audit", "verify", "--org", "acme", "--expect", "acme=12:9f"], "local"),
        (["logs", "gateway", "-f", "-n", "5"], "local"),
    ],
)
def test_each_command_is_passed_on_whole(
    become: list[str], arguments: list[str], module: str
) -> None:
    with pytest.raises(Became):
        cli.main(arguments)

    assert become[:-1] == ["-m", module, *arguments]


def test_the_demo_is_a_program_of_its_own(become: list[str]) -> None:
    with pytest.raises(Became):
        cli.main(["demo", "--home", "x"])

    assert become[:-1] == ["-m", "local.demo", "--home", "x"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "COMMAND"),
        (["fly"], "invalid choice: 'fly'"),
        (["token", "--role", "trader"], "--org"),
        (["token", "--org", "a", "--role", "boss"], "invalid choice: 'boss'"),
        (["up", "--fast"], "unrecognized arguments: --fast"),
    ],
)
def test_a_wrong_command_is_refused_before_anything_starts(
    become: list[str], capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    with pytest.raises(SystemExit):
        cli.main(arguments)

    assert told in capsys.readouterr().err
    assert become == []


def test_outside_a_checkout_it_says_so(
    become: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(cli, "CHECKOUT", tmp_path)

    assert cli.main(["status"]) == 1
    assert "needs a checkout" in capsys.readouterr().err
    assert become == []
