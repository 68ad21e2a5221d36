"""What the collector is told, and what it refuses to be told."""

import pytest

from containers.collector import settings
from containers.collector.settings import VARIABLES, Wrong

WHOLE = {"WORK_DIR": "/work", "DAEMON_ID": "ana"}


def test_little_is_needed() -> None:
    found = settings.read(WHOLE)

    assert (found.daemon, found.tasks_every_s, found.batch_every_s) == ("ana", 5, 0.5)
    assert (found.pairs_per_connection, found.port) == (50, 0)


def test_a_daemon_without_a_name_is_named_for_its_process() -> None:
    assert settings.read({"WORK_DIR": "/work"}).daemon


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORK_DIR", ""),
        ("TASKS_EVERY_S", "11"),
        ("BATCH_EVERY_MS", "100"),
        ("BATCH_EVERY_MS", "soon"),
        ("PAIRS_PER_CONNECTION", "51"),
        ("DAEMON_WEIGHT", "0"),
        ("DAEMON_WEIGHT", "nan"),
        ("SPILL_MB", "-1"),
        ("FEED_ENDPOINTS", "binance"),
        ("FEED_ENDPOINTS", '{"binance": {}}'),
        ("FEED_ENDPOINTS", '{"binance/spot": "x"}'),
        ("COLLECTOR_PORT", "70000"),
    ],
)
def test_what_is_wrong_is_named(name: str, value: str) -> None:
    """S4-010, S4-040, S4-050: limits of settings are the requirements' own."""
    with pytest.raises(Wrong, match=name) as wrong:
        settings.read({**WHOLE, name: value})

    assert VARIABLES[name] in str(wrong.value)


def test_a_door_has_a_lock() -> None:
    """S4-073: nobody looks in without a token."""
    with pytest.raises(Wrong, match="COLLECTOR_TOKEN"):
        settings.read({**WHOLE, "COLLECTOR_PORT": "8095"})


def test_a_token_is_not_shown() -> None:
    found = settings.read({**WHOLE, "COLLECTOR_PORT": "8095", "COLLECTOR_TOKEN": "let-me-see"})

    assert "let-me-see" not in repr(found)
