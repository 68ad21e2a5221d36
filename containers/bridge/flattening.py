"""What came of closing a position, in words for the owner."""

from dataclasses import dataclass
from decimal import Decimal

from containers.bridge.lines import Closed
from janym.domain.money import plain
from janym.domain.trading import Side

NEEDS_ENGINE = "FLATTEN_NEEDS_ENGINE"
INCOMPLETE = "FLATTEN_INCOMPLETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How it went."""

    complete: bool
    """Everything that could be closed is."""
    words: str


def outcome(closed: Closed | None, *, position: Decimal, base: str) -> Outcome:
    """Judge what an engine did, or that none was there to do it.

    `position` is what the bot has now, in base units.
    """
    left = f"{plain(abs(position))} {base} {'short ' if position < 0 else ''}left"
    if closed is None:
        return Outcome(
            complete=not position,
            words=left
            if not position
            else f"{NEEDS_ENGINE}: no engine was there to trade; orders are cancelled, {left}",
        )
    words = left
    if closed.filled and closed.average_price is not None:
        verb = "sold" if closed.side is Side.SELL else "bought"
        average = plain(round(closed.average_price, 8))
        words = f"{verb} {plain(closed.filled)} {base} at {average} on average; {left}"
    elif closed.reason:
        words = f"{closed.reason}; {left}"
    complete = closed.filled == closed.ordered
    if complete:
        return Outcome(complete=True, words=words)
    reason = f": {closed.reason}" if closed.reason and closed.filled else ""
    return Outcome(complete=False, words=f"{INCOMPLETE}: {words}{reason}")
