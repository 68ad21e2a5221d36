"""What the platform can do at each exchange."""

from collections.abc import Sequence
from dataclasses import dataclass

from janym.domain.bot import Environment
from janym.domain.capability import DATA, NATIVE, TRADED
from janym.domain.market import Market
from janym.ports.venue import Venues


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One exchange, and what is offered there."""

    exchange: str
    environments: Sequence[Environment]
    """Its worlds in which the platform has its own signed calls, so that bots may trade."""
    data: Sequence[Market]
    """Markets whose books and trades are read."""

    @property
    def hummingbot(self) -> bool:
        """Whether bots may run: never where the platform cannot look after what they leave."""
        return bool(self.environments)

    @property
    def native(self) -> bool:
        return self.exchange in NATIVE

    def trades(self, market: Market) -> bool:
        """Tell whether anything of ours may trade there."""
        return (self.hummingbot or self.native) and market in TRADED


def offers(venues: Venues) -> list[Offer]:
    """List all exchanges that the platform knows, by name."""
    found: dict[str, list[Environment]] = {venue: [] for venue in DATA}
    for exchange, environment in venues.offered():
        found.setdefault(exchange, []).append(environment)
    return [
        Offer(
            exchange=exchange,
            environments=sorted(found[exchange]),
            data=sorted(DATA.get(exchange, ())),
        )
        for exchange in sorted(found)
    ]


def traded_on(venues: Venues) -> list[str]:
    """Name the exchanges that bots may trade on."""
    return sorted({exchange for exchange, _ in venues.offered()})
