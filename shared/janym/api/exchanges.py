"""Exchanges and strategies over HTTP: what a bot can be made of."""

from typing import Any, Self

from pydantic import BaseModel

from janym.domain.bot import Environment
from janym.usecases.exchanges import Offer


class ExchangeView(BaseModel):
    """One exchange, and its worlds in which a bot may trade."""

    exchange: str
    environments: list[Environment]

    @classmethod
    def of(cls, offer: Offer) -> Self:
        return cls(exchange=offer.exchange, environments=list(offer.environments))


class StrategyView(BaseModel):
    """One strategy, and the JSON Schema of its configuration."""

    strategy_type: str
    config_schema: dict[str, Any]
