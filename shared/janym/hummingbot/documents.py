"""Bots as documents that leave the platform and come back: their versions, and the way up.

Version 1 is a bot as `GET /api/bots/{id}` shows it: one flat object. Version 2, the present one,
has its parts apart, and room for more than one strategy. A document is brought up a version at a
time; one that is newer than this platform, or that no step understands, is refused by name.
"""

from collections.abc import Callable, Mapping
from typing import Any, cast

from janym.domain.errors import FieldError, InvalidInput

VERSION = 2
Document = dict[str, Any]

FLAT = ("name", "strategy_type", "exchange", "environment", "trading_pair", "config")
"""What of version 1 a bot is made of; the rest said how it was doing."""


def migrated(document: Mapping[str, Any]) -> Document:
    """Bring a document up to the present version.

    Raises:
        InvalidInput: its version is none, or newer, or it lacks what its version must have.
    """
    version = document.get("version")
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= VERSION:
        told = "is missing" if version is None else f"is {version!r}"
        reason = f"{told}; this platform reads versions 1 to {VERSION}"
        raise InvalidInput(FieldError(field="document.version", reason=reason))
    current = dict(document)
    while (at := cast("int", current["version"])) < VERSION:
        current = STEPS[at](current)
    return current


def _from_flat(document: Document) -> Document:
    lacking = [name for name in FLAT if name not in document]
    if lacking:
        raise InvalidInput(
            *(
                FieldError(field=f"document.{name}", reason="is required in version 1")
                for name in lacking
            )
        )
    return {
        "version": 2,
        "instance_settings": {"name": document["name"]},
        "strategy_configs": [
            {
                "strategy_type": document["strategy_type"],
                "trading_pair": document["trading_pair"],
                "config": document["config"],
            }
        ],
        "exchange_settings": {
            "exchange": document["exchange"],
            "environment": document["environment"],
        },
        "risk_settings": {},
    }


STEPS: Mapping[int, Callable[[Document], Document]] = {1: _from_flat}
"""What brings a document of a version to the next."""
