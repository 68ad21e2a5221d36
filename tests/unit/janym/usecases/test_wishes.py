"""Starting, stopping and restarting: what is written, and what is refused."""

import pytest

from janym.domain import topics
from janym.domain.bot import BotStatus, Desired, StopMode
from janym.domain.command import CommandKind, CommandState
from janym.domain.errors import Conflict, Forbidden, NotFound, StoreAway
from janym.domain.ids import BotId
from janym.domain.trading import OrderStatus
from janym.ports.unit_of_work import Errand
from janym.usecases import reconcile
from tests.fakes.venue import venue_order, venue_trade
from tests.fakes.world import ANA, EVE, VERA, World


def test_a_start_writes_its_status_command_and_errands_and_publishes_nothing(
    world: World,
) -> None:
    """S0-023, S0-070: `starting` is written before anything is published."""
    bot = world.stopped_bot()

    command = world.start(bot.id)

    assert world.bot(bot.id).status is BotStatus.STARTING
    assert (command.kind, command.state) == (CommandKind.START, CommandState.ACCEPTED)
    errands = [entry.errand for entry in world.units.tables.outbox.values()]
    assert errands == [Errand.RECONCILE, Errand.PUBLISH]
    assert (world.bus.published, world.launcher.tasks) == ([], {})


def test_a_start_is_all_or_nothing(world: World) -> None:
    bot = world.stopped_bot()
    world.units.dies_at_commit = 0

    with pytest.raises(StoreAway):
        world.start(bot.id)

    assert world.bot(bot.id) == bot
    assert (world.units.tables.commands, world.units.tables.outbox) == ({}, {})


def test_the_start_command_says_what_s0_096_asks(world: World) -> None:
    """S0-096."""
    payload = world.start(world.stopped_bot().id).payload

    assert payload.keys() >= {"log_level", "script", "is_quickstart", "config"}
    assert payload["config"].keys() >= {
        "strategy", "exchange", "trading_pair", "bid_spread", "ask_spread", "order_amount",
        "order_refresh_time",
    }  # fmt: skip


def test_a_bot_wanted_running_is_not_started_again(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)

    with pytest.raises(Conflict, match="restart it") as refused:
        world.start(bot.id)

    assert (refused.value.code, len(world.commands(bot.id))) == ("ALREADY_RUNNING", 1)


def test_a_bot_in_error_is_started_again(world: World) -> None:
    bot = world.running_bot()
    world.report(bot.id, BotStatus.ERROR, seq=2, reason="ENGINE_DIED")

    world.start(bot.id)

    assert (world.bot(bot.id).status, world.bot(bot.id).reason) == (BotStatus.STARTING, None)


def test_two_bots_on_one_key_and_pair_do_not_run_at_once(world: World) -> None:
    """S0-139: each has an account of its own, or at least a market of its own there."""
    first = world.stopped_bot()
    second = world.create_bot(world.create_credential("second"), name="second")
    same = world.create_bot(next(iter(world.units.tables.credentials.values())), name="same")
    world.start(first.id)
    world.start(second.id)

    with pytest.raises(Conflict, match="'maker'") as refused:
        world.start(same.id)
    with pytest.raises(Conflict):
        world.restart(same.id)

    assert refused.value.code == "ACCOUNT_IN_USE"
    assert world.bot(same.id).desired is Desired.STOPPED


def test_a_stop_says_what_becomes_of_orders(world: World) -> None:
    """S0-024."""
    bot = world.running_bot()

    command = world.stop(bot.id, StopMode.KEEP_ORDERS)

    assert command.payload == {"mode": "keep_orders"}
    assert world.bot(bot.id).status is BotStatus.STOPPING
    assert world.bot(bot.id).stop_mode is StopMode.KEEP_ORDERS


