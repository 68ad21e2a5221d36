"""Where a bot may trade."""

from collections.abc import Sequence
from dataclasses import dataclass

from janym.domain.bot import Environment
from janym.ports.venue import Venues


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One exchange, and its worlds in which the platform has its own signed calls."""

    exchange: str
    environments: Sequence[Environment]


def offers(venues: Venues) -> list[Offer]:
    """List what is offered, by name."""
    found: dict[str, list[Environment]] = {}
    for exchange, environment in venues.offered():
        found.setdefault(exchange, []).append(environment)
    return [
        Offer(exchange=exchange, environments=sorted(found[exchange])) for exchange in sorted(found)
    ]
