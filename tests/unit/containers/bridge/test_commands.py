"""Commands in, acks out (K-03, S0-080…S0-083)."""

import json
from datetime import timedelta
from typing import Any

import pytest

from containers.bridge.claim import ClaimedCommand
from containers.bridge.commands import Commands
from containers.bridge.reporter import Reporter
from containers.bridge.wishes import Wishes
from janym.domain import topics
from janym.domain.bot import BotStatus, Desired, StopMode
from janym.domain.command import CommandKind
from janym.domain.topics import Topic
from tests.unit.containers.bridge.conftest import NOON, Heard, SetClock

CONFIG = {"bid_spread": "0.001"}


@pytest.fixture
def wishes() -> Wishes:
    return Wishes(Desired.RUNNING, StopMode.CANCEL_ORDERS, CONFIG)


@pytest.fixture
async def commands(wishes: Wishes, reporter: Reporter, clock: SetClock) -> Commands:
    return Commands(wishes=wishes, reporter=reporter, clock=clock)


def message(command: str, *, minutes: float = 5, **fields: object) -> bytes:
    expires = (NOON + timedelta(minutes=minutes)).isoformat()
    return json.dumps({"v": 1, "command_id": command, "expires_at": expires, **fields}).encode()


def claimed(command: str, kind: CommandKind, *, minutes: float = 5) -> ClaimedCommand:
    expires = NOON + timedelta(minutes=minutes)
    return ClaimedCommand(id=command, kind=kind, payload={}, expires_at=expires)


async def test_a_start_is_done_once_the_engine_runs(commands: Commands, heard: Heard) -> None:
    commands.receive(topics.START, message("a", config=CONFIG))
    assert heard.acks("a") == [("acknowledged", None)]

    commands.running()

    assert heard.acks("a") == [("acknowledged", None), ("done", None)]


async def test_a_start_of_what_runs_is_done_at_once(
    commands: Commands, reporter: Reporter, heard: Heard, wishes: Wishes
) -> None:
    reporter.status(BotStatus.RUNNING)

    commands.receive(topics.START, message("a", config=CONFIG))

    assert heard.acks("a")[-1] == ("done", None)
    assert wishes.generation == 0