def test_a_bot_that_was_launched_and_said_nothing_yet_is_stopping(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.dispatch()

    world.stop(bot.id)

    assert world.bot(bot.id).status is BotStatus.STOPPING


def test_stopping_twice_is_safe(world: World) -> None:
    bot = world.stopped_bot()

    world.stop(bot.id)
    world.stop(bot.id)

    assert world.bot(bot.id).status is BotStatus.STOPPED


def test_a_newer_wish_supersedes_an_older_one(world: World) -> None:
    bot = world.stopped_bot()
    first = world.start(bot.id)
    second = world.stop(bot.id)

    newest, oldest = world.commands(bot.id)
    assert (newest.id, newest.state) == (second.id, CommandState.ACCEPTED)
    assert (oldest.id, oldest.state) == (first.id, CommandState.FAILED)
    assert "superseded" in (oldest.reason or "")


def test_a_restart_of_a_stopped_bot_starts_it(world: World) -> None:
    """S0-057."""
    bot = world.stopped_bot()

    command = world.restart(bot.id)

    assert command.payload["restart"] is True
    assert world.bot(bot.id).desired is Desired.RUNNING


def test_a_viewer_wishes_in_vain(world: World) -> None:
    """S0-142."""
    bot = world.stopped_bot()

    for wish in (world.start, world.stop, world.restart):
        with pytest.raises(Forbidden):
            wish(bot.id, caller=VERA)
    assert world.bot(bot.id) == bot


def test_another_organization_wishes_in_vain(world: World) -> None:
    """S0-141."""
    bot = world.stopped_bot()

    for wish in (world.start, world.stop, world.restart):
        with pytest.raises(NotFound):
            wish(bot.id, caller=EVE)
    assert world.bot(bot.id) == bot


def test_every_wish_is_audited(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.stop(bot.id)

    lines = [(line.action, line.actor) for line in world.units.tables.audit.values()]
    assert lines[-2:] == [("bot.start", ANA.user), ("bot.stop", ANA.user)]


def test_a_pause_wants_no_engine_and_keeps_the_account(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)

    command = world.pause_bot(bot.id)

    assert command.kind is CommandKind.PAUSE
    assert command.payload == {"mode": "cancel_orders", "pause": True}
    assert world.bot(bot.id).desired is Desired.PAUSED
    key = world.units.tables.credentials[bot.credential]
    twin = world.create_bot(key, name="twin")
    with pytest.raises(Conflict, match="maker"):
        world.start(twin.id)


def test_a_stopped_bot_cannot_pause_and_a_running_one_not_resume(world: World) -> None:
    bot = world.stopped_bot()
    with pytest.raises(Conflict) as refused:
        world.pause_bot(bot.id)
    assert refused.value.code == "NOT_RUNNING"

    world.start(bot.id)
    with pytest.raises(Conflict) as refused:
        world.resume_bot(bot.id)
    assert refused.value.code == "NOT_PAUSED"


def test_a_resume_brings_the_present_configuration(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.pause_bot(bot.id)

    command = world.resume_bot(bot.id)

    assert command.payload["resume"] is True
    assert command.payload["config"]["bid_spread"] == "0.001"
    wanted = world.bot(bot.id)
    assert (wanted.desired, wanted.status) == (Desired.RUNNING, BotStatus.STARTING)


def test_a_start_resumes_and_a_stop_ends_a_paused_bot(world: World) -> None:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.pause_bot(bot.id)
    world.start(bot.id)
    assert world.bot(bot.id).desired is Desired.RUNNING

    world.pause_bot(bot.id)
    world.stop(bot.id)

    assert world.bot(bot.id).desired is Desired.STOPPED


def flattening(world: World, *, held: bool) -> BotId:
    """Make a bot that was stopped with a flatten, whose ack never comes."""
    bot = world.running_bot()
    if held:
        name = f"jn{bot.tag}10x"
        world.venue.placed = [venue_order(name, status=OrderStatus.FILLED)]
        world.venue.executed = [venue_trade("t1")]
    world.stop(bot.id, StopMode.FLATTEN)
    return bot.id


def test_that_a_bot_is_stopped_does_not_say_that_it_is_flat(world: World) -> None:
    """`stopped` may overtake the ack; where nobody ever says more, the command expires."""
    bot = flattening(world, held=True)

    world.report(bot, BotStatus.STOPPED, seq=2)
    world.task_event(world.task(bot), exit_code=0)
    world.check_venue(bot)
    assert world.bot(bot).status is BotStatus.STOPPED
    assert world.commands(bot)[0].state is CommandState.ACCEPTED

    world.clock.advance(minutes=5)
    assert reconcile.every(world.platform) == {}
    assert world.commands(bot)[0].state is CommandState.EXPIRED


@pytest.mark.parametrize(
    ("said", "state"),
    [("FLATTENED", CommandState.DONE), ("NOT_FLATTENED", CommandState.FAILED)],
)
def test_a_flatten_whose_ack_was_lost_is_settled_by_the_last_status(
    world: World, said: str, state: CommandState
) -> None:
    """Also where it comes late, and the command has expired."""
    bot = flattening(world, held=True)
    world.clock.advance(minutes=6)
    reconcile.every(world.platform)
    assert world.commands(bot)[0].state is CommandState.EXPIRED

    world.report(bot, BotStatus.STOPPED, seq=2, reason=said)

    assert world.commands(bot)[0].state is state


def test_a_flatten_of_a_bot_that_died_is_settled_by_its_fills(world: World) -> None:
    """Neither ack nor status came, and the exchange says that nothing is left."""
    bot = flattening(world, held=False)

    world.task_event(world.task(bot), exit_code=137)
    world.check_venue(bot)

    assert world.commands(bot)[0].state is CommandState.DONE


def test_a_word_of_an_earlier_flatten_settles_no_later_stop(world: World) -> None:
    bot = flattening(world, held=True)
    world.clock.advance(minutes=6)
    reconcile.every(world.platform)
    world.stop(bot)

    world.report(bot, BotStatus.STOPPED, seq=2, reason="FLATTENED")

    later, earlier = world.commands(bot)[:2]
    assert (later.state, earlier.state) == (CommandState.DONE, CommandState.EXPIRED)


def test_a_flatten_holds_for_one_stop(world: World) -> None:
    bot = world.running_bot()
    world.stop(bot.id, StopMode.FLATTEN)

    world.start(bot.id)

    assert world.bot(bot.id).stop_mode is StopMode.CANCEL_ORDERS


def test_a_configuration_is_applied_to_a_living_task(world: World) -> None:
    """S0-082."""
    bot = world.running_bot()

    command = world.apply(bot.id)
    world.dispatch()

    (_, topic, message) = world.bus.published[-1]
    assert topic is topics.CONFIG_UPDATE
    assert (message["command_id"], message["config"]["bid_spread"]) == (str(command.id), "0.001")
    assert world.bot(bot.id).status is BotStatus.STARTING


def test_a_paused_bot_stays_paused_when_a_configuration_is_applied(world: World) -> None:
    bot = world.running_bot()
    world.pause_bot(bot.id)
    world.report(bot.id, BotStatus.PAUSED, seq=2)

    world.apply(bot.id)

    applied = world.bot(bot.id)
    assert (applied.desired, applied.status) == (Desired.PAUSED, BotStatus.PAUSED)


def test_a_stopped_bot_takes_up_its_configuration_when_it_starts(world: World) -> None:
    with pytest.raises(Conflict) as refused:
        world.apply(world.stopped_bot().id)

    assert refused.value.code == "NOT_RUNNING"
