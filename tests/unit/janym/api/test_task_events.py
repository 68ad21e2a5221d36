"""ECS events are read as AWS writes them."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from janym.api import task_events

SAMPLE = json.loads(
    (Path(__file__).parents[4] / "events" / "ecs_task_stopped.json").read_text(encoding="utf-8")
)


def test_a_stopped_task() -> None:
    """SU-011."""
    event = task_events.read(SAMPLE, container="bot")

    assert event.task == "0f9de17a6465404e8b1b2356dc13c2f8"
    assert event.run == UUID("8c1d7e20-3f54-4b6a-8e97-1f2a3b4c5d6e")
    assert (event.version, event.stopped, event.exit_code) == (6, True, 137)
    assert "OutOfMemoryError" in (event.stopped_reason or "")


def test_a_task_that_somebody_started_by_hand() -> None:
    detail = SAMPLE["detail"] | {"startedBy": "ana", "lastStatus": "RUNNING", "containers": []}
    event = task_events.read(SAMPLE | {"detail": detail}, container="bot")

    assert (event.run, event.stopped, event.exit_code) == (None, False, None)


def test_an_event_of_something_else() -> None:
    with pytest.raises(ValueError, match="detail"):
        task_events.read({"time": "2026-11-21T12:00:00Z"}, container="bot")
