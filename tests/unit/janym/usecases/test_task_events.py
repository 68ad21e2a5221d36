"""ECS tells of tasks twice and out of order; what follows from an end happens at once."""

import pytest

from janym.domain.bot import Bot, BotStatus
from janym.domain.errors import Unavailable
from janym.domain.ids import RunId, TaskId
from janym.domain.run import RunState
from tests.fakes.platform import Died, FakeTask
from tests.fakes.world import World


@pytest.fixture
def bot(world: World) -> Bot:
    return world.running_bot()


def test_a_dead_task_is_an_error_with_its_reason(world: World, bot: Bot) -> None:
    world.task_event(world.task(bot.id), exit_code=1, reason="Essential container exited")

    stored = world.bot(bot.id)
    assert (stored.status, stored.reason) == (BotStatus.ERROR, "TASK_STOPPED")
    assert stored.detail == "FAILED: Essential container exited"
    (run,) = world.runs(bot.id)
    assert (run.state, run.end_reason, run.exit_code) == (RunState.ENDED, "FAILED", 1)


@pytest.mark.parametrize(
    ("exit_code", "reason", "code"),
    [
        (0, None, "EXITED"),
        (137, "Essential container exited", "KILLED"),
        (137, "OutOfMemoryError: Container killed due to memory usage", "OUT_OF_MEMORY"),
        (None, "Host EC2 terminated", "LOST"),
    ],
)
def test_an_end_has_a_code(
    world: World, bot: Bot, exit_code: int | None, reason: str | None, code: str
) -> None:
    world.task_event(world.task(bot.id), exit_code=exit_code, reason=reason)

    assert world.runs(bot.id)[0].end_reason == code


def test_a_task_killed_for_memory_says_so(world: World, bot: Bot) -> None:
    world.task_event(world.task(bot.id), exit_code=137, reason="OutOfMemoryError: killed")

    assert world.bot(bot.id).reason == "OUT_OF_MEMORY"


def test_the_bridges_own_reason_is_kept(world: World, bot: Bot) -> None:
    world.report(bot.id, BotStatus.ERROR, seq=2, reason="ENGINE_DIED")
    world.task_event(world.task(bot.id), exit_code=1)

    assert world.bot(bot.id).reason == "ENGINE_DIED"


def test_the_last_will_is_explained_by_the_event(world: World, bot: Bot) -> None:
    world.report(bot.id, BotStatus.ERROR, seq=2**53 - 1, reason="BRIDGE_LOST")
    world.task_event(world.task(bot.id), exit_code=137)

    assert world.bot(bot.id).reason == "TASK_STOPPED"


def test_venue_and_reconciler_are_asked_at_once_and_the_certificate_is_retired(
    world: World, bot: Bot
) -> None:
    world.task_event(world.task(bot.id), exit_code=1)

    assert (world.functions.venue_checks, world.functions.reconciled) == ([bot.id], [bot.id])
    assert world.certificates.active == {}


def test_a_run_that_never_claimed_left_nothing_at_the_venue(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.dispatch()

    world.task_event(world.task(bot.id), exit_code=None, reason="CannotPullContainerError")

    assert (world.functions.venue_checks, world.functions.reconciled) == ([], [bot.id])
    assert world.runs(bot.id)[0].end_reason == "LAUNCH_FAILED"
    assert "CannotPullContainerError" in (world.bot(bot.id).detail or "")


def test_the_same_event_twice_changes_nothing_more(world: World, bot: Bot) -> None:
    world.task_event(world.task(bot.id), exit_code=1)
    once = (world.bot(bot.id), world.runs(bot.id))
    world.clock.advance(seconds=30)

    world.task_event(world.task(bot.id), exit_code=1)

    assert (world.bot(bot.id), world.runs(bot.id)) == once


def test_an_older_event_after_a_newer_one_changes_nothing(world: World, bot: Bot) -> None:
    task = world.task(bot.id)
    world.task_event(task, version=5, exit_code=1)

    world.task_event(task, version=2, stopped=False)

    assert world.runs(bot.id)[0].state is RunState.ENDED


def test_the_highest_version_heard_is_kept(world: World, bot: Bot) -> None:
    for version in (4, 3):
        world.task_event(world.task(bot.id), version=version, stopped=False)

    assert world.open_run(bot.id).event_version == 4


def test_an_event_that_could_not_be_finished_is_finished_by_its_repetition(
    world: World, bot: Bot
) -> None:
    world.certificates.away = True
    with pytest.raises(Unavailable):
        world.task_event(world.task(bot.id), exit_code=1)
    world.certificates.away = False

    world.task_event(world.task(bot.id), exit_code=1)

    assert world.certificates.active == {}


def test_a_task_is_known_by_the_run_that_started_it(world: World) -> None:
    """The event may come before the launcher could note the task, or after it died."""
    bot = world.stopped_bot()
    world.start(bot.id)
    world.launcher.dies_after_launch = True
    with pytest.raises(Died):
        world.reconcile(bot.id)

    world.task_event(world.task(bot.id), version=2, stopped=False)

    run = world.open_run(bot.id)
    assert (run.state, run.task) == (RunState.LAUNCHED, world.task(bot.id).id)


def test_a_task_of_nobody_is_ignored(world: World, bot: Bot) -> None:
    stranger = FakeTask(
        id=TaskId("stranger"), bot=bot.id, run=RunId(world.randomness.uuid()), token="", shard=0
    )

    assert world.task_event(stranger, exit_code=1) is False
    assert world.bot(bot.id) == bot


def test_a_bot_that_should_stop_waits_for_the_venue_check(world: World, bot: Bot) -> None:
    world.stop(bot.id)
    world.task_event(world.task(bot.id), exit_code=0)

    assert world.bot(bot.id).status is BotStatus.STOPPING

    world.check_venue(bot.id)
    assert world.bot(bot.id).status is BotStatus.STOPPED
