"""Files of a stack."""

from pathlib import Path

import pytest

from local import keyring
from local.layout import Stack, read_json, write_json, write_private


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    file.write_text("{half")

    with pytest.raises(ValueError, match=r"stack\.json is damaged"):
        read_json(file)


def test_an_absent_file_is_empty(tmp_path: Path) -> None:
    assert read_json(tmp_path / "none") == {}


def test_what_is_written_is_read(tmp_path: Path) -> None:
    write_json(tmp_path / "f", {"a": 1})
    write_json(tmp_path / "f", {"a": 2})

    assert read_json(tmp_path / "f") == {"a": 2}
    assert [file.name for file in tmp_path.iterdir()] == ["f"]


def test_a_private_file_narrows_what_was_wider(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("old")
    file.chmod(0o644)

    write_private(file, b"new")

    assert file.stat().st_mode & 0o777 == 0o600


def test_secrets_are_made_once(tmp_path: Path) -> None:
    stack = Stack.at(tmp_path)
    stack.make()

    first = keyring.create(stack)

    assert keyring.create(stack) == first
    assert stack.secrets.stat().st_mode & 0o777 == 0o600
    assert stack.control_token.read_text() == first["paper_exchange_control"]


def test_no_two_secrets_are_alike(tmp_path: Path) -> None:
    stack = Stack.at(tmp_path)
    stack.make()
    made = keyring.create(stack)

    every = [
        *made["postgres"].values(),
        made["clickhouse"]["password"],
        made["kms"]["material"],
        made["paper_exchange_control"],
    ]

    assert len(set(every)) == len(every) == 12
