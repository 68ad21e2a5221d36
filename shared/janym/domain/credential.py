"""Keys to an exchange account: what is stored, what is shown, what is used."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from janym.domain.bot import Environment
from janym.domain.ids import CredentialId, OrganizationId

PURPOSE = "exchange-credential"
"""Part of the encryption context of every stored key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeKey:
    """A key in the clear: lives in memory only, and shows itself to nobody."""

    api_key: str = field(repr=False)
    api_secret: str = field(repr=False)
    passphrase: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EncryptedKey:
    """The same, each part encrypted for its context."""

    api_key: bytes
    api_secret: bytes
    passphrase: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Permissions:
    """What the exchange says a key may do; None where it does not say."""

    trade: bool | None
    withdraw: bool | None


class KeyState(StrEnum):
    """What is known of a stored key."""

    VALID = "valid"
    REFUSED = "refused"
    """The exchange refused it, or it may do too much or too little."""
    UNKNOWN = "unknown"
    """The exchange has not answered yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCheck:
    """What came of asking the exchange about a key."""

    state: KeyState
    code: str | None = None
    """Why it is not valid: `VENUE_BAD_KEY`, `KEY_CAN_WITHDRAW`, `OUTCOME_UNKNOWN`, …"""
    detail: str | None = None
    """The same for people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A stored key with all that may be shown of it."""

    id: CredentialId
    organization: OrganizationId
    exchange: str
    environment: Environment
    label: str
    hint: str
    """The last four characters of the API key."""
    encrypted: EncryptedKey = field(repr=False)
    permissions: Permissions
    checked_at: datetime | None
    """When the exchange last answered about it."""
    created_at: datetime
    updated_at: datetime
    check: KeyCheck = KeyCheck(state=KeyState.VALID)
    encrypted_at: datetime | None = None
    """When its present ciphertext was made; None for one from before this was noted."""

    def context(self) -> dict[str, str]:
        """Return the encryption context: a text decrypts only for its own row."""
        return {
            "organization_id": self.organization,
            "credential_id": str(self.id),
            "exchange": self.exchange,
            "purpose": PURPOSE,
        }
