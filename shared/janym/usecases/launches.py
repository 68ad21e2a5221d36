"""Launching a bot's task: once per run, whoever dies in between.

A run is written down, with the hash of its token, before RunTask is called, and its id is RunTask's
client token and `startedBy`. The token itself is in memory alone. So when a launcher dies:

  before RunTask   the token is lost: after a minute the run is ended and another one made. A task
                   of it that shows up later finds its run ended, and gets nothing.
  after RunTask    the task has the token and the row has its hash: it is found by `startedBy`, or
                   its own state event names the run, and the run is taken up as launched.

The two transactions lock the bot; a bot has at most one run that has not ended.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from janym.domain.bot import Bot, BotStatus, Desired
from janym.domain.command import CommandKind
from janym.domain.errors import Refused, Unavailable
from janym.domain.ids import RunId, TaskId
from janym.domain.run import Run, RunState
from janym.ports.unit_of_work import Page, UnitOfWork
from janym.usecases import budgets, endings
from janym.usecases.endings import End, verdict
from janym.usecases.platform import Platform

AUTOMATIC_LAUNCHES = 5
BUDGET_WINDOW = timedelta(minutes=10)
VENUE_CHECK_PATIENCE = timedelta(seconds=60)
"""How long a launch waits for the venue to be asked about the run before."""
OWNER_MUST_ACT = frozenset(
    {"RESTART_BUDGET", "START_TIMEOUT", "KEY_ACCESS_DENIED", "LAUNCH_FAILED"}
)
"""Errors that launching again would only repeat."""


def hash_of(token: str) -> bytes:
    """Give what is stored of a launch token."""
    return hashlib.sha256(token.encode()).digest()


def wanted_since(uow: UnitOfWork, bot: Bot) -> datetime | None:
    """Give when its owner last asked for a task that lives, if that was the last thing asked."""
    newest = uow.commands.list(bot.id, Page(limit=1)).items
    started = newest and newest[0].kind is not CommandKind.STOP
    return newest[0].created_at if started else None


def waits(uow: UnitOfWork, bot: Bot, *, at: datetime) -> bool:
    """Tell whether a launch must wait: for its owner, or for the venue check."""
    if bot.status is BotStatus.ERROR and bot.reason in OWNER_MUST_ACT:
        return True
    return any(
        run.ended_at is not None and at - run.ended_at < VENUE_CHECK_PATIENCE
        for run in uow.runs.unchecked(bot.id)
    )


def plan(
    uow: UnitOfWork, bot: Bot, *, token: str, run: RunId, shard: int, at: datetime
) -> Run | None:
    """Write down a run for a locked bot without one.

    None when it was launched too often, or has to wait for a budget: the bot says which.
    """
    since = at - BUDGET_WINDOW
    asked = wanted_since(uow, bot)
    launches = len(uow.runs.recent(bot.id, since=max(since, asked) if asked else since))
    by_owner = 1 if asked and asked >= since else 0
    if launches - by_owner >= AUTOMATIC_LAUNCHES:
        detail = f"{AUTOMATIC_LAUNCHES} launches within ten minutes failed; start it to try again"
        uow.bots.put(verdict(bot, BotStatus.ERROR, at=at, reason="RESTART_BUDGET", detail=detail))
        return None
    if lacking := budgets.admit(uow, bot, shard, at=at):
        waiting = _waiting(bot, lacking, at=at)
        if waiting != bot:
            uow.bots.put(waiting)
        return None
    planned = Run(
        id=run,
        organization=bot.organization,
        bot=bot.id,
        state=RunState.WAITING,
        token_hash=hash_of(token),
        task=None,
        session=None,
        certificate=None,
        created_at=at,
        launched_at=None,
        claimed_at=None,
        ended_at=None,
        end_reason=None,
        exit_code=None,
        event_version=0,
        checked_at=None,
    )
    uow.runs.add(planned)
    return planned


def _waiting(bot: Bot, lacking: str, *, at: datetime) -> Bot:
    """Return the bot on its way up, with what it waits for."""
    detail = f"waiting: {lacking}"
    if bot.status is BotStatus.STARTING and bot.reason is None:
        return replace(bot, detail=detail)
    return verdict(bot, BotStatus.STARTING, at=at, reason=None, detail=detail)


def launch(run: Run, token: str, shard: int, platform: Platform) -> None:
    """Have ECS start a run's task, and write down which it is.

    Raises:
        Unavailable: ECS does not answer; the run waits, and the bot's detail says so.
    """
    try:
        task = platform.launcher.launch(run.bot, run.id, token, shard=shard)
    except Refused as refused:
        _give_up(run, refused, platform)
    except Unavailable as away:
        _note_waiting(run, away, platform)
        raise
    else:
        note_task(run, task, platform)


def note_task(run: Run, task: TaskId, platform: Platform) -> None:
    """Write down a run's task; one whose run has ended meanwhile is stopped.

    Raises:
        Unavailable: ECS does not answer.
    """
    now = platform.clock.now()
    with platform.units(None) as uow:
        bot = uow.bots.lock(run.bot)
        current = uow.runs.get(run.id)
        if current.state is RunState.WAITING:
            uow.runs.put(replace(current, state=RunState.LAUNCHED, task=task, launched_at=now))
            uow.bots.put(replace(bot, detail=None) if bot.reason is None else bot)
            uow.commit()
    if current.state is RunState.ENDED and current.task is None:
        platform.launcher.stop(task, reason="its run has ended")


def _give_up(run: Run, refused: Refused, platform: Platform) -> None:
    now = platform.clock.now()
    with platform.units(None) as uow:
        bot = uow.bots.lock(run.bot)
        if bot.desired is not Desired.STOPPED:
            uow.bots.put(
                verdict(bot, BotStatus.ERROR, at=now, reason="LAUNCH_FAILED", detail=str(refused))
            )
        endings.end(
            uow,
            uow.runs.get(run.id),
            End(at=now, reason="LAUNCH_FAILED", exit_code=None, detail=str(refused)),
        )
        uow.commit()


def _note_waiting(run: Run, away: Unavailable, platform: Platform) -> None:
    with platform.units(None) as uow:
        bot = uow.bots.lock(run.bot)
        if bot.reason is None:
            uow.bots.put(replace(bot, detail=f"waiting: {away}"))
            uow.commit()
