"""What bots say is stored, and what cannot be is kept with its reason."""

from dataclasses import replace

import pytest

from janym.domain.bot import BotStatus, Position
from janym.domain.command import CommandState
from janym.domain.errors import StoreAway
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLevel, LogLine, Rejected, StatusReport
from janym.usecases import ingest
from janym.usecases.ingest import Heard
from tests.fakes.clock import NOON
from tests.fakes.world import World


def status(bot: BotId, told: BotStatus, *, seq: int = 1) -> StatusReport:
    return StatusReport(
        bot=bot,
        position=Position(session=1, seq=seq),
        at=NOON,
        status=told,
        reason=None,
        detail=None,
        uptime_seconds=1,
    )


def way(bot: BotId) -> Rejected:
    return Rejected(
        topic=f"hbot/{bot}/status",
        bot=str(bot),
        client_id=str(bot),
        reason="",
        body=b"{}",
        received_at=NOON,
    )


def test_running_is_what_the_bot_says(world: World) -> None:
    """S0-070: `running` only when a status message arrives."""
    bot = world.stopped_bot()
    command = world.start(bot.id)
    world.dispatch()
    world.claim(world.open_run(bot.id).id)
    assert world.bot(bot.id).status is BotStatus.STARTING

    told = Heard(report=status(bot.id, BotStatus.RUNNING), came_as=way(bot.id))
    assert ingest.current([told], [], units=world.units) == []

    assert world.bot(bot.id).status is BotStatus.RUNNING
    assert world.units.tables.commands[command.id].state is CommandState.DONE


def test_a_stop_is_done_when_the_bot_says_so(world: World) -> None:
    bot = world.running_bot()
    command = world.stop(bot.id)

    world.report(bot.id, BotStatus.STOPPED, seq=2)

    assert world.units.tables.commands[command.id].state is CommandState.DONE
    assert world.bot(bot.id).status is BotStatus.STOPPED


def test_an_unknown_bots_message_is_kept_beside_the_good_ones(world: World) -> None:
    bot = world.running_bot()
    stranger = BotId(world.randomness.uuid())
    heard = [
        Heard(report=status(stranger, BotStatus.RUNNING), came_as=way(stranger)),
        Heard(report=status(bot.id, BotStatus.PAUSED, seq=2), came_as=way(bot.id)),
    ]

    (kept,) = ingest.current(heard, [], units=world.units)

    assert kept == replace(way(stranger), reason=f"no bot {stranger}")
    assert list(world.units.tables.rejected) == [kept]
    assert world.bot(bot.id).status is BotStatus.PAUSED


def test_what_could_not_be_read_is_kept(world: World) -> None:
    bot = world.running_bot()
    bad = replace(way(bot.id), reason="the body is not JSON")

    ingest.current([], [bad], units=world.units)

    assert list(world.units.tables.rejected) == [bad]


def test_a_store_that_is_away_takes_nothing(world: World) -> None:
    bot = world.running_bot()
    world.units.away = True

    with pytest.raises(StoreAway):
        world.report(bot.id, BotStatus.ERROR, seq=2)


def test_only_metrics_and_logs_go_into_the_long_memory(world: World) -> None:
    bot = BotId(world.randomness.uuid())
    line = LogLine(
        bot=bot,
        position=Position(session=1, seq=2),
        at=NOON,
        level=LogLevel.INFO,
        message="hello",
        metadata={},
    )

    ingest.history([status(bot, BotStatus.RUNNING), line, line], history=world.history)

    assert list(world.history.logs.values()) == [line]
    assert world.history.kept == {}
