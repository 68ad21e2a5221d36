"""What a commit promised is done after it, however often that takes."""

from datetime import timedelta

from janym.domain import topics
from janym.domain.bot import BotStatus
from janym.domain.command import CommandState
from janym.usecases import outbox
from tests.fakes.world import World


def test_a_start_is_launched_and_published_on_its_own_topic(world: World) -> None:
    """S0-035, S0-080, S0-100."""
    bot = world.stopped_bot()
    command = world.start(bot.id)

    assert world.dispatch() == []

    ((to, topic, payload),) = world.bus.published
    assert (to, topic, topic.qos) == (bot.id, topics.START, 1)
    assert (payload["command_id"], payload["v"]) == (str(command.id), 1)
    assert world.commands(bot.id)[0].state is CommandState.PUBLISHED
    assert world.task(bot.id).running
    assert world.units.tables.outbox == {}


def test_a_stop_is_published(world: World) -> None:
    """S0-081."""
    bot = world.running_bot()
    world.stop(bot.id)

    world.dispatch()

    assert world.bus.published[-1][1:] == (
        topics.STOP,
        {
            "v": 1,
            "command_id": str(world.commands(bot.id)[0].id),
            "expires_at": world.commands(bot.id)[0].expires_at.isoformat(),
            "mode": "cancel_orders",
        },
    )


def test_a_failure_leaves_the_errand_for_later(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.bus.away = True

    (failed,) = world.dispatch()
    assert "the broker does not answer" in failed.reason
    assert world.dispatch() == [], "it is put off"

    world.bus.away = False
    world.clock.advance(seconds=6)
    assert world.dispatch() == []
    assert world.commands(bot.id)[0].state is CommandState.PUBLISHED


def test_doing_an_errand_twice_changes_nothing(world: World) -> None:
    """K-03: a death between an errand and its removal repeats it."""
    bot = world.stopped_bot()
    world.start(bot.id)
    entries = dict(world.units.tables.outbox)
    world.dispatch()

    world.units.tables.outbox = entries
    world.dispatch()

    assert (len(world.bus.published), len(world.launcher.tasks)) == (1, 1)


def test_an_expired_command_is_not_published(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.clock.advance(minutes=6)

    world.dispatch()

    assert world.bus.published == []
    assert world.commands(bot.id)[0].state is CommandState.EXPIRED
    assert world.bot(bot.id).status is BotStatus.STARTING


def test_a_deleted_bots_errands_are_dropped(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    entries = dict(world.units.tables.outbox)
    with world.units(None) as uow:
        uow.bots.remove(bot.id)
        uow.commit()
    world.units.tables.outbox = entries

    assert world.dispatch() == []
    assert world.units.tables.outbox == {}


def test_one_bots_errands_can_be_done_alone(world: World) -> None:
    bot = world.stopped_bot()
    other = world.create_bot(world.create_credential("second"), name="other")
    world.start(bot.id)
    world.start(other.id)

    outbox.dispatch(world.platform, bot=other.id)

    assert [to for to, _, _ in world.bus.published] == [other.id]


def test_the_back_off_grows_to_five_minutes() -> None:
    assert [outbox.delay(attempts) for attempts in (0, 1, 100)] == [
        timedelta(seconds=5),
        timedelta(seconds=10),
        timedelta(minutes=5),
    ]
