"""Messages of the bot."""

import json

import pytest

from containers.bridge import reporter as module
from containers.bridge.reporter import Reporter
from janym.domain.bot import BotStatus
from janym.domain.telemetry import LogLevel
from tests.unit.containers.bridge.conftest import NOON, Heard, SetClock


async def test_a_status_is_retained_and_a_heartbeat_is_not(
    reporter: Reporter, heard: Heard, clock: SetClock
) -> None:
    """S0-097, S0-103."""
    reporter.status(BotStatus.STOPPING)
    clock.pass_(15)
    reporter.heartbeat()

    [(_, first, retained), (_, second, kept)] = heard.messages
    assert (first["status"], second["status"]) == ("stopping", "stopping")
    assert (first["uptime_seconds"], second["uptime_seconds"]) == (0, 15)
    assert (retained, kept) == (None, False)
    assert "seq" not in first


@pytest.mark.parametrize(
    ("status", "topics"),
    [
        (BotStatus.RUNNING, ["status", "status/ready"]),
        (BotStatus.ERROR, ["status", "status/error"]),
        (BotStatus.STARTING, ["status"]),
    ],
)
async def test_running_and_error_have_topics_of_their_own(
    reporter: Reporter, heard: Heard, status: BotStatus, topics: list[str]
) -> None:
    """S0-085, S0-086."""
    reporter.status(status)

    assert [topic for topic, _, _ in heard.messages] == topics


async def test_secrets_are_masked_in_every_message(reporter: Reporter, heard: Heard) -> None:
    reporter.log(LogLevel.ERROR, "key the-secret-key", logger="x", at=NOON)
    reporter.status(BotStatus.ERROR, "ENGINE_DIED", "the-secret-key")

    assert heard.on("logs/error")[0]["message"] == "key ***"
    assert heard.on("status")[0]["detail"] == "***"


async def test_a_long_log_line_is_cut(reporter: Reporter, heard: Heard) -> None:
    reporter.log(LogLevel.INFO, "x" * 10_000, logger="y" * 200, at=NOON)

    assert len(heard.on("logs/info")[0]["message"]) == module.LONGEST_TEXT


def test_the_will_says_that_the_bridge_is_lost() -> None:
    will = json.loads(module.last_will(7, at=NOON))

    assert (will["status"], will["reason"], will["session"]) == ("error", "BRIDGE_LOST", 7)
    assert "seq" not in will


async def test_lost_messages_are_counted_in_the_status(reporter: Reporter, heard: Heard) -> None:
    reporter.status(BotStatus.ERROR, "ENGINE_DIED", "exit code 1")

    reporter.lost({"logs/info": 3})
    reporter.lost({"logs/info": 1, "orders/new": 2})

    assert heard.on("status")[-1]["detail"] == (
        "exit code 1; messages lost for want of room: 4 on logs/info, 2 on orders/new"
    )
