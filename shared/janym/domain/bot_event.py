"""What became of a bot, as its owner reads it later."""

from dataclasses import dataclass
from datetime import datetime

from janym.domain.bot import Bot, BotStatus, Desired


@dataclass(frozen=True, slots=True, kw_only=True)
class BotEvent:
    """A bot's state, and what its owner wanted, from a moment on."""

    at: datetime
    status: BotStatus
    reason: str | None
    detail: str | None
    desired: Desired
    session: int


def between(old: Bot | None, new: Bot) -> BotEvent | None:
    """Give the event that makes one of the other; None where only words or figures differ."""
    if old is not None and _told(old) == _told(new):
        return None
    return BotEvent(
        at=new.updated_at,
        status=new.status,
        reason=new.reason,
        detail=new.detail,
        desired=new.desired,
        session=new.session,
    )


def _told(bot: Bot) -> tuple[object, ...]:
    return bot.status, bot.reason, bot.desired, bot.session
