"""Comparing what is wanted of a bot with what is, and doing what is missing.

`one` may run at any moment, twice at once, or after a death anywhere: each pass looks at what is
stored and at ECS, and takes the next step. It never waits.

    wanted running   no run          → launch, within the budget and after the venue check
                     run without task for a minute → take up its task, or end it and launch anew
                     not arrived 180 s after the launch → error START_TIMEOUT, task stopped
                     silent for 120 s while running     → error HEARTBEAT_LOST; its next word
                     undoes it, for a broker that is away does not stop the trading
                     silent for 15 minutes              → task stopped
    wanted paused    the same; a task that trades on 60 s after it was asked to pause is
                     stopped, and the next one rests
    wanted stopped   task lives, and its stop command went unanswered for a minute, or for five
                     seconds where its organization is halted         → task stopped
                     no task         → venue check where a run traded, then stopped
    either           ECS says the task is gone → the run ends, as by its event
"""

from dataclasses import replace
from datetime import datetime, timedelta

from janym.domain import egress
from janym.domain.bot import Bot, BotStatus, Desired
from janym.domain.command import CommandKind, CommandState
from janym.domain.errors import JanymError, NotFound
from janym.domain.ids import BotId, RunId
from janym.domain.organization import TradingState
from janym.domain.run import START_LIMIT, Run, RunState
from janym.ports.launcher import TaskView
from janym.ports.unit_of_work import UnitOfWork
from janym.usecases import commands, departures, endings, launches
from janym.usecases.endings import End, verdict
from janym.usecases.platform import Platform

LAUNCH_GRACE = timedelta(seconds=60)
"""How long a run may be without a task before its launcher counts as dead, and how long ECS may
not know of a task that it has just started."""
STOP_GRACE = timedelta(seconds=60)
HALT_GRACE = timedelta(seconds=5)
"""How long a bot of an organization that is halted or reducing may leave its command unanswered."""
HEARTBEAT_LIMIT = timedelta(seconds=120)
SILENCE_LIMIT = timedelta(minutes=15)
"""How long a task may trade without a word, while the broker may be the one that is away."""
SILENT = frozenset({"HEARTBEAT_LOST", "BRIDGE_LOST"})
BEATING = frozenset({BotStatus.RUNNING, BotStatus.PAUSED})


def every(platform: Platform) -> dict[BotId, str]:
    """Look at each bot that needs it; give those that could not be looked at, with why."""
    with platform.units(None) as uow:
        bots = uow.bots.unsettled()
    failed: dict[BotId, str] = {}
    for bot in bots:
        try:
            one(bot, platform)
        except JanymError as error:
            failed[bot] = f"{error.code}: {error}"
    return failed


def one(bot: BotId, platform: Platform) -> None:
    """Take the next step for one bot; one that was deleted meanwhile needs none.

    Raises:
        Unavailable: ECS, Lambda, IoT or a store does not answer; the next pass goes on.
    """
    try:
        with platform.units(None) as uow:
            commands.expire(uow, uow.bots.lock(bot).id, at=platform.clock.now())
            run = uow.runs.open(bot)
            uow.commit()
    except NotFound:
        return
    if run is not None:
        _watch(run, platform)
    _go_on(bot, platform)
    endings.retire_certificates(
        bot, units=platform.units, clock=platform.clock, certificates=platform.certificates
    )
    departures.let_go(bot, platform)


def _watch(run: Run, platform: Platform) -> None:
    """Compare a run that has not ended with ECS, and stop its task where it must not go on."""
    if run.task is None:
        _watch_waiting(run, platform)
        return
    view = platform.launcher.look([run.task]).get(run.task)
    now = platform.clock.now()
    if view is None and run.launched_at and now - run.launched_at < LAUNCH_GRACE:
        return
    if view is None or not view.running:
        _end(run, view, platform)
        return
    with platform.units(None) as uow:
        why = _why_stop(uow, uow.bots.lock(run.bot), uow.runs.get(run.id), at=now)
        uow.commit()
    if why:
        platform.launcher.stop(run.task, reason=why)


def _watch_waiting(run: Run, platform: Platform) -> None:
    now = platform.clock.now()
    if now - run.created_at < LAUNCH_GRACE:
        return
    task = platform.launcher.find(run.id)
    if task is not None:
        launches.note_task(run, task, platform)
        return
    with platform.units(None) as uow:
        uow.bots.lock(run.bot)
        current = uow.runs.get(run.id)
        if current.state is RunState.WAITING:
            endings.end(
                uow,
                current,
                End(at=now, reason="LAUNCH_FAILED", exit_code=None, detail="nothing was started"),
            )
            uow.commit()


def _end(run: Run, view: TaskView | None, platform: Platform) -> None:
    reason = endings.reason_of(
        exit_code=view.exit_code if view else None,
        stopped_reason=view.stopped_reason if view else None,
        claimed=run.session is not None,
    )
    how = End(
        at=platform.clock.now(),
        reason=reason,
        exit_code=view.exit_code if view else None,
        detail=view.stopped_reason if view else "ECS knows nothing of the task any more",
    )
    with platform.units(None) as uow:
        uow.bots.lock(run.bot)
        current = uow.runs.get(run.id)
        if current.state is not RunState.ENDED:
            endings.end(uow, current, how)
            uow.commit()


