"""Who may set out now: launches within what venues and AWS take, the oldest first.

A bot that must wait stands in its budget's queue from the first time it asked, and of the units
that are there as many are kept for those before it: whoever asks in between takes none of theirs.
"""

from datetime import UTC, datetime

from janym.domain import egress
from janym.domain.bot import Bot
from janym.domain.egress import CLAIMS, LAUNCHES, Pace
from janym.ports.unit_of_work import UnitOfWork

LAUNCH_KEY, CLAIM_KEY = "launches", "claims"
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def admit(uow: UnitOfWork, bot: Bot, shard: int, *, at: datetime) -> str | None:
    """Take what a locked bot's launch costs, or queue it; give what it waits for."""
    limit = egress.limit_of(bot.exchange, bot.environment)
    queue = f"{bot.exchange}/{bot.environment}/{shard}" if limit else LAUNCH_KEY
    launches = uow.budgets.lock(LAUNCH_KEY) or LONG_AGO
    venue = (uow.budgets.lock(queue) or LONG_AGO) if limit else None
    before = uow.budgets.wait(queue, bot, since=at)
    if limit and venue:
        if limit.pace.available(venue, at=at) < (before + 1) * limit.connections_per_bot:
            return "venue budget"
    elif LAUNCHES.available(launches, at=at) <= before:
        return "launch budget"
    if LAUNCHES.available(launches, at=at) < 1:
        return "launch budget"
    uow.budgets.leave(bot.id)
    uow.budgets.put(LAUNCH_KEY, LAUNCHES.after(launches, 1, at=at))
    if limit and venue:
        uow.budgets.put(queue, limit.pace.after(venue, limit.connections_per_bot, at=at))
    return None


def admit_claim(uow: UnitOfWork, *, at: datetime) -> bool:
    """Take what a claim costs, if it is there; a run that is refused asks again."""
    return _taken(uow, CLAIM_KEY, CLAIMS, at=at)


def _taken(uow: UnitOfWork, key: str, pace: Pace, *, at: datetime) -> bool:
    full_at = uow.budgets.lock(key) or LONG_AGO
    if pace.available(full_at, at=at) < 1:
        return False
    uow.budgets.put(key, pace.after(full_at, 1, at=at))
    return True
