"""A command's state only rises."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from janym.domain.command import Command, CommandState
from tests.fakes.clock import NOON
from tests.fakes.world import World


@pytest.fixture
def command() -> Command:
    world = World()
    return world.start(world.stopped_bot().id)


def test_any_order_ends_in_the_same_state(command: Command) -> None:
    """K-03."""
    told = [CommandState.PUBLISHED, CommandState.ACKNOWLEDGED, CommandState.DONE]

    for order in permutations(told):
        heard = command
        for state in order:
            heard = heard.to(state, at=NOON)
        assert heard.state is CommandState.DONE


def test_a_state_already_passed_changes_nothing(command: Command) -> None:
    done = command.to(CommandState.DONE, at=NOON)

    assert done.to(CommandState.FAILED, at=NOON + timedelta(hours=1), reason="late") is done


def test_what_was_done_after_all_is_not_expired(command: Command) -> None:
    expired = command.to(CommandState.EXPIRED, at=NOON)

    assert expired.to(CommandState.DONE, at=NOON).state is CommandState.DONE


def test_a_reason_stays_until_another_is_told(command: Command) -> None:
    failed = replace(command, reason="first").to(CommandState.FAILED, at=NOON)

    assert failed.reason == "first"
