"""What is wanted is compared with what is, at any moment and after a death anywhere."""

import pytest

from janym.domain.bot import BotStatus, Desired
from janym.domain.command import CommandState
from janym.domain.errors import Refused, StoreAway, Unavailable
from janym.domain.ids import BotId
from janym.domain.run import RunState
from janym.usecases import reconcile
from tests.fakes.platform import Died
from tests.fakes.world import World

# ---- launching


def test_a_wanted_bot_is_launched_once(world: World) -> None:
    """S0-040."""
    bot = world.stopped_bot()
    world.start(bot.id)

    world.reconcile(bot.id)
    world.reconcile(bot.id)

    (run,) = world.runs(bot.id)
    assert (run.state, run.task) == (RunState.LAUNCHED, world.task(bot.id).id)
    assert len(world.launcher.tasks) == 1


def test_no_token_is_stored(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.reconcile(bot.id)

    assert world.task(bot.id).token not in repr(world.units.tables)


def test_a_launcher_that_dies_after_run_task_leaves_its_task_to_be_taken_up(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.launcher.dies_after_launch = True
    with pytest.raises(Died):
        world.reconcile(bot.id)
    world.launcher.dies_after_launch = False

    world.reconcile(bot.id)
    assert world.open_run(bot.id).state is RunState.WAITING, "its launcher may still be at it"
    world.clock.advance(seconds=61)
    world.reconcile(bot.id)

    run = world.open_run(bot.id)
    assert (run.state, run.task) == (RunState.LAUNCHED, world.task(bot.id).id)
    assert world.claim(run.id).session == 1, "the task's token is the stored one"


def test_a_launcher_that_dies_before_run_task_is_replaced(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.launcher.away = True
    with pytest.raises(Unavailable):
        world.reconcile(bot.id)
    world.launcher.away = False

    world.clock.advance(seconds=61)
    world.reconcile(bot.id)

    lost, launched = world.runs(bot.id)
    assert (lost.state, lost.end_reason, lost.checked_at is not None) == (
        RunState.ENDED,
        "LAUNCH_FAILED",
        True,
    )
    assert launched.state is RunState.LAUNCHED
    assert world.bot(bot.id).status is BotStatus.STARTING


def test_a_launch_that_waits_says_why(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.launcher.away = True
    with pytest.raises(Unavailable):
        world.reconcile(bot.id)

    assert world.bot(bot.id).detail == "waiting: ECS does not answer"

    world.launcher.away = False
    world.clock.advance(seconds=61)
    world.reconcile(bot.id)
    assert world.bot(bot.id).detail is None


def test_a_launch_that_can_never_be_is_an_error_until_its_owner_acts(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.launcher.refusal = Refused("no such task definition")

    world.reconcile(bot.id)
    world.reconcile(bot.id)

    stored = world.bot(bot.id)
    assert (stored.status, stored.reason) == (BotStatus.ERROR, "LAUNCH_FAILED")
    assert stored.detail == "no such task definition"
    assert len(world.runs(bot.id)) == 1


def test_a_death_between_run_task_and_its_commit_changes_nothing(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.units.dies_at_commit = 2  # the errands' expiry and the run pass, the task's id does not
    with pytest.raises(StoreAway):
        world.reconcile(bot.id)
    world.units.dies_at_commit = None

    world.clock.advance(seconds=61)
    world.reconcile(bot.id)

    assert world.open_run(bot.id).task == world.task(bot.id).id
    assert len(world.launcher.tasks) == 1


def spend_budget(world: World) -> BotId:
    """Have a bot's task crash until it is launched no more."""
    bot = world.stopped_bot().id
    world.start(bot)
    for _ in range(8):
        world.reconcile(bot)
        world.launcher.end(world.task(bot).id, exit_code=1, reason="crashed")
        world.clock.advance(seconds=61)
        world.reconcile(bot)
    return bot


def test_five_automatic_launches_in_ten_minutes_are_the_most(world: World) -> None:
    bot = spend_budget(world)

    stored = world.bot(bot)
    assert len(world.runs(bot)) == 6, "the owner's own and five after it"
    assert (stored.status, stored.reason) == (BotStatus.ERROR, "RESTART_BUDGET")


def test_a_spent_budget_waits_for_the_owner(world: World) -> None:
    bot = spend_budget(world)
    world.clock.advance(minutes=30)
    world.reconcile(bot)
    assert len(world.runs(bot)) == 6

    world.start(bot)
    world.reconcile(bot)

    assert len(world.runs(bot)) == 7
    assert world.bot(bot).status is BotStatus.STARTING


# ---- watching


def launch(world: World) -> BotId:
    """Have a bot launched that says nothing yet."""
    bot = world.stopped_bot().id
    world.start(bot)
    world.reconcile(bot)
    return bot


def test_a_bot_that_does_not_arrive_is_stopped(world: World) -> None:
    """`starting` lasts at most 180 s from RunTask's answer."""
    bot = launch(world)
    world.clock.advance(seconds=180)
    world.reconcile(bot)
    assert world.bot(bot).status is BotStatus.STARTING

    world.clock.advance(seconds=1)
    world.reconcile(bot)

    stored = world.bot(bot)
    assert (stored.status, stored.reason) == (BotStatus.ERROR, "START_TIMEOUT")
    assert world.task(bot).stop_asked == ["START_TIMEOUT"]


def test_a_bot_that_did_not_arrive_is_not_launched_again_by_itself(world: World) -> None:
    task = world.task(launch(world))
    world.clock.advance(seconds=181)
    world.reconcile(task.bot)
    world.report(task.bot, BotStatus.STOPPED, seq=9, session=0)
    world.task_event(task, exit_code=0)
    world.clock.advance(seconds=61)

    world.reconcile(task.bot)

    assert len(world.launcher.tasks) == 1
    assert world.bot(task.bot).reason == "START_TIMEOUT"
    assert world.runs(task.bot)[0].end_reason == "START_TIMEOUT"


def test_a_restart_has_its_own_time_to_arrive(world: World) -> None:
    bot = world.running_bot()
    world.clock.advance(minutes=30)
    world.restart(bot.id)

    world.reconcile(bot.id)
    assert world.bot(bot.id).status is BotStatus.STARTING

    world.clock.advance(seconds=181)
    world.reconcile(bot.id)
    assert world.bot(bot.id).reason == "START_TIMEOUT"


def silent_bot(world: World, *, seconds: int = 121) -> BotId:
    """Have a running bot say nothing for too long."""
    bot = world.running_bot().id
    world.clock.advance(seconds=121)
    world.reconcile(bot)
    world.clock.advance(seconds=seconds - 121)
    world.reconcile(bot)
    return bot


def test_a_bot_may_be_silent_for_two_minutes(world: World) -> None:
    bot = world.running_bot().id
    world.clock.advance(seconds=120)

    world.reconcile(bot)

    assert world.bot(bot).status is BotStatus.RUNNING


def test_a_silent_bot_is_an_error_but_trades_on(world: World) -> None:
    """The broker may be the one that is away."""
    bot = silent_bot(world)

    stored = world.bot(bot)
    assert (stored.status, stored.reason) == (BotStatus.ERROR, "HEARTBEAT_LOST")
    assert world.task(bot).stop_asked == []


def test_a_silent_bot_that_speaks_again_is_believed(world: World) -> None:
    bot = silent_bot(world)

    world.report(bot, BotStatus.RUNNING, seq=50)

    assert (world.bot(bot).status, world.bot(bot).reason) == (BotStatus.RUNNING, None)


def test_a_bot_that_stays_silent_loses_its_task(world: World) -> None:
    bot = silent_bot(world, seconds=15 * 60 + 1)

    assert world.bot(bot).reason == "HEARTBEAT_LOST"
    assert world.task(bot).stop_asked == ["HEARTBEAT_LOST"]


def test_what_a_condemned_session_still_says_changes_nothing(world: World) -> None:
    bot = silent_bot(world, seconds=15 * 60 + 1)

    world.report(bot, BotStatus.RUNNING, seq=50)

    assert world.bot(bot).reason == "HEARTBEAT_LOST"


def test_a_silent_bot_is_launched_again_once_its_task_is_gone(world: World) -> None:
    bot = silent_bot(world, seconds=15 * 60 + 1)
    world.launcher.end(world.task(bot).id, exit_code=137)

    world.reconcile(bot)
    assert len(world.launcher.tasks) == 1, "the venue is asked first"
    assert world.functions.venue_checks == [bot]
    world.check_venue(bot)
    world.reconcile(bot)

    assert len(world.launcher.tasks) == 2
    assert world.bot(bot).status is BotStatus.ERROR, "until the new run says otherwise"
    world.claim(world.open_run(bot).id)
    world.report(bot, BotStatus.RUNNING, session=2, seq=1)
    assert world.bot(bot).status is BotStatus.RUNNING


def test_a_venue_that_is_away_holds_a_launch_up_for_a_minute_at_most(world: World) -> None:
    bot = world.running_bot()
    world.launcher.end(world.task(bot.id).id, exit_code=1)
    world.reconcile(bot.id)
    assert len(world.launcher.tasks) == 1

    world.clock.advance(seconds=61)
    world.reconcile(bot.id)

    assert len(world.launcher.tasks) == 2


def test_a_task_that_ecs_forgot_ends_its_run(world: World) -> None:
    bot = world.running_bot()
    world.launcher.forget(world.task(bot.id).id)
    world.reconcile(bot.id)
    assert world.open_run(bot.id), "ECS may not know it yet"

    world.clock.advance(seconds=61)
    world.reconcile(bot.id)

    assert world.runs(bot.id)[0].end_reason == "LOST"
    assert world.bot(bot.id).reason == "TASK_STOPPED"


def test_expired_commands_say_so(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.clock.advance(minutes=5)

    world.reconcile(bot.id)

    assert world.commands(bot.id)[0].state is CommandState.EXPIRED


# ---- stopping


def test_a_stop_nobody_answers_stops_the_task_after_a_minute(world: World) -> None:
    bot = world.running_bot()
    world.stop(bot.id)
    world.dispatch()
    world.reconcile(bot.id)
    assert world.task(bot.id).stop_asked == []

    world.clock.advance(seconds=60)
    world.reconcile(bot.id)

    assert world.task(bot.id).stop_asked == ["its owner stopped the bot"]


def test_a_stop_that_is_acknowledged_has_until_it_expires(world: World) -> None:
    bot = world.running_bot()
    command = world.stop(bot.id)
    with world.units(None) as uow:
        stored = uow.commands.get(command.id)
        uow.commands.put(stored.to(CommandState.ACKNOWLEDGED, at=world.clock.now()))
        uow.commit()
    world.clock.advance(seconds=299)
    world.reconcile(bot.id)
    assert world.task(bot.id).stop_asked == []

    world.clock.advance(seconds=1)
    world.reconcile(bot.id)

    assert world.task(bot.id).stop_asked == ["its owner stopped the bot"]


def test_a_pause_that_is_answered_keeps_the_task(world: World) -> None:
    """S0-003: pause and resume keep task and key."""
    bot = world.running_bot()
    world.pause_bot(bot.id)
    assert world.bot(bot.id).status is BotStatus.STOPPING
    world.report(bot.id, BotStatus.PAUSED, seq=2)

    for minute in range(5):
        world.clock.advance(seconds=60)
        world.report(bot.id, BotStatus.PAUSED, seq=3 + minute)
        world.reconcile(bot.id)

    assert world.bot(bot.id).status is BotStatus.PAUSED
    assert world.task(bot.id).stop_asked == []


def test_a_pause_nobody_answers_stops_the_task_and_the_next_one_rests(world: World) -> None:
    bot = world.running_bot()
    world.pause_bot(bot.id)
    world.clock.advance(seconds=61)

    world.reconcile(bot.id)

    assert world.task(bot.id).stop_asked == ["its owner paused the bot, which trades on"]


def test_a_paused_bot_whose_task_dies_gets_another_that_rests(world: World) -> None:
    bot = world.running_bot()
    world.pause_bot(bot.id)
    world.report(bot.id, BotStatus.PAUSED, seq=2)
    world.task_event(world.task(bot.id), stopped=True, exit_code=137)

    world.check_venue(bot.id)
    world.reconcile(bot.id)

    claimed = world.claim(world.open_run(bot.id).id)
    assert claimed.bot.desired is Desired.PAUSED


def test_a_silent_paused_bot_is_noticed(world: World) -> None:
    bot = world.running_bot()
    world.pause_bot(bot.id)
    world.report(bot.id, BotStatus.PAUSED, seq=2)

    world.clock.advance(seconds=121)
    world.reconcile(bot.id)

    assert world.bot(bot.id).reason == "HEARTBEAT_LOST"


def test_a_task_without_a_bridge_is_stopped_at_once(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.dispatch()
    world.stop(bot.id)

    world.reconcile(bot.id)

    assert world.task(bot.id).stop_asked == ["its owner stopped the bot"]


def test_a_bot_that_says_it_stopped_may_leave_by_itself(world: World) -> None:
    bot = world.running_bot()
    world.stop(bot.id)
    world.report(bot.id, BotStatus.STOPPED, seq=2)
    world.reconcile(bot.id)
    assert world.task(bot.id).stop_asked == []

    world.clock.advance(seconds=60)
    world.reconcile(bot.id)

    assert world.task(bot.id).stop_asked == ["its owner stopped the bot"]


def test_a_run_that_never_claimed_needs_no_venue_check_to_be_stopped(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.dispatch()
    world.stop(bot.id)
    world.launcher.end(world.task(bot.id).id, exit_code=143)

    world.reconcile(bot.id)

    assert world.functions.venue_checks == []
    assert world.bot(bot.id).status is BotStatus.STOPPED
    assert world.commands(bot.id)[0].state is CommandState.DONE


def test_stopping_a_bot_in_error_settles_it(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.launcher.refusal = Refused("no such task definition")
    world.reconcile(bot.id)
    world.stop(bot.id)

    world.reconcile(bot.id)

    assert world.bot(bot.id).status is BotStatus.STOPPED


def test_a_bot_that_is_wanted_again_while_it_stops_is_launched_anew(world: World) -> None:
    bot = world.running_bot()
    world.stop(bot.id)
    world.start(bot.id)
    world.task_event(world.task(bot.id), exit_code=0)
    assert world.bot(bot.id).status is BotStatus.STARTING
    world.check_venue(bot.id)

    world.reconcile(bot.id)

    assert len(world.launcher.tasks) == 2


# ---- all of them


def test_the_sweep_goes_on_after_a_bot_that_cannot_be_looked_at(world: World) -> None:
    bot = world.stopped_bot()
    other = world.create_bot(world.create_credential("second"), name="other")
    world.start(bot.id)
    world.start(other.id)
    world.launcher.away = True

    failed = reconcile.every(world.platform)

    assert failed == {
        bot.id: "UNAVAILABLE: ECS does not answer",
        other.id: "UNAVAILABLE: ECS does not answer",
    }


def test_a_deleted_bot_needs_nothing(world: World) -> None:
    bot = world.stopped_bot()
    with world.units(None) as uow:
        uow.bots.remove(bot.id)
        uow.commit()

    world.reconcile(bot.id)

    assert world.launcher.tasks == {}


def test_certificates_of_ended_runs_are_retired(world: World) -> None:
    bot = world.running_bot()
    assert world.certificates.active
    world.launcher.end(world.task(bot.id).id, exit_code=1)

    world.reconcile(bot.id)

    assert world.certificates.active == {}
    assert world.runs(bot.id)[0].certificate is None
