"""Programs outside the platform that read an organization's events over MQTT, and nothing else.

Each has one certificate, for a key that it alone holds, and one name for good: the name in the
certificate, the broker's thing and the client id are the same.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NewType
from uuid import UUID

from janym.domain.errors import Conflict, FieldError, InvalidInput
from janym.domain.ids import OrganizationId, UserId

IntegratorId = NewType("IntegratorId", UUID)

CLIENT = "live-"
"""What a client id begins with, before the integrator's id: no bot has such a name."""

MOST = 20
"""Integrators whose certificate is good, for one organization."""

ORGANIZATION = "organization"
"""The thing's attribute that the broker's policy takes the organization from."""

_LEVEL = re.compile(r"[A-Za-z0-9_.@:=-]{1,100}")


class IntegratorState(StrEnum):
    """Whether a certificate opens the broker's door."""

    ACTIVE = "active"
    REVOKING = "revoking"
    """Nobody may use it any more; the broker does not know yet, or does not answer."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrator:
    """One reader outside, as an admin let it in."""

    id: IntegratorId
    organization: OrganizationId
    name: str
    certificate: str
    """The certificate's name at the broker."""
    pem: str
    created_by: UserId
    created_at: datetime
    revoked_by: UserId | None = None
    revoked_at: datetime | None = None
    ended_at: datetime | None = None
    """When the broker knew of it."""

    @property
    def client_id(self) -> str:
        return f"{CLIENT}{self.id}"

    @property
    def state(self) -> IntegratorState:
        if self.revoked_at is None:
            return IntegratorState.ACTIVE
        return IntegratorState.REVOKED if self.ended_at else IntegratorState.REVOKING


def id_of(client_id: str) -> IntegratorId:
    """Read the name that a certificate request asks for.

    Raises:
        InvalidInput: for the field `csr`.
    """
    text = client_id.removeprefix(CLIENT)
    try:
        key = UUID(text)
    except ValueError:
        key = None
    if key is None or client_id != f"{CLIENT}{key}":
        reason = f"names {client_id!r}; its common name must be {CLIENT} and a UUID of your own"
        raise InvalidInput(FieldError(field="csr", reason=reason))
    return IntegratorId(key)


def require_level(organization: OrganizationId) -> None:
    """Refuse an organization whose name means more in a topic than itself.

    Raises:
        Conflict: `ORGANIZATION_NO_TOPIC`.
    """
    if not _LEVEL.fullmatch(organization):
        raise Conflict(
            "ORGANIZATION_NO_TOPIC",
            "events of this organization cannot be read over MQTT: its id has other characters"
            " than letters, digits and _ . @ : = -",
        )
