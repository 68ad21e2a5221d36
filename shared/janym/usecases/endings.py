"""How a run ends, and what that says of its bot.

The platform's word on a dead task is final for its session: `verdict` moves the bot's position
past anything that session can still say, so that a report that was under way changes nothing.
A run that never claimed cannot have sent an order: its end needs no venue check.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from janym.domain.bot import Bot, BotStatus, Desired, Position
from janym.domain.ids import BotId
from janym.domain.run import Run, RunState
from janym.ports.clock import Clock
from janym.ports.launcher import Certificates
from janym.ports.unit_of_work import UnitOfWork, UnitsOfWork

LAST_SEQ = 2**53 - 1
KILLED = 137
"""Exit code of a process that got SIGKILL."""
HEARSAY = frozenset({None, "BRIDGE_LOST"})
"""Reasons of an error that the task's own end explains better."""
SWEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a task ended, as ECS or the platform says."""

    at: datetime
    reason: str
    exit_code: int | None
    detail: str | None


def reason_of(*, exit_code: int | None, stopped_reason: str | None, claimed: bool) -> str:
    """Name an end by its stable code."""
    if stopped_reason and "OutOfMemory" in stopped_reason:
        return "OUT_OF_MEMORY"
    if exit_code is None:
        return "LOST" if claimed else "LAUNCH_FAILED"
    return {0: "EXITED", KILLED: "KILLED"}.get(exit_code, "FAILED")


def verdict(
    bot: Bot, status: BotStatus, *, at: datetime, reason: str | None, detail: str | None = None
) -> Bot:
    """Return the bot with the platform's own finding, which its present session cannot undo."""
    settled = bot.settle(status, at=at, reason=reason, detail=detail)
    last = Position(session=bot.session, seq=LAST_SEQ)
    return replace(settled, reported_position=max(last, bot.reported_position))


def end(uow: UnitOfWork, run: Run, end: End) -> Run:
    """End a run and, where it had a task, tell its bot. The caller has locked the bot."""
    ended = replace(
        run,
        state=RunState.ENDED,
        ended_at=end.at,
        end_reason=run.end_reason or end.reason,
        exit_code=end.exit_code,
        checked_at=end.at if run.session is None else None,
    )
    uow.runs.put(ended)
    if run.task is not None:
        uow.bots.put(_after(uow.bots.get(run.bot), end))
    return ended


def _after(bot: Bot, end: End) -> Bot:
    """Say what a bot is once its task is gone.

    One that should stop stays as it is until the venue was asked. Exit code 0 follows a stop: a
    bot that is wanted again by then is simply on its way up.
    """
    if bot.desired is Desired.STOPPED:
        return bot
    if bot.status is BotStatus.ERROR and bot.reason not in HEARSAY:
        return verdict(bot, bot.status, at=end.at, reason=bot.reason, detail=bot.detail)
    if end.exit_code == 0:
        return verdict(bot, BotStatus.STARTING, at=end.at, reason=None)
    reason = end.reason if end.reason == "OUT_OF_MEMORY" else "TASK_STOPPED"
    detail = f"{end.reason}: {end.detail}" if end.detail else end.reason
    return verdict(bot, BotStatus.ERROR, at=end.at, reason=reason, detail=detail)


def retire_certificates(
    bot: BotId, *, units: UnitsOfWork, clock: Clock, certificates: Certificates
) -> None:
    """Make the certificates of a bot's ended runs useless, those of the last day.

    Raises:
        Unavailable: IoT does not answer; they are retired at the next call.
    """
    with units(None) as uow:
        recent = uow.runs.recent(bot, since=clock.now() - SWEPT)
    for run in recent:
        if run.state is RunState.ENDED and run.certificate is not None:
            certificates.retire(bot, run.certificate)
            with units(None) as uow:
                uow.runs.put(replace(uow.runs.get(run.id), certificate=None))
                uow.commit()
