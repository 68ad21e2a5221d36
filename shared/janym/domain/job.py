"""Work that is done by the clock: what there is, how often it is due, and how it went last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class JobName(StrEnum):
    """Each scheduled function; its folder has the same name."""

    RECONCILE = "reconcile"
    HOUSEKEEPING = "housekeeping"
    BALANCES = "balances"
    KEY_CHECK = "key_check"
    ROTATE = "rotate"
    LIVE_PUSH = "live_push"
    INTEGRATORS_PUSH = "integrators_push"
    ALERTS_WATCH = "alerts_watch"
    ALERTS_DELIVER = "alerts_deliver"


PERIOD: Mapping[JobName, timedelta] = {
    JobName.RECONCILE: timedelta(minutes=1),
    JobName.HOUSEKEEPING: timedelta(hours=1),
    JobName.BALANCES: timedelta(minutes=5),
    JobName.KEY_CHECK: timedelta(hours=1),
    JobName.ROTATE: timedelta(days=1),
    JobName.LIVE_PUSH: timedelta(minutes=1),
    JobName.INTEGRATORS_PUSH: timedelta(minutes=1),
    JobName.ALERTS_WATCH: timedelta(minutes=1),
    JobName.ALERTS_DELIVER: timedelta(minutes=1),
}
"""How often each is due, as the template schedules it."""


class JobState(StrEnum):
    """How the last run of a job stands. Two at once are safe; the one that began last is shown."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """The last run of a job."""

    name: JobName
    state: JobState
    started_at: datetime
    ended_at: datetime | None
    detail: str
    """What it did, or why it failed; no secret."""
