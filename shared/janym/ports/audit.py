"""The log of who did what, which only grows; its lines are chained by hash."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from janym.domain.ids import OrganizationId, UserId
from janym.ports.pages import Listing, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to what. `before` and `after` hold no secret."""

    organization: OrganizationId
    at: datetime
    actor: UserId
    action: str
    """`bot.start`, `credential.decrypt`, …"""
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """An entry as it stands in its organization's chain."""

    number: int
    """From 1, without a gap."""
    entry: AuditEntry
    hash: bytes
    """Covers the line and the hash of the line before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which lines; None is all."""

    actor: UserId | None = None
    action: str | None = None
    subject: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class AuditFault(StrEnum):
    """What is wrong at a place of the chain."""

    CHANGED = "changed"
    """The line is not the one that was written, or stands where another stood."""
    MISSING = "missing"
    """From this number on, up to the next line that is there."""
    CUT_OFF = "cut_off"
    """The newest lines, up to this number, are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditChain:
    """What a look at the whole chain found."""

    lines: int
    head: tuple[int, bytes] | None
    """Number and hash of the newest line."""
    faults: Sequence[tuple[int, AuditFault]]
    """By number."""


class Audit(Protocol):
    def add(self, entry: AuditEntry) -> None: ...

    def list(self, wanted: AuditFilter, page: Page) -> Listing[AuditLine]:
        """List lines, newest first."""
        ...

    def verify(self) -> AuditChain:
        """Compute every hash of the transaction's organization again."""
        ...

    def organizations(self) -> Sequence[OrganizationId]:
        """List whose chains there are."""
        ...
