"""The published OpenAPI document; `make docs` writes it from `janym.api.contract`."""

from functools import cache
from pathlib import Path


@cache
def text() -> str:
    """Give it as JSON."""
    return Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
