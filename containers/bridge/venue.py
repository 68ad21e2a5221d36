"""The venue that the claim names.

Not through `janym.wiring`, which would bring every adapter into a small process.
"""

from containers.bridge.claim import Claim
from janym.live.venues import Venues
from janym.ports.clock import Clock
from janym.ports.venue import Venue


def venue_of(claim: Claim, clock: Clock) -> Venue:
    """Give the venue's signed calls, at the addresses that the claim names.

    Raises:
        InvalidInput: the platform has no signed calls for it.
    """
    exchange, environment = claim.bot.exchange, claim.bot.environment
    given = {(exchange, environment): claim.venue} if claim.venue else {}
    return Venues(given, clock).get(exchange, environment)
