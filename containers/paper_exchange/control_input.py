"""What people may ask of the control endpoint; whatever else they send is refused by its name."""

import re
import secrets
import string
from collections.abc import Iterable
from decimal import Decimal
from typing import cast

from containers.paper_exchange.accounts import SPOT, Account
from containers.paper_exchange.faults import (
    CHANNELS,
    FILTERS,
    LASTING,
    NUMBERS,
    TARGETS,
    Channel,
    Fault,
    FaultKind,
)
from containers.paper_exchange.instruments import ASSETS

Json = dict[str, object]
AMOUNT = r"[0-9]{1,12}(\.[0-9]{1,8})?"
KEY_LENGTH = 64
MAX_STEPS = 10_000
MAX_LABEL = 100
MAX_NUMBER = 86_400_000
ALPHABET = string.ascii_letters + string.digits


class BadInput(Exception):
    """A field of a control request is wrong; nothing has changed."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field


def fields_of(given: object) -> Json:
    """Return a request's fields. Raises `BadInput` unless it is an object."""
    if not isinstance(given, dict):
        raise BadInput("body", "must be a JSON object")
    return cast("Json", given)


def account_of(fields: Json, *, created_ms: int) -> tuple[Account, dict[str, Decimal]]:
    """Return a new account under a fresh key, with what it begins with."""
    _only(fields, ("label", "balances", "permissions", "withdrawals", "fee_asset"))
    label = fields.get("label", "")
    if not isinstance(label, str) or len(label) > MAX_LABEL:
        raise BadInput("label", f"must be text of at most {MAX_LABEL} characters")
    withdrawals = fields.get("withdrawals", False)
    if not isinstance(withdrawals, bool):
        raise BadInput("withdrawals", "must be true or false")
    fee_asset = fields.get("fee_asset")
    if fee_asset is not None and fee_asset not in ASSETS:
        raise BadInput("fee_asset", f"must be null or one of {', '.join(ASSETS)}")
    account = Account(
        api_key=_fresh(),
        secret=_fresh(),
        label=label,
        permissions=_permissions(fields.get("permissions", [SPOT])),
        withdrawals=withdrawals,
        fee_asset=None if fee_asset is None else str(fee_asset),
        created_ms=created_ms,
    )
    return account, _balances(fields.get("balances", {}))


def fault_of(fields: Json) -> Fault:
    """Return the fault that a request describes, not yet in force."""
    _only(fields, ("kind", "on", "nth", "count", "target", *FILTERS, *NUMBERS))
    kind = _choice(fields, "kind", tuple(FaultKind), default=None)
    allowed = CHANNELS[FaultKind(kind)]
    on = _choice(fields, "on", allowed, default=allowed[0])
    lasting = FaultKind(kind) in LASTING
    count = fields.get("count", None if lasting else 1)
    return Fault(
        id=0,
        kind=FaultKind(kind),
        on=Channel(on),
        nth=_whole("nth", fields.get("nth", 1), least=1),
        count=None if count is None else _whole("count", count, least=1),
        filters={name: _text(name, fields[name]) for name in FILTERS if name in fields},
        numbers=_numbers(fields),
        target=_choice(fields, "target", TARGETS, default="user"),
    )


def steps_of(fields: Json) -> int:
    """Return how many steps to advance."""
    _only(fields, ("count",))
    return _whole("count", fields.get("count", 1), least=1, most=MAX_STEPS)


def _numbers(fields: Json) -> dict[str, int]:
    numbers = {
        name: _whole(name, fields.get(name, default), least=-MAX_NUMBER)
        for name, default in NUMBERS.items()
    }
    for name in ("hold_ms", "delay_ms", "retry_after_s"):
        if numbers[name] < 0:
            raise BadInput(name, "must not be negative")
    if not 500 <= numbers["status"] <= 599:
        raise BadInput("status", "must be within 500..599")
    return numbers


def _permissions(given: object) -> tuple[str, ...]:
    if not isinstance(given, list):
        raise BadInput("permissions", "must be a list")
    names = cast("list[object]", given)
    if any(name != SPOT for name in names):
        raise BadInput("permissions", f"may hold {SPOT} only")
    return tuple(str(name) for name in names)


def _balances(given: object) -> dict[str, Decimal]:
    if not isinstance(given, dict):
        raise BadInput("balances", "must be an object of amounts by asset")
    amounts: dict[str, Decimal] = {}
    for asset, amount in cast("Json", given).items():
        name = f"balances.{asset}"
        if asset not in ASSETS:
            raise BadInput(name, f"is unknown; assets are {', '.join(ASSETS)}")
        if not isinstance(amount, str) or not re.fullmatch(AMOUNT, amount):
            raise BadInput(name, "must be a decimal string with at most 8 places")
        amounts[asset] = Decimal(amount)
    return amounts


def _only(fields: Json, known: Iterable[str]) -> None:
    for name in fields:
        if name not in known:
            raise BadInput(name, "is not a field of this request")


def _choice(fields: Json, name: str, allowed: tuple[str, ...], *, default: str | None) -> str:
    given = fields.get(name, default)
    if given not in allowed:
        raise BadInput(name, f"must be one of {', '.join(allowed)}")
    return str(given)


def _text(name: str, given: object) -> str:
    if not isinstance(given, str):
        raise BadInput(name, "must be text")
    return given


def _whole(name: str, given: object, *, least: int, most: int = MAX_NUMBER) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise BadInput(name, f"must be a whole number within {least}..{most}")
    return given


def _fresh() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(KEY_LENGTH))
