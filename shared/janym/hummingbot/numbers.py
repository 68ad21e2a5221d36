"""The numbers of a configuration: exact decimals with a unit and a range.

A number is accepted as a decimal string, an integer, or a JSON number that a person can have
typed. A float whose shortest form needs more than 15 digits is the result of float arithmetic,
not of typing, and is refused: nobody knows which decimal was meant.
"""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema

from janym.domain.money import plain

TYPED_DIGITS = 15
FINEST_EXPONENT = -15
LARGEST_EXPONENT = 11
"""Within these, products and remainders of two numbers stay exact in 28 digits."""


def exact(value: object) -> object:
    """Turn what was given into the decimal that was meant. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        raise ValueError("must be a decimal number")  # noqa: TRY004  pydantic reads ValueError
    try:
        number = Decimal(repr(value) if isinstance(value, float) else value)
    except ArithmeticError:
        raise ValueError("must be a decimal number") from None
    if not number.is_finite():
        raise ValueError("must be a finite number")
    if isinstance(value, float) and len(number.as_tuple().digits) > TYPED_DIGITS:
        raise ValueError("is not exact; send it as a decimal string")
    if _exponent(number) < FINEST_EXPONENT or number.adjusted() > LARGEST_EXPONENT:
        raise ValueError("must have at most 12 digits before the point and 15 behind it")
    return number


def _exponent(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def _schema(unit: str, **limits: float) -> WithJsonSchema:
    return WithJsonSchema(
        {"type": ["string", "number"], "format": "decimal", "unit": unit, **limits}
    )


Ratio = Annotated[
    Decimal,
    Field(gt=0, lt=1),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("fraction", exclusiveMinimum=0, exclusiveMaximum=1),
]
"""A part of a price: 0.001 is 0.1 %."""

Share = Annotated[
    Decimal,
    Field(ge=0, le=1),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("fraction", minimum=0, maximum=1),
]
"""A part of a whole, nothing and everything included."""

Tolerance = Annotated[
    Decimal,
    Field(ge=0, le=Decimal("0.1")),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("fraction", minimum=0, maximum=0.1),
]
"""How far a price may be off, as a part of it."""

Amount = Annotated[
    Decimal,
    Field(gt=0),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("base", exclusiveMinimum=0),
]
"""A quantity in base units."""

Change = Annotated[Decimal, BeforeValidator(exact), PlainSerializer(plain), _schema("base")]
"""A quantity to add in base units; less than zero takes away."""

Depth = Annotated[
    Decimal,
    Field(ge=0),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("base", minimum=0),
]
"""A quantity in base units, or none."""

Price = Annotated[
    Decimal,
    Field(gt=0),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("quote per base", exclusiveMinimum=0),
]

Multiple = Annotated[
    Decimal,
    Field(gt=0, le=1000),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("times", exclusiveMinimum=0, maximum=1000),
]

Period = Annotated[
    Decimal,
    Field(ge=1, le=86400),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("seconds", minimum=1, maximum=86400),
]
"""How often something happens: from every second to once a day."""

Delay = Annotated[
    Decimal,
    Field(gt=0, le=3600),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("seconds", exclusiveMinimum=0, maximum=3600),
]
"""How long something waits: an hour at most."""

Levels = Annotated[int, Field(strict=True, ge=1, le=20)]

Coefficient = Annotated[
    Decimal,
    Field(ge=-10, le=10),
    BeforeValidator(exact),
    PlainSerializer(plain),
    _schema("fraction", minimum=-10, maximum=10),
]
"""A part of a distance: 0 is its start, 1 its end, beyond them its extensions."""

Samples = Annotated[int, Field(strict=True, ge=2, le=10_000, json_schema_extra={"unit": "samples"})]
"""How many observations a measure is taken from; from one alone Hummingbot never quotes."""
