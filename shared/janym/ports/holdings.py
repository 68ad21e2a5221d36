"""What accounts hold, as it was last read at their exchanges."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from janym.domain.bot import Environment
from janym.domain.credential import Credential
from janym.domain.holding import EquityPoint, Holding
from janym.domain.ids import CredentialId
from janym.ports.pages import Listing, Page, Span


class Holdings(Protocol):
    def due(self, *, now: datetime, age: timedelta, limit: int) -> Sequence[CredentialId]:
        """Name accounts that nobody asked about for that long, longest first."""
        ...

    def ask(self, credential: CredentialId, *, at: datetime, age: timedelta) -> bool:
        """Note that an account is asked about now; False where it is not due any more."""
        ...

    def put(self, credential: Credential, held: Sequence[Holding], *, at: datetime) -> None:
        """Replace what an account holds, and add to the curve of its environment."""
        ...

    def list(self, page: Page) -> Listing[Holding]:
        """By account, then asset."""
        ...

    def all(self, environment: Environment, *, limit: int) -> Sequence[Holding]:
        """Give those of an environment, the most valuable first."""
        ...

    def curve(self, environment: Environment, span: Span) -> Sequence[EquityPoint]:
        """Give the last point of each step of the span that has one, oldest first."""
        ...
