"""Halting an organization: every bot hears of it, and none starts until an admin says so."""

import pytest

from janym.domain.bot import Bot, BotStatus, Desired, StopMode
from janym.domain.command import CommandKind, CommandState
from janym.domain.errors import Conflict, Forbidden, NotFound
from janym.domain.organization import TradingState
from janym.usecases import reconcile
from tests.fakes.world import ACME, ADMIN, ANA, EVE, VERA, World

HALTED, REDUCING, ACTIVE = TradingState.HALTED, TradingState.REDUCING, TradingState.ACTIVE


def test_a_halt_stops_every_bot_and_cancels_its_orders(world: World) -> None:
    """S2-082: state, wishes and commands are one transaction; a stopped bot is asked nothing."""
    running = world.running_bot()
    stopped = world.create_bot(world.create_credential("second"), name="second")

    changed = world.put_state(HALTED)

    assert [(each.bot, each.kind, each.payload) for each in changed.commands] == [
        (running.id, CommandKind.STOP, {"mode": StopMode.CANCEL_ORDERS})
    ]
    assert world.bot(running.id).desired is Desired.STOPPED
    assert world.commands(stopped.id) == []
    owner = world.units.tables.organizations[ACME]
    assert (owner.state, owner.state_by, owner.state_at) == (HALTED, ANA.user, world.clock.now())


def test_a_halt_is_audited_with_its_reason(world: World) -> None:
    world.running_bot()
    world.put_state(HALTED)

    entry = next(
        each for each in world.units.tables.audit.values() if each.action == "organization.state"
    )
    assert (entry.actor, entry.before, entry.after) == (
        ANA.user,
        {"state": ACTIVE, "reason": None},
        {"state": HALTED, "reason": "a test says so"},
    )


@pytest.mark.parametrize("state", [HALTED, REDUCING])
def test_nothing_starts_while_it_is_not_active(world: World, state: TradingState) -> None:
    """S2-082: refused with a code and with who set it."""
    bot = world.stopped_bot()
    world.put_state(state)

    for act in (world.start, world.restart, world.resume_bot):
        with pytest.raises(Conflict, match="user_trader set this organization") as refused:
            act(bot.id)
        assert refused.value.code == f"ORGANIZATION_{state}"
    assert world.commands(bot.id) == []


def test_only_an_admin_lowers_the_caution(world: World) -> None:
    """S0-142: who trades may always stop everything."""
    world.create_organization()
    with pytest.raises(Forbidden):
        world.put_state(HALTED, caller=VERA)
    world.put_state(REDUCING, caller=ANA)
    world.put_state(HALTED, caller=ANA)

    for lower in (REDUCING, ACTIVE):
        with pytest.raises(Forbidden):
            world.put_state(lower, caller=ANA)
    world.put_state(ACTIVE, caller=ADMIN)

    assert world.units.tables.organizations[ACME].state is ACTIVE


def test_an_end_of_the_halt_starts_nothing_by_itself(world: World) -> None:
    bot = world.running_bot()
    world.put_state(HALTED)
    world.put_state(ACTIVE, caller=ADMIN)
    assert world.bot(bot.id).desired is Desired.STOPPED

    world.start(bot.id)

    assert world.bot(bot.id).desired is Desired.RUNNING


def test_bots_of_another_organization_go_on(world: World) -> None:
    """S0-141."""
    bot = world.running_bot()
    world.create_organization(EVE)
    world.put_state(HALTED, caller=EVE)

    assert world.bot(bot.id).status is BotStatus.RUNNING
    world.start(world.create_bot(world.create_credential("more"), name="more").id)


def test_an_organization_that_nobody_created_cannot_be_halted(world: World) -> None:
    with pytest.raises(NotFound):
        world.put_state(HALTED)


def test_a_bot_that_answers_is_left_to_stop_by_itself(world: World) -> None:
    bot = world.running_bot()
    (command,) = world.put_state(HALTED).commands
    world.acknowledge(command)

    assert world.enforce() == []

    assert world.task(bot.id).stop_asked == []


