"""Which exchanges the platform has signed calls for, and where they answer."""

from collections.abc import Mapping, Sequence

from janym.domain.bot import Environment
from janym.domain.errors import FieldError, InvalidInput
from janym.exchanges import binance
from janym.exchanges.binance import rest as binance_rest
from janym.live.binance import Binance
from janym.live.http import Http
from janym.ports.clock import Clock
from janym.ports.venue import Venue

Place = tuple[str, Environment]

PUBLIC: Mapping[Place, Mapping[str, str]] = {
    (binance.NAME, Environment.LIVE): binance_rest.LIVE,
}
"""Addresses that venues publish, by exchange and environment."""


class Venues:
    """`ports.venue.Venues`.

    Args:
        given: addresses that take the place of the published ones, or add an environment.
    """

    def __init__(self, given: Mapping[Place, Mapping[str, str]], clock: Clock) -> None:
        known = {exchange for exchange, _ in PUBLIC}
        ours = {place: addresses for place, addresses in given.items() if place[0] in known}
        self._given = given
        self._addresses = {**PUBLIC, **ours}
        self._clock = clock
        self._made: dict[Place, Venue] = {}

    def offered(self) -> Sequence[Place]:
        return sorted(self._addresses)

    def get(self, exchange: str, environment: Environment) -> Venue:
        place = (exchange, environment)
        if place not in self._addresses:
            raise self._not_offered(exchange, environment)
        if place not in self._made:
            self._made[place] = Binance(Http(self._addresses[place]["rest"]), self._clock)
        return self._made[place]

    def addresses(self, exchange: str, environment: Environment) -> dict[str, str] | None:
        given = self._given.get((exchange, environment))
        return dict(given) if given else None

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