def _why_stop(uow: UnitOfWork, bot: Bot, run: Run, *, at: datetime) -> str | None:
    """Say why a living task must stop, settling the bot where that is an error."""
    if bot.desired is Desired.STOPPED:
        return None if _stop_is_under_way(uow, bot, run, at=at) else "its owner stopped the bot"
    if bot.status is BotStatus.ERROR and run.end_reason is not None:
        return run.end_reason
    if _ignores_pause(uow, bot, at=at):
        return "its owner paused the bot, which trades on"
    if _overdue(uow, bot, run, at=at):
        return _condemn(uow, bot, run, "START_TIMEOUT", at=at)
    silence = at - bot.reported_at if bot.reported_at else timedelta()
    if bot.reason in SILENT and silence > SILENCE_LIMIT:
        return _condemn(uow, bot, run, str(bot.reason), at=at)
    beating = bot.reported in BEATING or bot.reason == "NOT_QUOTING"
    if beating and silence > HEARTBEAT_LIMIT:
        detail = f"nothing was heard of it for {silence.seconds} s; its task lives"
        uow.bots.put(bot.settle(BotStatus.ERROR, at=at, reason="HEARTBEAT_LOST", detail=detail))
    return None


def _ignores_pause(uow: UnitOfWork, bot: Bot, *, at: datetime) -> bool:
    """Tell whether a bot that should pause trades on without having heard of it."""
    if bot.desired is not Desired.PAUSED or bot.reported is not BotStatus.RUNNING:
        return False
    heard = any(
        command.kind is CommandKind.PAUSE and command.state is CommandState.ACKNOWLEDGED
        for command in uow.commands.pending(bot.id)
    )
    asked = launches.wanted_since(uow, bot)
    return not heard and asked is not None and at - asked >= _grace(uow, bot)


def _condemn(uow: UnitOfWork, bot: Bot, run: Run, reason: str, *, at: datetime) -> str:
    detail = (
        f"it did not run {START_LIMIT.seconds} s after its task was started"
        if reason == "START_TIMEOUT"
        else f"nothing was heard of it for {SILENCE_LIMIT.seconds} s"
    )
    uow.bots.put(verdict(bot, BotStatus.ERROR, at=at, reason=reason, detail=detail))
    uow.runs.put(replace(run, end_reason=reason))
    return reason


def _overdue(uow: UnitOfWork, bot: Bot, run: Run, *, at: datetime) -> bool:
    """Tell whether a bot should have arrived by now, counted from its launch or later restart."""
    arrived = (
        run.session is not None
        and bot.reported_position.session >= run.session
        and bot.status is not BotStatus.STARTING
    )
    if arrived or run.launched_at is None:
        return False
    asked = launches.wanted_since(uow, bot)
    begun = max(run.launched_at, asked) if asked else run.launched_at
    return at - begun > START_LIMIT


def _stop_is_under_way(uow: UnitOfWork, bot: Bot, run: Run, *, at: datetime) -> bool:
    """Tell whether a bot that should stop may still do it by itself."""
    for command in uow.commands.pending(bot.id):
        if command.kind is CommandKind.STOP and run.session is not None:
            heard = command.state is CommandState.ACKNOWLEDGED
            return heard or at - command.created_at < _grace(uow, bot)
    stopped = bot.reported is BotStatus.STOPPED and bot.reported_at is not None
    return stopped and bot.reported_at is not None and at - bot.reported_at < STOP_GRACE


def _grace(uow: UnitOfWork, bot: Bot) -> timedelta:
    halted = uow.organizations.get(bot.organization).state is not TradingState.ACTIVE
    return HALT_GRACE if halted else STOP_GRACE


def _go_on(bot_id: BotId, platform: Platform) -> None:
    """Where no run is open, launch what should run and settle what should not.

    The venue is asked about every run that has ended, also while the next one trades.
    """
    now, token = platform.clock.now(), platform.randomness.token()
    run: Run | None = None
    with platform.units(None) as uow:
        bot = uow.bots.lock(bot_id)
        check = bool(uow.runs.unchecked(bot_id)) or bot.status is BotStatus.ORPHANED
        shard = egress.shard_of(bot.credential, platform.launcher.shards)
        if uow.runs.open(bot_id) is None:
            if bot.desired is not Desired.STOPPED and not launches.waits(uow, bot, at=now):
                key = RunId(platform.randomness.uuid())
                run = launches.plan(uow, bot, token=token, run=key, shard=shard, at=now)
            else:
                uow.budgets.leave(bot_id)
            if bot.desired is Desired.STOPPED and not check:
                _settle_stopped(uow, bot, at=now)
        uow.commit()
    if run is not None:
        launches.launch(run, token, shard, platform)
    if check:
        platform.functions.check_venue(bot_id)


def _settle_stopped(uow: UnitOfWork, bot: Bot, *, at: datetime) -> None:
    if bot.status is not BotStatus.STOPPED:
        uow.bots.put(verdict(bot, BotStatus.STOPPED, at=at, reason=None))
    commands.settle_stops(uow, bot.id, at=at)