def test_a_bot_that_does_not_answer_in_five_seconds_has_its_task_stopped(world: World) -> None:
    """DESIGN §8: halt while the broker is away."""
    bot = world.running_bot()
    world.put_state(HALTED)
    world.bus.away = True
    begun = world.clock.now()

    assert world.enforce() == []

    assert world.clock.now() - begun == reconcile.HALT_GRACE
    assert world.task(bot.id).stop_asked == ["its owner stopped the bot"]


def test_the_command_is_published_before_anything_is_waited_for(world: World) -> None:
    world.running_bot()
    (command,) = world.put_state(HALTED).commands
    published = world.bus.published.copy()

    world.enforce()

    ((_, _, payload),) = world.bus.published[len(published) :]
    assert payload["command_id"] == str(command.id)
    assert world.commands(command.bot)[0].state is CommandState.PUBLISHED


def test_the_sweep_does_what_a_dead_enforcer_left(world: World) -> None:
    """K-35: the five seconds hold for the reconciler too."""
    bot = world.running_bot()
    world.put_state(HALTED)
    world.bus.away = True
    world.clock.advance(seconds=reconcile.HALT_GRACE.seconds)

    world.reconcile(bot.id)

    assert world.task(bot.id).stop_asked == ["its owner stopped the bot"]


def test_an_ordinary_stop_may_take_its_minute(world: World) -> None:
    bot = world.running_bot()
    world.stop(bot.id)
    world.clock.advance(seconds=reconcile.HALT_GRACE.seconds)

    world.reconcile(bot.id)

    assert world.task(bot.id).stop_asked == []


def test_a_bot_that_ecs_does_not_let_go_of_is_named(world: World) -> None:
    bot = world.running_bot()
    world.put_state(HALTED)
    world.bus.away = world.launcher.away = True

    (left,) = world.enforce()

    assert (left.bot, left.reason) == (bot.id, "UNAVAILABLE: ECS does not answer")


def test_a_second_halt_asks_who_has_not_answered_again(world: World) -> None:
    bot = world.running_bot()
    (first,) = world.put_state(HALTED).commands
    (second,) = world.put_state(HALTED).commands
    assert [each.state for each in world.commands(bot.id)[:2]] == [
        CommandState.ACCEPTED,
        CommandState.FAILED,
    ]
    world.acknowledge(second)

    assert world.put_state(HALTED).commands == []
    assert first.id != second.id


def test_reducing_rests_what_runs_and_lets_a_position_be_closed(world: World) -> None:
    """An engine cannot tell which order reduces, so it rests; a stop may flatten."""
    bot = world.running_bot()

    (command,) = world.put_state(REDUCING).commands

    assert (command.kind, world.bot(bot.id).desired) == (CommandKind.PAUSE, Desired.PAUSED)
    world.stop(bot.id, StopMode.FLATTEN)
    assert world.bot(bot.id).desired is Desired.STOPPED


def test_a_bot_that_trades_on_while_reducing_has_its_task_stopped(world: World) -> None:
    bot = world.running_bot()
    world.put_state(REDUCING)
    world.bus.away = True

    world.enforce()

    assert world.task(bot.id).stop_asked == ["its owner paused the bot, which trades on"]


def test_a_halt_may_flatten(world: World) -> None:
    world.running_bot()

    (command,) = world.put_state(HALTED, stop_mode=StopMode.FLATTEN).commands

    assert command.payload == {"mode": StopMode.FLATTEN}


def test_a_task_that_was_on_its_way_gets_no_key(world: World) -> None:
    """No start slips through: what was launched before the halt claims in vain."""
    bot: Bot = world.stopped_bot()
    world.start(bot.id)
    world.reconcile(bot.id)
    world.put_state(HALTED)

    with pytest.raises(Conflict) as refused:
        world.claim(world.open_run(bot.id).id)

    assert refused.value.code == "BOT_NOT_WANTED"
    assert world.vault.decrypted == 0
