"""What a rule of the gate finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from iac.templates import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing to change, and where."""

    where: str
    message: str


Rule = Callable[[Project], Iterator[Fault]]
"""A rule is a function; its name is what the gate prints."""
