"""Through which address a bot reaches its venue, and how many may set out at once.

Every exchange key belongs to one egress shard, a subnet with an address of its own, so that the
address can be put on the key's allow list and what leaves through it can be counted.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from janym.domain.bot import Environment
from janym.domain.ids import CredentialId


def shard_of(credential: CredentialId, shards: int) -> int:
    """Give a key's shard, from 0; it stays the same as long as the number of shards does."""
    digest = hashlib.sha256(credential.bytes).digest()
    return int.from_bytes(digest[:8]) % shards


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most `limit` units in any stretch of `period`, of which `burst` may come at once.

    All that is kept of the past is one moment, at which the whole burst is there again (the
    generic cell rate algorithm): the burst and what comes back within a period make the limit.
    """

    limit: int
    period: timedelta
    burst: int

    @property
    def interval(self) -> timedelta:
        """The time in which one unit comes back."""
        return self.period / (self.limit - self.burst)

    def available(self, full_at: datetime, *, at: datetime) -> int:
        """Give how many units may be taken now."""
        owed = max(full_at - at, timedelta())
        return (self.burst * self.interval - owed) // self.interval

    def earliest(self, full_at: datetime, units: int) -> datetime:
        """Give the moment from which so many units may be taken; at most the burst."""
        return full_at - (self.burst - units) * self.interval

    def after(self, full_at: datetime, units: int, *, at: datetime) -> datetime:
        """Give the moment to keep once so many units were taken."""
        return max(full_at, at) + units * self.interval


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueLimit:
    """What a venue lets one address open, and what one bot opens."""

    pace: Pace
    connections_per_bot: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one bot may open at its venue in any stretch of a period, start included."""

    connections: int
    period: timedelta


def share(limit: VenueLimit, *, bots: int) -> Share:
    """Give each of so many bots its part of a venue's limit, and room for as many more.

    However many they are, each can connect once; launches are counted apart.
    """
    fair = limit.pace.limit // (2 * max(bots, 1))
    return Share(connections=max(fair, limit.connections_per_bot), period=limit.pace.period)


LAUNCHES = Pace(limit=20, period=timedelta(seconds=1), burst=10)
"""RunTask's own rate.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html
"""

CLAIMS = Pace(limit=10, period=timedelta(seconds=1), burst=5)
"""IoT registers and attaches about 15 certificates a second and retires 10.

https://docs.aws.amazon.com/general/latest/gr/iot-core.html
"""

VENUES: Mapping[str, VenueLimit] = {
    # https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams#websocket-limits
    "binance": VenueLimit(
        pace=Pace(limit=300, period=timedelta(minutes=5), burst=60), connections_per_bot=3
    ),
    # https://bybit-exchange.github.io/docs/v5/ws/connect#ip-limits
    "bybit": VenueLimit(
        pace=Pace(limit=500, period=timedelta(minutes=5), burst=100), connections_per_bot=3
    ),
}
"""Connections that venues take from one address. A bot opens a stream of the market's data, one of
its own account, and one to spare for the reconnect that follows a start in trouble."""


def limit_of(exchange: str, environment: Environment) -> VenueLimit | None:
    """Give a venue's limit; None where there is none, as on paper, which is our own."""
    return None if environment is Environment.PAPER else VENUES.get(exchange)
