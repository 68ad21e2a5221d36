"""EventBridge Scheduler on the laptop: rate(…) and cron(…) expressions call functions.

In AWS the clock goes on whatever is down. Here it stops with its process, so what came due
meanwhile is done once, as soon as the process is back.
"""

import asyncio
import json
import logging
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from local.aws.cloud import Schedule
from local.aws.functions import Functions
from local.aws.intrinsics import TemplateUnsupported
from local.environment import ACCOUNT, REGION

RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
CRON = re.compile(r"cron\(([^)]*)\)")
SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
HORIZON = timedelta(days=366 * 4)

Next = Callable[[datetime], datetime]

log = logging.getLogger(__name__)


def parse(expression: str, name: str) -> Next:
    """What gives the next time after a given one. Raises TemplateUnsupported with the name."""
    rate = RATE.fullmatch(expression)
    if rate is not None:
        period = timedelta(seconds=int(rate[1]) * SECONDS[rate[2]])
        return lambda after: after + period
    cron = CRON.fullmatch(expression)
    fields = cron[1].split() if cron is not None else []
    if len(fields) != 6:
        raise TemplateUnsupported(f"{name}: schedule {expression!r} is not supported")
    try:
        return _cron(fields)
    except ValueError as error:
        raise TemplateUnsupported(f"{name}: schedule {expression!r}: {error}") from error


def first(after: Next, last: datetime | None, now: datetime) -> datetime:
    """When a schedule fires first in this process; a time yet to come is a clock set back."""
    return after(min(last or now, now))


def _cron(fields: Sequence[str]) -> Next:
    minutes = _field(fields[0], 0, 59)
    hours = _field(fields[1], 0, 23)
    month_days = _field(fields[2], 1, 31)
    months = _field(fields[3], 1, 12, MONTHS)
    week_days = _field(fields[4], 1, 7, DAYS)
    years = _field(fields[5], 1970, 2199)

    def fits(day: datetime) -> bool:
        week_day = day.isoweekday() % 7 + 1
        at = (day.day, day.month, week_day, day.year)
        return all(v in f for v, f in zip(at, (month_days, months, week_days, years), strict=True))

    def after(moment: datetime) -> datetime:
        start = moment.replace(second=0, microsecond=0) + timedelta(minutes=1)
        day = start.replace(hour=0, minute=0)
        while day < start + HORIZON:
            if fits(day):
                times = (day.replace(hour=h, minute=m) for h in hours for m in minutes)
                later = [time for time in times if time >= start]
                if later:
                    return later[0]
            day += timedelta(days=1)
        return datetime.max.replace(tzinfo=moment.tzinfo)

    return after


def _field(text: str, low: int, high: int, names: Sequence[str] = ()) -> list[int]:
    """The values of one cron field, in order."""
    if text in {"*", "?"}:
        return list(range(low, high + 1))
    values: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        first, _, last = span.partition("-")
        start = low if first == "*" else _number(first, low, names)
        end = _number(last, low, names) if last else high if step or first == "*" else start
        if not low <= start <= end <= high:
            raise ValueError(f"{part} is outside {low}-{high}")
        values.update(range(start, end + 1, int(step or 1)))
    return sorted(values)


def _number(text: str, low: int, names: Sequence[str]) -> int:
    return names.index(text.upper()) + low if text.upper() in names else int(text)


class Fired:
    """When each schedule fired last, by name, in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        stored: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
        self._times = {name: datetime.fromisoformat(at) for name, at in stored.items()}

    def last(self, name: str) -> datetime | None:
        return self._times.get(name)

    def note(self, name: str, at: datetime) -> None:
        """Write it down; a disk that takes nothing costs no more than the memory of it."""
        self._times[name] = at
        draft = self._file.with_suffix(".new")
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps({k: at.isoformat() for k, at in self._times.items()}))
            draft.replace(self._file)
        except OSError as error:
            log.warning("that %s fired cannot be written down: %s", name, error)


class Scheduler:
    """Calls the template's functions when their time comes."""

    def __init__(
        self,
        schedules: Sequence[Schedule],
        functions: Functions,
        now: Callable[[], datetime],
        fired: Fired,
    ) -> None:
        self._planned = [
            (schedule, parse(schedule.expression, schedule.name))
            for schedule in schedules
            if schedule.enabled
        ]
        self._functions = functions
        self._now = now
        self._fired = fired

    async def run(self) -> None:
        """Fire until cancelled."""
        async with asyncio.TaskGroup() as group:
            for schedule, after in self._planned:
                group.create_task(self._fire(schedule, after))

    async def _fire(self, schedule: Schedule, after: Next) -> None:
        due = first(after, self._fired.last(schedule.name), self._now())
        while True:
            wait = (due - self._now()).total_seconds()
            if wait > 0:
                # A laptop sleeps and its clock moves: look again at least each minute.
                await asyncio.sleep(min(wait, 60))
                continue
            now = self._now()
            self._fired.note(schedule.name, now)
            self._functions.invoke_later(schedule.function, self._event(schedule, due))
            following = after(due)
            due = following if following > now else after(now)

    @staticmethod
    def _event(schedule: Schedule, due: datetime) -> bytes:
        if schedule.input is not None:
            return schedule.input.encode()
        return json.dumps(
            {
                "version": "0",
                "id": str(uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": ACCOUNT,
                "time": due.strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": REGION,
                "resources": [
                    f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{schedule.name}"
                ],
                "detail": "{}",
            }
        ).encode()