async def test_the_same_command_of_claim_and_broker_acts_once(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    """K-03."""
    commands.claimed([claimed("a", CommandKind.START)])
    commands.receive(topics.START, message("a", config=CONFIG, restart=True))

    assert heard.acks("a") == [("acknowledged", None)]
    assert wishes.generation == 0


async def test_an_expired_command_is_not_carried_out(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    """K-03: the platform calls it expired, which is not failed: its wish stands."""
    commands.receive(topics.STOP, message("a", minutes=-1, mode="cancel_orders"))

    assert heard.acks("a") == []
    assert not wishes.stopping


async def test_a_stop_that_was_overtaken_by_a_start_does_not_stop(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    """K-03."""
    commands.receive(topics.START, message("start", minutes=5, config={}))
    commands.receive(topics.STOP, message("stop", minutes=4, mode="keep_orders"))

    assert heard.acks("stop") == [("failed", "SUPERSEDED")]
    assert not wishes.stopping


async def test_a_restart_brings_a_new_configuration(commands: Commands, wishes: Wishes) -> None:
    told = {"strategy": "pmm", "exchange": "binance", "trading_pair": "A-B", "bid_spread": "0.002"}

    commands.receive(topics.START, message("a", config=told, restart=True))

    assert wishes.config == {"bid_spread": "0.002"}
    assert wishes.generation == 1
    assert wishes.changed.is_set()


async def test_a_configuration_update_is_a_restart(commands: Commands, wishes: Wishes) -> None:
    """S0-082."""
    commands.receive(topics.CONFIG_UPDATE, message("a", config={"bid_spread": "0.003"}))

    assert wishes.config == {"bid_spread": "0.003"}
    assert wishes.generation == 1


async def test_a_start_revives_a_bot_in_error(
    commands: Commands, reporter: Reporter, wishes: Wishes
) -> None:
    reporter.status(BotStatus.ERROR, "RESTART_BUDGET")

    commands.receive(topics.START, message("a", config={}))

    assert wishes.generation == 1


async def test_a_stop_is_done_at_the_end(commands: Commands, heard: Heard, wishes: Wishes) -> None:
    """S0-081."""
    commands.receive(topics.START, message("start", minutes=4, config={}))
    commands.receive(topics.STOP, message("stop", mode="keep_orders"))
    assert wishes.stopping
    assert wishes.stop_mode is StopMode.KEEP_ORDERS

    commands.stopped()

    assert heard.acks("stop")[-1] == ("done", None)
    assert heard.acks("start")[-1] == ("failed", "SUPERSEDED")


@pytest.mark.parametrize(
    ("topic", "fields"),
    [
        (topics.STOP, {"mode": "cancel_orders", "pause": True}),
        (topics.START, {"config": CONFIG, "restart": True}),
        (topics.CONFIG_UPDATE, {"config": CONFIG}),
    ],
)
async def test_what_a_run_did_not_finish_when_its_task_was_ended_is_the_next_ones(
    commands: Commands, heard: Heard, wishes: Wishes, topic: Topic, fields: dict[str, Any]
) -> None:
    """K-03, S0-070: the owner wants it still, so nobody may say that it failed."""
    commands.receive(topic, message("a", **fields))
    wishes.stop()

    commands.stopped()

    assert heard.acks("a") == [("acknowledged", None)]


async def test_a_stop_that_leaves_something_fails(commands: Commands, heard: Heard) -> None:
    commands.receive(topics.STOP, message("stop", mode="cancel_orders"))

    commands.stopped("ORDERS_LEFT: one")

    assert heard.acks("stop")[-1] == ("failed", "ORDERS_LEFT: one")


async def test_a_start_while_stopping_is_left_to_the_next_run(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    wishes.stop()

    commands.receive(topics.START, message("a", config={}))

    assert heard.acks("a") == []


async def test_claimed_commands_that_the_desired_state_overrules_are_superseded(
    commands: Commands, heard: Heard
) -> None:
    commands.claimed(
        [
            claimed("stop", CommandKind.STOP, minutes=3),
            claimed("start", CommandKind.START, minutes=4),
        ]
    )
    commands.running()

    assert heard.acks("stop") == [("failed", "SUPERSEDED")]
    assert heard.acks("start") == [("acknowledged", None), ("done", None)]


async def test_the_configuration_is_told_when_asked_for(commands: Commands, heard: Heard) -> None:
    """S0-083."""
    commands.receive(topics.CONFIG_GET, message("a"))

    assert heard.on("config")[0]["config"] == CONFIG
    assert heard.acks("a")[-1] == ("done", None)


async def test_a_command_that_is_not_understood_fails(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    commands.receive(topics.STOP, message("a", mode="sell_all"))

    assert heard.acks("a") == [("failed", "BAD_COMMAND: mode")]
    assert not wishes.stopping


async def test_what_is_no_command_changes_nothing(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    for body in (b"", b"{}", b"[1]", b'{"command_id": "a"}', b"\xff"):
        commands.receive(topics.STOP, body)

    assert heard.messages == []
    assert not wishes.changed.is_set()


async def test_a_pause_is_done_once_nothing_runs(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    commands.receive(topics.START, message("start", minutes=4, config={}))
    commands.receive(topics.STOP, message("pause", mode="cancel_orders", pause=True))
    assert wishes.paused
    assert heard.acks("pause") == [("acknowledged", None)]

    commands.paused()

    assert heard.acks("pause")[-1] == ("done", None)
    assert heard.acks("start")[-1] == ("failed", "SUPERSEDED")


async def test_a_pause_of_what_is_paused_is_done_at_once(
    commands: Commands, reporter: Reporter, heard: Heard, wishes: Wishes
) -> None:
    wishes.pause()
    reporter.status(BotStatus.PAUSED)

    commands.receive(topics.STOP, message("pause", mode="cancel_orders", pause=True))

    assert heard.acks("pause")[-1] == ("done", None)


async def test_a_resume_brings_the_bot_back_with_its_configuration(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    commands.receive(topics.STOP, message("pause", minutes=4, mode="cancel_orders", pause=True))
    commands.receive(topics.START, message("resume", config={"bid_spread": "0.5"}, resume=True))

    assert (wishes.desired, wishes.config) == (Desired.RUNNING, {"bid_spread": "0.5"})
    commands.running()
    assert heard.acks("pause")[-1] == ("failed", "SUPERSEDED")
    assert heard.acks("resume")[-1] == ("done", None)


async def test_a_claimed_pause_is_done_once_the_run_rests(
    reporter: Reporter, heard: Heard, clock: SetClock
) -> None:
    wishes = Wishes(Desired.PAUSED, StopMode.CANCEL_ORDERS, CONFIG)
    commands = Commands(wishes=wishes, reporter=reporter, clock=clock)
    commands.claimed([claimed("pause", CommandKind.PAUSE)])

    commands.paused()

    assert heard.acks("pause")[-1] == ("done", None)


async def test_what_was_claimed_late_is_done_all_the_same(
    reporter: Reporter, heard: Heard, clock: SetClock
) -> None:
    """K-03: the claim's desired state is carried out, so its command cannot have failed."""
    wishes = Wishes(Desired.PAUSED, StopMode.CANCEL_ORDERS, CONFIG)
    commands = Commands(wishes=wishes, reporter=reporter, clock=clock)
    commands.claimed([claimed("pause", CommandKind.PAUSE, minutes=-1)])

    commands.paused()

    assert heard.acks("pause") == [("acknowledged", None), ("done", None)]


async def test_what_was_claimed_and_comes_again_acts_once(
    reporter: Reporter, heard: Heard, clock: SetClock
) -> None:
    """K-03: also where the broker delivers an older one after it."""
    wishes = Wishes(Desired.PAUSED, StopMode.CANCEL_ORDERS, CONFIG)
    commands = Commands(wishes=wishes, reporter=reporter, clock=clock)
    commands.claimed([claimed("pause", CommandKind.PAUSE, minutes=3)])

    commands.receive(topics.STOP, message("pause", minutes=3, mode="cancel_orders", pause=True))
    commands.receive(topics.START, message("older", minutes=2, config={}, resume=True))

    assert heard.acks("pause") == [("acknowledged", None)]
    assert heard.acks("older") == [("failed", "SUPERSEDED")]
    assert wishes.paused


async def test_a_running_engine_tells_its_configuration(commands: Commands, heard: Heard) -> None:
    """S0-082, S0-083: after an update everybody can see what runs."""
    commands.receive(topics.CONFIG_UPDATE, message("a", config={"bid_spread": "0.003"}))

    commands.running()

    assert heard.on("config")[-1]["config"] == {"bid_spread": "0.003"}
    assert heard.acks("a")[-1] == ("done", None)


async def test_an_update_of_a_paused_bot_starts_no_engine(
    commands: Commands, heard: Heard, wishes: Wishes
) -> None:
    wishes.pause()

    commands.receive(topics.CONFIG_UPDATE, message("a", config={"bid_spread": "0.003"}))

    assert (wishes.desired, wishes.config) == (Desired.PAUSED, {"bid_spread": "0.003"})
    assert heard.acks("a")[-1] == ("done", None)


async def test_what_the_claim_brought_is_applied(commands: Commands, heard: Heard) -> None:
    commands.claimed([claimed("a", CommandKind.APPLY)])

    commands.running()

    assert heard.acks("a")[-1] == ("done", None)
