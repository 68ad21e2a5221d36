"""A browser is found or fetched, or the run ends with what to do; it is never left out."""

from pathlib import Path

import pytest

from local.instruments import chromium


@pytest.fixture(autouse=True)
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a machine on which nothing is installed."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    return folder


def program(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return file


def test_the_one_that_is_named_comes_first(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "chromium")
    mine = program(tmp_path / "mine")
    monkeypatch.setenv(chromium.VARIABLE, str(mine))

    assert chromium.provide(tmp_path / "unpacked").program == mine


def test_a_name_that_leads_nowhere_is_not_replaced(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs / "chromium")
    monkeypatch.setenv(chromium.VARIABLE, "/nowhere/chromium")

    with pytest.raises(chromium.NotInstalled, match=r"JANYM_CHROMIUM names '/nowhere/chromium'"):
        chromium.provide(tmp_path / "unpacked")


def test_the_systems_own_comes_before_ours(programs: Path, tmp_path: Path) -> None:
    program(tmp_path / "unpacked" / "usr" / "lib" / "chromium" / "chromium")
    own = program(programs / "chromium")

    assert chromium.provide(tmp_path / "unpacked").program == own


def test_an_unpacked_one_finds_its_libraries(tmp_path: Path) -> None:
    folder = tmp_path / "unpacked"
    unpacked = program(folder / "usr" / "lib" / "chromium" / "chromium")
    (folder / "usr" / "lib" / "x86_64-linux-gnu" / "pulseaudio").mkdir(parents=True)

    found = chromium.provide(folder)

    libraries = folder / "usr" / "lib" / "x86_64-linux-gnu"
    assert found.program == unpacked
    assert found.environment["LD_LIBRARY_PATH"] == f"{libraries}:{libraries / 'pulseaudio'}"


def test_a_machine_without_apt_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(chromium.NotInstalled, match=r"install it, or name its program"):
        chromium.provide(tmp_path / "unpacked")


def test_an_apt_that_fails_is_quoted_and_leaves_nothing(programs: Path, tmp_path: Path) -> None:
    for name in ("apt-get", "dpkg"):
        program(programs / name, "echo 'E: no network' >&2; exit 100")

    with pytest.raises(chromium.NotInstalled, match=r"E: no network.*apt install chromium"):
        chromium.provide(tmp_path / "unpacked")

    assert [entry.name for entry in tmp_path.iterdir()] == ["bin"]
