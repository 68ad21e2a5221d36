"""Exchange keys: asked about at the venue, encrypted, and never shown again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from janym.domain.bot import Environment
from janym.domain.credential import Credential, EncryptedKey, ExchangeKey, Permissions
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.ids import CredentialId
from janym.domain.organization import Caller, Role
from janym.ports.bus import Functions
from janym.ports.clock import Clock, Randomness
from janym.ports.unit_of_work import UnitOfWork, UnitsOfWork
from janym.ports.vault import Vault
from janym.ports.venue import Venues
from janym.usecases import audit, organization

HINT_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredential:
    """A key as its owner hands it in."""

    exchange: str
    environment: Environment
    label: str
    key: ExchangeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A new key, and what the venue says it may do."""

    asked: NewCredential
    permissions: Permissions


def examine(asked: NewCredential, *, caller: Caller, venues: Venues) -> Examined:
    """Ask the venue what a new key may do, before anything is stored.

    Raises:
        Forbidden: the caller is a viewer.
        InvalidInput: no such venue, or the key may do too much or too little.
        VenueRefused: the venue refuses the key, and says why.
        OutcomeUnknown: the venue does not answer.
    """
    caller.require(Role.TRADER)
    permissions = venues.get(asked.exchange, asked.environment).permissions(asked.key)
    require_fit(permissions)
    return Examined(asked=asked, permissions=permissions)


def require_fit(permissions: Permissions) -> None:
    """Refuse a key that can withdraw, and one that cannot trade; unknown passes.

    Raises:
        InvalidInput: for the field `api_key`.
    """
    if permissions.withdraw:
        reason = "this key can withdraw funds; make one at the exchange that cannot"
        raise InvalidInput(FieldError(field="api_key", reason=reason))
    if permissions.trade is False:
        reason = "this key may not trade; allow spot trading for it at the exchange"
        raise InvalidInput(FieldError(field="api_key", reason=reason))


def create(
    uow: UnitOfWork,
    examined: Examined,
    *,
    caller: Caller,
    vault: Vault,
    clock: Clock,
    randomness: Randomness,
) -> Credential:
    """Store an examined key, encrypted for its own row.

    Raises:
        Forbidden: the caller is a viewer.
        Conflict: `ORGANIZATION_MISSING`, or `CREDENTIAL_LIMIT`.
        AlreadyExists: the label is taken for this exchange and environment.
        KeyAccessDenied: KMS does not let us encrypt.
    """
    caller.require(Role.TRADER)
    owner = organization.require(uow, caller)
    organization.require_room(len(uow.credentials.list()), owner.limits.credentials, "credential")
    now, asked = clock.now(), examined.asked
    bare = Credential(
        id=CredentialId(randomness.uuid()),
        organization=caller.organization,
        exchange=asked.exchange,
        environment=asked.environment,
        label=asked.label,
        hint=asked.key.api_key[-HINT_LENGTH:],
        encrypted=EncryptedKey(api_key=b"", api_secret=b"", passphrase=None),
        permissions=examined.permissions,
        checked_at=now,
        created_at=now,
        updated_at=now,
    )
    encrypted = vault.encrypt(asked.key, context=bare.context())
    credential = replace(bare, encrypted=encrypted)
    uow.credentials.add(credential)
    uow.audit.add(
        audit.by_caller(
            caller, "credential.create", credential.id, at=now, after=_shown(credential)
        )
    )
    return credential


def listed(uow: UnitOfWork) -> Sequence[Credential]:
    """List the organization's keys."""
    return uow.credentials.list()


def read(uow: UnitOfWork, key: CredentialId) -> Credential:
    """Give one. Raises NotFound."""
    return uow.credentials.get(key)


def delete(uow: UnitOfWork, key: CredentialId, *, caller: Caller, clock: Clock) -> None:
    """Forget a key for good.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is none.
        Conflict: `CREDENTIAL_IN_USE`, a bot refers to it.
    """
    caller.require(Role.TRADER)
    before = _shown(uow.credentials.get(key))
    uow.credentials.remove(key)
    uow.audit.add(audit.by_caller(caller, "credential.delete", key, at=clock.now(), before=before))


def test(
    key: CredentialId, *, caller: Caller, units: UnitsOfWork, functions: Functions
) -> Credential:
    """Ask the venue again what a stored key may do, and give it with the answer.

    Only `venue_check` may decrypt, so it asks, and notes the answer.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is none.
        InvalidInput: the key may do too much or too little by now.
        VenueRefused: the venue refuses the key, and says why.
        Unavailable: the venue does not answer.
    """
    caller.require(Role.TRADER)
    with units(caller.organization) as uow:
        uow.credentials.get(key)
    require_fit(functions.test_credential(key))
    with units(caller.organization) as uow:
        return uow.credentials.get(key)


def _shown(credential: Credential) -> dict[str, str]:
    return {
        "exchange": credential.exchange,
        "environment": credential.environment,
        "label": credential.label,
        "hint": credential.hint,
    }
