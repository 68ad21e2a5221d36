"""A bot that is stopped and then deleted, whatever is in between."""

import pytest

from janym.domain.bot import BotStatus, StopMode
from janym.domain.errors import Conflict, Forbidden, NotFound
from janym.domain.ids import BotId
from janym.domain.organization import Caller
from janym.usecases import departures
from tests.fakes.venue import venue_order
from tests.fakes.world import ANA, EVE, VERA, World


def ask(world: World, bot: BotId, caller: Caller = ANA) -> None:
    with world.units(caller.organization) as uow:
        departures.stop_and_delete(
            uow,
            bot,
            StopMode.CANCEL_ORDERS,
            caller=caller,
            clock=world.clock,
            randomness=world.randomness,
        )
        uow.commit()


def end(world: World, bot: BotId) -> None:
    """Have its task stop as asked, and ECS forget it."""
    world.report(bot, BotStatus.STOPPED, seq=9)
    for task in list(world.launcher.tasks.values()):
        world.launcher.end(task.id, exit_code=0)


def test_a_running_bot_is_stopped_and_then_deleted(world: World) -> None:
    """S0-022: nothing is deleted before the exchange was asked what is left of it."""
    bot = world.running_bot().id
    ask(world, bot)
    world.reconcile(bot)
    assert world.bot(bot).status is BotStatus.STOPPING

    end(world, bot)
    world.reconcile(bot)
    assert world.bot(bot).leaving, "its run was not checked yet"
    world.check_venue(bot)
    world.reconcile(bot)

    with pytest.raises(KeyError):
        world.bot(bot)
    assert world.certificates.active == {}
    told = [entry.action for entry in world.units.tables.audit.values()]
    assert told[-1] == "bot.deleted"


def test_a_stopped_bot_goes_at_the_next_look(world: World) -> None:
    bot = world.stopped_bot().id
    ask(world, bot)

    world.reconcile(bot)

    assert world.units.tables.bots == {}


def test_a_bot_whose_orders_are_left_stays(world: World) -> None:
    """What is orphaned needs its bot: its tag says whose the orders are."""
    bot = world.running_bot()
    world.venue.placed = [venue_order(f"jn{bot.tag}00x")]
    world.venue.cannot_cancel = True
    ask(world, bot.id)
    end(world, bot.id)
    world.reconcile(bot.id)
    world.check_venue(bot.id)
    world.reconcile(bot.id)

    assert world.bot(bot.id).status is BotStatus.ORPHANED
    world.venue.cannot_cancel = False
    world.check_venue(bot.id)
    world.reconcile(bot.id)
    assert world.units.tables.bots == {}


def test_a_bot_that_is_to_leave_starts_no_more(world: World) -> None:
    bot = world.running_bot().id
    ask(world, bot)

    with pytest.raises(Conflict) as refused:
        world.restart(bot)

    assert refused.value.code == "BOT_LEAVING"
    ask(world, bot)


def test_who_may_not_stop_it_may_not_delete_it(world: World) -> None:
    """S0-141, S0-142."""
    bot = world.stopped_bot().id

    with pytest.raises(Forbidden):
        ask(world, bot, VERA)
    with pytest.raises(NotFound):
        ask(world, bot, EVE)
    assert not world.bot(bot).leaving
