"""Taking in what bots say: into Postgres for now, into the long memory for good.

Any order with any repeats ends in the same rows: the store puts snapshots in order by session and
sequence and keeps facts once, and a command's state only rises.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from janym.domain.bot import BotStatus
from janym.domain.command import CommandState, Flatten
from janym.domain.telemetry import (
    LogLine,
    MetricsPart,
    MetricsReport,
    Rejected,
    Report,
    StatusReport,
)
from janym.ports.history import History
from janym.ports.unit_of_work import UnitOfWork, UnitsOfWork
from janym.usecases import commands

FLATTENS = {
    Flatten.DONE.value: CommandState.DONE,
    Flatten.FAILED.value: CommandState.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message that could be read, beside the way it came: a refusal is kept with both."""

    report: Report
    came_as: Rejected
    """What to keep if it is refused; its reason is filled in then."""


def current(
    heard: Sequence[Heard], rejected: Sequence[Rejected], *, units: UnitsOfWork
) -> Sequence[Rejected]:
    """Store a batch in Postgres, and keep what was refused with its reason; give all refused.

    Raises:
        StoreAway: Postgres does not answer; nothing was stored.
    """
    with units(None) as uow:
        news = [each.report for each in heard if not isinstance(each.report, MetricsPart)]
        refused = uow.telemetry.apply(news)
        ways = {id(each.report): each.came_as for each in heard}
        kept = [*rejected, *(_kept(ways[id(report)], reason) for report, reason in refused)]
        if kept:
            uow.telemetry.reject(kept)
        unknown = {report.bot for report, _ in refused}
        _settle_stops(uow, [each.report for each in heard if each.report.bot not in unknown])
        uow.commit()
    return kept


def _kept(way: Rejected, reason: str) -> Rejected:
    return replace(way, reason=reason)


def _settle_stops(uow: UnitOfWork, reports: Sequence[Report]) -> None:
    for report in reports:
        if isinstance(report, StatusReport) and report.status is BotStatus.STOPPED:
            commands.settle_stops(uow, report.bot, at=report.at)
            if report.reason in FLATTENS:
                commands.settle_flatten(
                    uow, report.bot, FLATTENS[report.reason], at=report.at, words=report.detail
                )


def history(reports: Sequence[Report], *, history: History) -> None:
    """Store metrics and logs for good.

    Raises:
        StoreAway: ClickHouse does not answer; storing the batch again is safe.
    """
    metrics = [report for report in reports if isinstance(report, MetricsReport)]
    logs = [report for report in reports if isinstance(report, LogLine)]
    if metrics or logs:
        history.store(metrics, logs)
