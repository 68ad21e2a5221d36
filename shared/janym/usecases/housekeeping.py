"""Tables kept ready for the coming days, and rid of what is past keeping.

Metrics and logs come to ClickHouse by a queue of their own. PostgreSQL lets go of them only once
ClickHouse was seen to have them: what it lacks is copied first, and what it cannot take stays.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from janym.domain.errors import StoreAway
from janym.domain.ids import BotId
from janym.ports.clock import Clock
from janym.ports.history import History
from janym.ports.retention import BotDay, Retention

DAYS_KEPT = 30
"""How long metrics and logs stay in PostgreSQL."""

BOTS_AT_ONCE = 5
REPORTS_AT_ONCE = 5_000
MOST_COPIED = 500_000
"""Reports that one run copies; the next goes on."""

LINES_AT_ONCE = 2_000
MOST_LINES = 200_000


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What a run did of the days that are past keeping."""

    copied: int = 0
    waiting: int = 0
    """Days of bots that the next run copies."""
    lacking: int = 0
    """Days of bots that ClickHouse lacks although it was given them."""
    first: date | None = None
    """The first day that has to stay."""

    def stays(self, day: date) -> None:
        self.first = day if self.first is None else min(self.first, day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Housekeeping:
    """Keeps PostgreSQL ready and small."""

    retention: Retention
    history: Callable[[], History]
    """Asked for where it is needed: connecting to it costs time."""
    history_days: int
    """How long ClickHouse keeps what it is given; it is not asked for what is older."""
    clock: Clock

    def tidy(self) -> str:
        """Do all of it, and say what was done. Cheap to repeat, and safe twice at once.

        Raises:
            StoreAway: PostgreSQL or ClickHouse does not answer, or lacks what it was given; what
                could be done without it is done, and nothing went that is not kept elsewhere.
        """
        now = self.clock.now()
        self.retention.make_ready(today=now.date())
        dropped = dict(self.retention.trim(now=now))
        told = self._archive_metrics(now.date())
        dropped["log lines"] = self._archive_lines(now)
        return f"dropped {', '.join(f'{n} {of}' for of, n in dropped.items())}{told}"

    def _archive_metrics(self, today: date) -> str:
        before, tally = today - timedelta(days=DAYS_KEPT), _Tally()
        since = today - timedelta(days=self.history_days)
        last: BotId | None = None
        while bots := self.retention.bots(after=last, limit=BOTS_AT_ONCE):
            self._secure(bots, since, before, tally)
            last = bots[-1]
        self.retention.drop_metrics(today=today, before=min(before, tally.first or before))
        if tally.lacking:
            raise StoreAway(
                f"ClickHouse lacks {tally.lacking} days of bots that it was given;"
                f" metrics from {tally.first} on are kept"
            )
        copied = f"; copied {tally.copied} reports that ClickHouse lacked" if tally.copied else ""
        waits = f"; {tally.waiting} days of bots wait for the next run" if tally.waiting else ""
        return copied + waits

    def _secure(self, bots: Sequence[BotId], since: date, before: date, tally: _Tally) -> None:
        """See to it that ClickHouse has these bots' old reports, and note the days it has not."""
        held = self.retention.reports(bots, since=since, before=before)
        if not held:
            return
        missing = self._missing(held)
        given: dict[BotDay, int] = {}
        for of in missing:
            if tally.copied >= MOST_COPIED:
                tally.waiting += 1
                tally.stays(of[1])
                continue
            given[of] = held[of]
            tally.copied += self._copy(of)
        for _, day in self._missing(given):
            tally.lacking += 1
            tally.stays(day)

    def _missing(self, held: Mapping[BotDay, int]) -> list[BotDay]:
        """Give the days of which ClickHouse has fewer reports, the oldest first."""
        if not held:
            return []
        days = [day for _, day in held]
        bots = sorted({bot for bot, _ in held})
        kept = self.history().reports(bots, since=min(days), before=max(days) + timedelta(days=1))
        short = [of for of, reports in held.items() if kept.get(of, 0) < reports]
        return sorted(short, key=lambda of: (of[1], of[0]))

    def _copy(self, of: BotDay) -> int:
        copied, last = 0, None
        while page := self.retention.metrics(of, after=last, limit=REPORTS_AT_ONCE):
            self.history().store(page, [])
            copied += len(page)
            last = page[-1].position
        return copied

    def _archive_lines(self, now: datetime) -> int:
        """Give ClickHouse each line again before it goes; what it has already stays as it is."""
        before, dropped = now - timedelta(days=DAYS_KEPT), 0
        while dropped < MOST_LINES and (
            lines := self.retention.old_lines(before=before, limit=LINES_AT_ONCE)
        ):
            self.history().store([], lines)
            self.retention.drop_lines(lines)
            dropped += len(lines)
        return dropped
