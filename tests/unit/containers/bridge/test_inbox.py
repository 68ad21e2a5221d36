"""Which commands are carried out (K-03)."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest

from containers.bridge.inbox import Inbox, Verdict

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def judged(inbox: Inbox, command: str, *, minutes: float, moves: bool = True) -> Verdict:
    expires = NOON + timedelta(minutes=minutes)
    return inbox.judge(command, expires_at=expires, now=NOON, moves=moves)


def test_a_command_delivered_twice_acts_once() -> None:
    """K-03."""
    inbox = Inbox()

    assert judged(inbox, "a", minutes=5) is Verdict.ACT
    assert judged(inbox, "a", minutes=5) is Verdict.REPEATED


def test_an_expired_command_does_not_act() -> None:
    assert judged(Inbox(), "a", minutes=0) is Verdict.EXPIRED


def test_what_was_asked_earlier_and_comes_later_does_not_act() -> None:
    """K-03."""
    inbox = Inbox()

    assert judged(inbox, "stop", minutes=5) is Verdict.ACT
    assert judged(inbox, "start", minutes=4) is Verdict.SUPERSEDED


def test_a_question_is_never_superseded() -> None:
    inbox = Inbox()
    judged(inbox, "stop", minutes=5)

    assert judged(inbox, "config", minutes=4, moves=False) is Verdict.ACT


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_in_any_order_and_twice_the_newest_acts_last(order: tuple[int, ...]) -> None:
    """K-03."""
    inbox = Inbox()

    acted = [n for n in order * 2 if judged(inbox, str(n), minutes=n) is Verdict.ACT]

    assert acted[-1] == 3
    assert acted == sorted(acted)
