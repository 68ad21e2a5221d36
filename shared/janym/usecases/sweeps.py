"""The reconciler's minute: every bot is looked at three times, and who waits for a budget oftener.

The scheduler's smallest step is a minute. Looking at 0, 20 and 40 seconds of it, a bot that fell
silent is found 20 seconds after its limit at the latest.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from janym.domain.errors import JanymError, Unavailable
from janym.domain.ids import BotId
from janym.ports.clock import Pause
from janym.usecases import outbox, reconcile
from janym.usecases.platform import Platform

PASSES = (timedelta(), timedelta(seconds=20), timedelta(seconds=40))
END = timedelta(seconds=50)
"""When nothing new is begun: Lambda ends the function at 55 seconds."""
TURN = timedelta(seconds=1)
TURNS_AT_ONCE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something that has to wait for a later pass, and why."""

    bot: BotId
    what: str
    reason: str


def minute(platform: Platform, pause: Pause) -> Iterator[Left]:
    """Sweep through a minute, giving what was left as it comes.

    Raises:
        StoreAway: Postgres does not answer; the next minute goes on.
    """
    begun = platform.clock.now()
    for after in PASSES:
        yield from _serve_waiting(platform, pause, until=begun + after)
        _rest(platform, pause, until=begun + after)
        yield from once(platform)
    yield from _serve_waiting(platform, pause, until=begun + END)


def once(platform: Platform) -> Iterator[Left]:
    """Do all errands that are due, then look at each bot that needs it.

    Raises:
        StoreAway: Postgres does not answer; the next pass goes on.
    """
    for failed in outbox.dispatch(platform):
        yield Left(bot=failed.entry.bot, what=failed.entry.errand, reason=failed.reason)
    for bot, reason in reconcile.every(platform).items():
        yield Left(bot=bot, what="look", reason=reason)
    with suppress(Unavailable):  # what is not pushed now is within the minute
        platform.functions.push_events()


def _serve_waiting(platform: Platform, pause: Pause, *, until: datetime) -> Iterator[Left]:
    """Give those who wait for a budget their turns until then, or until nobody waits."""
    while platform.clock.now() + TURN <= until and (waiting := _waiting(platform)):
        pause(TURN.total_seconds())
        for bot in waiting:
            try:
                reconcile.one(bot, platform)
            except JanymError as error:
                yield Left(bot=bot, what="launch", reason=f"{error.code}: {error}")


def _waiting(platform: Platform) -> list[BotId]:
    with platform.units(None) as uow:
        return list(uow.budgets.waiting(TURNS_AT_ONCE))


def _rest(platform: Platform, pause: Pause, *, until: datetime) -> None:
    left = until - platform.clock.now()
    if left > timedelta():
        pause(left.total_seconds())
