"""Who belongs to an organization, and how many requests it has left."""

from datetime import datetime, timedelta
from typing import Protocol

from janym.domain.egress import Pace
from janym.domain.ids import UserId
from janym.domain.organization import Member
from janym.ports.pages import Listing, Page


class Members(Protocol):
    """The members of the transaction's organization, those who were removed too."""

    def find(self, user: UserId) -> Member | None: ...

    def list(self, page: Page) -> Listing[Member]:
        """Those who belong to it now, newest first."""
        ...

    def put(self, member: Member) -> None: ...

    def count_admins(self) -> int:
        """Count the admins who belong to it now."""
        ...


class Requests(Protocol):
    """What is left of an organization's requests, counted wherever they are answered."""

    def take(self, pace: Pace, *, at: datetime) -> timedelta | None:
        """Take one; where none is left, give how long until there is."""
        ...
