"""Exchanges and strategies over HTTP: what a bot can be made of."""

import inspect
from collections.abc import Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel

from janym.domain.bot import Environment
from janym.domain.market import Market
from janym.hummingbot import strategies
from janym.usecases.exchanges import Offer


class AddressView(BaseModel):
    """A way out of the platform, as exchanges see it."""

    egress_shard: int
    address: str
    """To put on the allow list of keys."""


class ExchangeView(BaseModel):
    """One exchange, and what the platform can do there; what is not true here is not offered."""

    exchange: str
    environments: list[Environment]
    """Its worlds in which a key may be stored and a bot may trade; none where neither may be."""
    spot: bool
    """Whether bots may trade its spot market."""
    futures: bool
    """The same of its futures."""
    data: list[Market]
    """Markets whose order books and trades are read."""
    hummingbot: bool
    """Whether bots run there on Hummingbot."""
    native: bool
    """Whether bots run there on the platform's own engine."""
    demo: bool
    testnet: bool
    permission_check: bool
    """Whether a key is asked what it may do before it is stored."""

    @classmethod
    def of(cls, offer: Offer) -> Self:
        return cls(
            exchange=offer.exchange,
            environments=list(offer.environments),
            spot=offer.trades(Market.SPOT),
            futures=offer.trades(Market.FUTURES),
            data=list(offer.data),
            hummingbot=offer.hummingbot,
            native=offer.native,
            demo=Environment.DEMO in offer.environments,
            testnet=Environment.TESTNET in offer.environments,
            permission_check=offer.hummingbot,
        )


class StrategyView(BaseModel):
    """One strategy, where it runs, and the JSON Schema of its configuration."""

    strategy_type: str
    description: str
    engines: list[Literal["hummingbot"]]
    kind: Literal["v1", "v2"]
    """`v1` is a strategy that Hummingbot ships, `v2` a controller of ours that runs in it."""
    exchanges: list[str]
    """Where bots of it may trade."""
    refused_when: list[str]
    """What the ranges of its fields do not say."""
    config_schema: dict[str, Any]
    """Types, defaults, ranges, and `unit` on every number."""

    @classmethod
    def of(cls, strategy_type: str, exchanges: Sequence[str]) -> Self:
        model = strategies.STRATEGIES[strategy_type]
        return cls(
            strategy_type=strategy_type,
            description=inspect.cleandoc(model.__doc__ or ""),
            engines=["hummingbot"],
            kind="v1" if model.kind == "v1" else "v2",
            exchanges=list(exchanges),
            refused_when=list(model.refused_when),
            config_schema=strategies.schema(strategy_type),
        )
