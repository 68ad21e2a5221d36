"""An instrument to judge configurations by, and what judging them told."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from janym.domain.instrument import Instrument
from janym.hummingbot.configuration import Configuration

ETH = Instrument(
    exchange="binance",
    pair="ETH-USDT",
    base="ETH",
    quote="USDT",
    tick_size=Decimal("0.01"),
    step_size=Decimal("0.0001"),
    min_quantity=Decimal("0.0001"),
    max_quantity=Decimal(9000),
    min_notional=Decimal(5),
)
PRICE = Decimal(2000)


def refused(
    model: type[Configuration], config: Mapping[str, Any], price: Decimal | None = PRICE
) -> list[str]:
    """The fields that are refused, by whichever rule comes first."""
    try:
        parsed = model.model_validate(dict(config))
    except ValidationError as error:
        return [str(each["loc"][0]) for each in error.errors()]
    found = list(parsed.contradictions()) or list(parsed.obstacles(ETH, price))
    return [error.field for error in found]
