"""Time and chance, handed in so that tests decide both."""

from datetime import datetime
from typing import Protocol
from uuid import UUID


class Clock(Protocol):
    """The time."""

    def now(self) -> datetime:
        """Give the time, aware, in UTC."""
        ...


class Pause(Protocol):
    """Lets time pass."""

    def __call__(self, seconds: float, /) -> None: ...


class Randomness(Protocol):
    """Identifiers and secrets that nobody can guess."""

    def uuid(self) -> UUID:
        """Give a new random id."""
        ...

    def token(self) -> str:
        """Give a new secret of 256 bits, URL-safe."""
        ...
