"""Exchange keys over HTTP: they come in once, and only their masks go out."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, SecretStr

from janym.api.requests import Asked
from janym.domain import egress
from janym.domain.bot import Environment
from janym.domain.credential import Credential, ExchangeKey, KeyState
from janym.usecases.credentials import NewCredential, Place

MASK = "••••"

ExchangeName = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[a-z0-9_]+$")]
Secret = Annotated[SecretStr, Field(min_length=1, max_length=4_000)]


class CreateCredential(Asked):
    """A key to store. The environment is paper where none is named."""

    exchange: ExchangeName
    environment: Environment = Environment.PAPER
    label: Annotated[str, Field(min_length=1, max_length=50)] = "default"
    api_key: Secret
    api_secret: Secret
    passphrase: Secret | None = None

    def asked(self) -> NewCredential:
        return NewCredential(
            exchange=self.exchange,
            environment=self.environment,
            label=self.label,
            key=ExchangeKey(
                api_key=self.api_key.get_secret_value(),
                api_secret=self.api_secret.get_secret_value(),
                passphrase=self.passphrase.get_secret_value() if self.passphrase else None,
            ),
        )


class PutCredential(Asked):
    """Another key in place of a stored one, for the same account's exchange and environment."""

    api_key: Secret
    api_secret: Secret
    passphrase: Secret | None = None

    def key(self) -> ExchangeKey:
        return ExchangeKey(
            api_key=self.api_key.get_secret_value(),
            api_secret=self.api_secret.get_secret_value(),
            passphrase=self.passphrase.get_secret_value() if self.passphrase else None,
        )


class DeleteQuery(Asked):
    """Which key of an exchange, where its name stands in place of an id."""

    environment: Environment | None = None
    label: Annotated[str, Field(min_length=1, max_length=50)] | None = None

    def place(self) -> Place:
        return Place(environment=self.environment, label=self.label)


class PermissionsView(BaseModel):
    """What the exchange says the key may do; null where it does not say."""

    trade: bool | None
    withdraw: bool | None


class CredentialView(BaseModel):
    """A stored key, masked."""

    credential_id: UUID
    exchange: str
    environment: Environment
    label: str
    api_key: str
    """A mask and the last four characters."""
    permissions: PermissionsView
    state: KeyState
    """Whether the exchange takes it, as far as is known."""
    reason: str | None
    """Why it does not: `VENUE_BAD_KEY`, `VENUE_ADDRESS_NOT_ALLOWED`, `KEY_CAN_WITHDRAW`, …"""
    detail: str | None
    checked_at: AwareDatetime | None
    """When the exchange last answered about it; it is asked at least once a day."""
    encrypted_at: AwareDatetime | None
    """When its ciphertext was made."""
    egress_shard: int
    """Which of the platform's ways out its bots take, from 0."""
    egress_address: str | None
    """Where the exchange sees them come from; null where the platform does not know."""
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, credential: Credential, *, shards: int, addresses: Sequence[str]) -> Self:
        shard = egress.shard_of(credential.id, shards)
        return cls(
            credential_id=credential.id,
            exchange=credential.exchange,
            environment=credential.environment,
            label=credential.label,
            api_key=f"{MASK}{credential.hint}",
            permissions=PermissionsView(
                trade=credential.permissions.trade, withdraw=credential.permissions.withdraw
            ),
            state=credential.check.state,
            reason=credential.check.code,
            detail=credential.check.detail,
            checked_at=credential.checked_at,
            encrypted_at=credential.encrypted_at,
            egress_shard=shard,
            egress_address=addresses[shard] if shard < len(addresses) else None,
            created_at=credential.created_at,
            updated_at=credential.updated_at,
        )
