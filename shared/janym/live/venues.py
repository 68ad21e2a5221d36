"""Which exchanges the platform has signed calls for, and where they answer."""

from collections.abc import Mapping, Sequence

from janym.domain.bot import Environment
from janym.domain.errors import FieldError, InvalidInput
from janym.exchanges.binance import calls as binance
from janym.exchanges.bybit import calls as bybit
from janym.live.http import Http
from janym.live.venue import Calls, LiveVenue
from janym.ports.clock import Clock
from janym.ports.venue import Venue

Place = tuple[str, Environment]

KNOWN: Mapping[str, Calls] = {
    binance.NAME: binance,
    bybit.NAME: bybit,
}
"""Each exchange's protocol, by the exchange's name."""

PUBLISHED: Mapping[Place, Mapping[str, str]] = {
    (exchange, environment): addresses
    for exchange, calls in KNOWN.items()
    for environment, addresses in calls.PUBLISHED.items()
}
"""Addresses that venues publish, by exchange and environment."""


class Venues:
    """`ports.venue.Venues`.

    Args:
        given: addresses that take the place of the published ones, or add an environment.
    """

    def __init__(self, given: Mapping[Place, Mapping[str, str]], clock: Clock) -> None:
        ours = {place: addresses for place, addresses in given.items() if place[0] in KNOWN}
        self._given = given
        self._addresses = {**PUBLISHED, **ours}
        self._clock = clock
        self._made: dict[Place, Venue] = {}

    def offered(self) -> Sequence[Place]:
        return sorted(self._addresses)

    def get(self, exchange: str, environment: Environment) -> Venue:
        place = (exchange, environment)
        if place not in self._addresses:
            raise self._not_offered(exchange, environment)
        if place not in self._made:
            http = Http(self._addresses[place]["rest"])
            self._made[place] = LiveVenue(KNOWN[exchange], http, self._clock)
        return self._made[place]

    def addresses(self, exchange: str, environment: Environment) -> dict[str, str] | None:
        place = (exchange, environment)
        # A connector's own addresses are the live ones: it must be told all others.
        known = self._given if environment is Environment.LIVE else self._addresses
        return dict(known[place]) if known.get(place) else None

    def _not_offered(self, exchange: str, environment: Environment) -> InvalidInput:
        worlds = [place[1] for place in self.offered() if place[0] == exchange]
        if worlds:
            reason = f"{exchange} is offered in {', '.join(worlds)}, not in {environment}"
            return InvalidInput(FieldError(field="environment", reason=reason))
        names = ", ".join(sorted({name for name, _ in self._addresses}))
        reason = f"{exchange!r} is not offered; choose one of {names}"
        return InvalidInput(FieldError(field="exchange", reason=reason))


def at(
    exchange: str, environment: Environment, addresses: Mapping[str, str] | None, clock: Clock
) -> Venue:
    """Give the venue at these addresses, or at its published ones where there are none.

    Raises:
        InvalidInput: the platform has no signed calls for it there.
    """
    place = (exchange, environment)
    return Venues({place: addresses} if addresses else {}, clock).get(exchange, environment)
