"""What follows from a bot's wish and its last word."""

from dataclasses import replace

import pytest

from janym.domain.bot import Bot, BotStatus, Desired, Position, StopMode, effective
from tests.fakes.clock import NOON
from tests.fakes.world import World


@pytest.fixture
def bot() -> Bot:
    return World().stopped_bot()


@pytest.mark.parametrize(
    ("desired", "row"),
    [
        ("running", "starting starting running paused starting starting error orphaned"),
        ("paused", "starting starting stopping paused stopping starting error orphaned"),
        ("stopped", "stopped stopping stopping stopping stopping stopped error orphaned"),
    ],
)
def test_the_table_of_statuses(desired: str, row: str) -> None:
    """S0-003, K-21."""
    reported = [
        None,
        BotStatus.STARTING,
        BotStatus.RUNNING,
        BotStatus.PAUSED,
        BotStatus.STOPPING,
        BotStatus.STOPPED,
        BotStatus.ERROR,
        BotStatus.ORPHANED,
    ]

    assert [effective(Desired(desired), each) for each in reported] == row.split()


def test_a_wish_to_run_forgets_what_was_said(bot: Bot) -> None:
    failed = bot.settle(BotStatus.ERROR, at=NOON, reason="ENGINE_DIED", detail="why")

    wanted = failed.want(Desired.RUNNING, at=NOON)

    assert (wanted.status, wanted.reason, wanted.detail) == (BotStatus.STARTING, None, None)


def test_a_wish_to_stop_keeps_the_stop_mode_unless_told(bot: Bot) -> None:
    kept = bot.want(Desired.STOPPED, at=NOON, stop_mode=StopMode.KEEP_ORDERS)

    assert kept.want(Desired.STOPPED, at=NOON).stop_mode is StopMode.KEEP_ORDERS


@pytest.mark.parametrize(
    ("position", "heard"),
    [((2, 5), False), ((2, 4), False), ((1, 99), False), ((2, 6), True), ((3, 1), True)],
)
def test_only_a_later_word_counts(bot: Bot, position: tuple[int, int], heard: bool) -> None:  # noqa: FBT001 - a column of the table above
    known = replace(bot, desired=Desired.RUNNING).hear(
        BotStatus.RUNNING, Position(session=2, seq=5), at=NOON
    )
    told = known.hear(
        BotStatus.ERROR, Position(session=position[0], seq=position[1]), at=NOON, reason="X"
    )

    assert (told.status is BotStatus.ERROR) is heard
    assert heard or told is known
