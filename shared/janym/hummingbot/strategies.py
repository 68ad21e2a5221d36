"""The strategies that run on Hummingbot: what each is told, and how Hummingbot hears it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from janym.domain.errors import FieldError, InvalidInput
from janym.domain.instrument import Instrument
from janym.hummingbot.avellaneda_market_making import AvellanedaMarketMaking
from janym.hummingbot.configuration import Configuration
from janym.hummingbot.grid import Grid
from janym.hummingbot.liquidity_mining import LiquidityMining
from janym.hummingbot.pmm import Pmm
from janym.hummingbot.pure_market_making import PureMarketMaking

Config = Configuration

PLAINLY = {
    "extra_forbidden": "is not a field of this strategy",
    "missing": "must be given",
}
"""Pydantic's error types in our words."""

STRATEGIES: Mapping[str, type[Config]] = {
    "avellaneda_market_making": AvellanedaMarketMaking,
    "grid": Grid,
    "liquidity_mining": LiquidityMining,
    "pmm": Pmm,
    "pure_market_making": PureMarketMaking,
}
"""By strategy type. Hummingbot knows each under the same name."""

TWO_CONNECTORS = "needs two exchange connectors; not offered yet"
PERPETUAL = "needs a perpetual connector; not offered yet"
NOT_OFFERED: Mapping[str, str] = {
    "amm_arb": TWO_CONNECTORS,
    "arbitrage": TWO_CONNECTORS,
    "cross_exchange_market_making": TWO_CONNECTORS,
    "cross_exchange_mining": TWO_CONNECTORS,
    "hedge": TWO_CONNECTORS,
    "spot_perpetual_arbitrage": TWO_CONNECTORS,
    "perpetual_market_making": PERPETUAL,
    "grid_trading": "is offered under the name grid",
}
"""Strategies that people ask for by these names, and why they do not get them."""


def parse(strategy_type: str, config: Mapping[str, Any]) -> Config:
    """Read a configuration and fill in its defaults.

    Raises InvalidInput naming each field that is unknown, missing, out of its range, or at odds
    with another; nothing is asked of any venue.
    """
    model = _model(strategy_type)
    try:
        parsed = model.model_validate(dict(config))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise InvalidInput(*map(_named, found)) from None
    _refuse_if_any(parsed.contradictions())
    return parsed


def check_part(strategy_type: str, config: Mapping[str, Any]) -> None:
    """Check the fields that are given, where others that must be are still to come.

    Raises InvalidInput naming each field that is unknown, out of its range, or at odds with
    another.
    """
    try:
        parsed = _model(strategy_type).model_validate(dict(config))
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        wrong = [each for each in found if each["type"] != "missing"]
        if wrong:
            raise InvalidInput(*map(_named, wrong)) from None
    else:
        _refuse_if_any(parsed.contradictions())


def validate(
    strategy_type: str,
    config: Mapping[str, Any],
    *,
    instrument: Instrument,
    price: Decimal | None,
) -> Config:
    """Read a configuration that can trade on this instrument at this price (quote per base).

    Raises InvalidInput naming each field that Hummingbot or the venue would refuse, or accept and
    never trade on. Without a price the rules that need one are not asked.
    """
    parsed = parse(strategy_type, config)
    _refuse_if_any(parsed.obstacles(instrument, price))
    return parsed


def stored(config: Config) -> dict[str, Any]:
    """The configuration as JSON, defaults included, decimals as strings; `parse` reads it back."""
    return config.model_dump(mode="json")


def render(
    strategy_type: str, config: Config, *, exchange: str, trading_pair: str
) -> dict[str, Any]:
    """The `engine` object of the worker's start line."""
    return {
        "kind": _model(strategy_type).kind,
        "strategy": strategy_type,
        "config": config.render(exchange=exchange, trading_pair=trading_pair),
    }


def schema(strategy_type: str) -> dict[str, Any]:
    """JSON Schema of a configuration: types, ranges, defaults, and `unit` on every number."""
    return _model(strategy_type).model_json_schema(mode="validation")


def _model(strategy_type: str) -> type[Config]:
    model = STRATEGIES.get(strategy_type)
    if model is None:
        known = f"must be one of {', '.join(STRATEGIES)}"
        reason = NOT_OFFERED.get(strategy_type, known)
        raise InvalidInput(FieldError(field="strategy_type", reason=reason))
    return model


def _refuse_if_any(errors: Iterable[FieldError]) -> None:
    found = [FieldError(field=f"config.{each.field}", reason=each.reason) for each in errors]
    if found:
        raise InvalidInput(*found)


def _named(error: ErrorDetails) -> FieldError:
    reason = PLAINLY.get(error["type"])
    if reason is None:
        reason = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return FieldError(field=".".join(("config", *map(str, error["loc"]))), reason=reason)
