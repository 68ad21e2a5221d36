"""The bridge.

python -m containers.bridge          run the bot that the environment names
python -m containers.bridge health   exit 0 where the loop of the bridge in WORK_DIR turns
"""

import asyncio
import sys
from pathlib import Path

from containers.bridge.claim import Claim
from containers.bridge.clock import SystemClock
from containers.bridge.health import Heartbeat
from containers.bridge.life import Patience
from containers.bridge.process import ENVIRONMENT, leave, live
from janym.live.venues import Venues
from janym.ports.venue import Venue


def venue_of(claim: Claim) -> Venue:
    """Give the venue's signed calls, at the addresses that the claim names.

    Not through `janym.wiring`, which would bring every adapter into a small process.

    Raises:
        InvalidInput: the platform has no signed calls for it.
    """
    exchange, environment = claim.bot.exchange, claim.bot.environment
    given = {(exchange, environment): claim.venue} if claim.venue else {}
    return Venues(given, SystemClock()).get(exchange, environment)


def main(arguments: list[str]) -> int:
    """Run, or answer about a bridge that runs."""
    if arguments == ["health"]:
        work_dir = Path(ENVIRONMENT.get("WORK_DIR", "."))
        return 0 if Heartbeat(work_dir).healthy(SystemClock().now()) else 1
    return asyncio.run(live(venue_of, Patience()))


if __name__ == "__main__":
    leave(main(sys.argv[1:]))
