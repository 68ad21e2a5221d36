"""Doing after a commit what the commit promised.

An entry is put off before it is carried out and removed after: who dies in between leaves it to the
next, and doing it twice is safe. A failure leaves it, further off each time.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from janym.domain import topics
from janym.domain.command import Command, CommandKind, CommandState
from janym.domain.errors import JanymError, NotFound
from janym.domain.ids import BotId, CommandId
from janym.ports.unit_of_work import Errand, OutboxEntry
from janym.usecases import reconcile
from janym.usecases.platform import Platform

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=5)
BATCH = 50
TOPIC = {
    CommandKind.START: topics.START,
    CommandKind.RESTART: topics.START,
    CommandKind.RESUME: topics.START,
    CommandKind.APPLY: topics.CONFIG_UPDATE,
    CommandKind.STOP: topics.STOP,
    CommandKind.PAUSE: topics.STOP,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """An entry that stays, and why."""

    entry: OutboxEntry
    reason: str


def dispatch(platform: Platform, *, bot: BotId | None = None) -> list[Failed]:
    """Carry out what is due, of one bot or of all, and give what has to wait.

    Raises:
        StoreAway: Postgres does not answer.
    """
    now = platform.clock.now()
    with platform.units(None) as uow:
        entries = uow.outbox.due(now=now, limit=BATCH, bot=bot)
        for entry in entries:
            uow.outbox.postpone(entry, until=now + delay(entry.attempts))
        uow.commit()
    failed: list[Failed] = []
    for entry in entries:
        try:
            _carry_out(entry, platform)
        except JanymError as error:
            failed.append(Failed(entry=entry, reason=f"{error.code}: {error}"))
        else:
            with platform.units(None) as uow:
                uow.outbox.remove(entry)
                uow.commit()
    return failed


def delay(attempts: int) -> timedelta:
    """Give how far off an entry is put that was tried this often before."""
    return min(FIRST_DELAY * 2 ** min(attempts, 10), LONGEST_DELAY)


def _carry_out(entry: OutboxEntry, platform: Platform) -> None:
    match entry.errand:
        case Errand.RECONCILE:
            reconcile.one(entry.bot, platform)
        case Errand.PUBLISH:
            if entry.command is not None:
                _publish(entry.command, platform)


def _publish(key: CommandId, platform: Platform) -> None:
    """Publish a command that is still wanted; a bot deleted meanwhile took its commands along."""
    try:
        with platform.units(None) as uow:
            command = uow.commands.get(key)
    except NotFound:
        return
    now = platform.clock.now()
    if command.state is not CommandState.ACCEPTED or now >= command.expires_at:
        return
    platform.bus.publish(command.bot, TOPIC[command.kind], message(command))
    with platform.units(None) as uow:
        uow.bots.lock(command.bot)
        uow.commands.put(uow.commands.get(key).to(CommandState.PUBLISHED, at=now))
        uow.commit()


def message(command: Command) -> dict[str, Any]:
    """Give a command as the bot gets it; `janym.api.messages` has its models."""
    return {
        "v": 1,
        "command_id": str(command.id),
        "expires_at": command.expires_at.isoformat(),
        **command.payload,
    }
