"""What a model refused, in our words. It stands alone: who reads messages answers no HTTP."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from janym.domain.errors import FieldError, InvalidInput


def invalid(refused: ValidationError) -> InvalidInput:
    """Name each field that a model refused, without repeating what it held."""
    found = refused.errors(include_url=False, include_context=False, include_input=False)
    return InvalidInput(
        *(
            FieldError(field=".".join(map(str, each["loc"])) or "body", reason=_reason(each))
            for each in found
        )
    )


def _reason(error: Mapping[str, Any]) -> str:
    known = {"extra_forbidden": "unknown field", "missing": "is required"}
    return known.get(error["type"], str(error["msg"]).removeprefix("Value error, "))
