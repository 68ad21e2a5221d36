"""When schedules fire."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from local.aws import scheduler
from local.aws.cloud import Schedule
from local.aws.intrinsics import TemplateUnsupported

MINUTELY = Schedule(
    name="minutely", function="f", expression="rate(1 minute)", input=None, enabled=True
)
FRIDAY = datetime(2026, 11, 20, 23, 59, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("rate(1 minute)", datetime(2026, 11, 21, 0, 0, 30, tzinfo=UTC)),
        ("rate(2 hours)", datetime(2026, 11, 21, 1, 59, 30, tzinfo=UTC)),
        ("cron(17 3 * * ? *)", datetime(2026, 11, 21, 3, 17, tzinfo=UTC)),
        ("cron(11 4 ? * SUN *)", datetime(2026, 11, 22, 4, 11, tzinfo=UTC)),
        ("cron(0/15 * * * ? *)", datetime(2026, 11, 21, 0, 0, tzinfo=UTC)),
        ("cron(0 12 1 JAN ? *)", datetime(2027, 1, 1, 12, 0, tzinfo=UTC)),
        ("cron(30 9-10 ? * MON-FRI *)", datetime(2026, 11, 23, 9, 30, tzinfo=UTC)),
    ],
)
def test_the_next_time(expression: str, expected: datetime) -> None:
    assert scheduler.parse(expression, "it")(FRIDAY) == expected


@pytest.mark.parametrize("expression", ["at(2026-01-01)", "cron(1 2 3)", "cron(0 0 L * ? *)"])
def test_what_is_not_understood_is_refused_by_name(expression: str) -> None:
    with pytest.raises(TemplateUnsupported, match="nightly"):
        scheduler.parse(expression, "nightly")


async def turns(file: Path, now: datetime) -> list[dict[str, Any]]:
    """Start a scheduler over a file, give it all the turns that it wants, and end it."""
    events: list[dict[str, Any]] = []

    def invoke_later(_function: str, event: bytes) -> None:
        events.append(json.loads(event))

    functions = SimpleNamespace(invoke_later=invoke_later)
    fired = scheduler.Fired(file)
    running = asyncio.create_task(
        scheduler.Scheduler([MINUTELY], cast("Any", functions), lambda: now, fired).run()
    )
    for _ in range(10):
        await asyncio.sleep(0)
    assert not running.done()
    running.cancel()
    await asyncio.wait({running})
    return events


async def test_what_came_due_while_nobody_was_there_is_done_once(tmp_path: Path) -> None:
    """K-07: a process that is killed more often than each minute still does each minute's work."""
    file = tmp_path / "gateway" / "fired.json"
    scheduler.Fired(file).note("minutely", FRIDAY)

    early = await turns(file, FRIDAY + timedelta(seconds=59))
    late = await turns(file, FRIDAY + timedelta(hours=3))
    at_once_again = await turns(file, FRIDAY + timedelta(hours=3, seconds=59))
    in_time = await turns(file, FRIDAY + timedelta(hours=3, seconds=60))

    assert [early, at_once_again] == [[], []]
    assert [event["time"] for event in late] == ["2026-11-21T00:00:30Z"]
    assert len(in_time) == 1


async def test_a_first_start_waits_for_its_time(tmp_path: Path) -> None:
    assert await turns(tmp_path / "fired.json", FRIDAY) == []


def test_a_clock_that_was_set_back_does_not_stop_the_work() -> None:
    each_minute = scheduler.parse(MINUTELY.expression, MINUTELY.name)
    tomorrow = FRIDAY + timedelta(days=1)

    assert scheduler.first(each_minute, tomorrow, FRIDAY) == FRIDAY + timedelta(minutes=1)


async def test_a_disk_that_takes_nothing_stops_no_schedule(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    scheduler.Fired(tmp_path / "fired.json").note("minutely", FRIDAY)
    file = tmp_path / "fired.json"
    (tmp_path / "fired.new").mkdir()

    assert len(await turns(file, FRIDAY + timedelta(seconds=60))) == 1
    assert "cannot be written down" in caplog.text
