"""Exchange keys: asked about at the venue, encrypted, and never shown again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from janym.domain.bot import Environment
from janym.domain.credential import Credential, EncryptedKey, ExchangeKey, Permissions
from janym.domain.errors import Conflict, NotFound
from janym.domain.ids import CredentialId
from janym.domain.organization import Caller, Role
from janym.ports.bus import Functions
from janym.ports.clock import Clock, Randomness
from janym.ports.unit_of_work import UnitOfWork, UnitsOfWork
from janym.ports.vault import Vault
from janym.ports.venue import Venues
from janym.usecases import audit, key_checks, organization

HINT_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCredential:
    """A key as its owner hands it in."""

    exchange: str
    environment: Environment
    label: str
    key: ExchangeKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where among the keys of an exchange; None is anywhere."""

    environment: Environment | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A new key, and what the venue says it may do."""

    asked: NewCredential
    permissions: Permissions


def examine(asked: NewCredential, *, caller: Caller, venues: Venues) -> Examined:
    """Ask the venue what a new key may do, before anything is stored.

    Raises:
        Forbidden: the caller is a viewer.
        InvalidInput: no such venue, or the key may do too much or too little (`require_fit`).
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
        KeyCanWithdraw: for the field `api_key`.
        KeyCannotTrade: the same.
    """
    found = key_checks.unfit(permissions)
    if found is not None:
        raise found


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
    credential = replace(bare, encrypted=encrypted, encrypted_at=now)
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


def replacement(
    uow: UnitOfWork, key: CredentialId, fresh: ExchangeKey, *, caller: Caller
) -> NewCredential:
    """Say what a stored key would be with another in its place, to be examined before `put`.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is none.
    """
    caller.require(Role.TRADER)
    old = uow.credentials.get(key)
    return NewCredential(
        exchange=old.exchange, environment=old.environment, label=old.label, key=fresh
    )


def put(
    uow: UnitOfWork,
    key: CredentialId,
    examined: Examined,
    *,
    caller: Caller,
    vault: Vault,
    clock: Clock,
) -> Credential:
    """Put an examined key in place of a stored one; its id, label and bots stay.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is none.
        Conflict: `CREDENTIAL_IN_USE`, a bot trades with it.
        KeyAccessDenied: KMS does not let us encrypt.
    """
    caller.require(Role.TRADER)
    uow.credentials.get(key)
    organization.require(uow, caller)
    old, now = uow.credentials.get(key), clock.now()
    _require_unused(uow, old)
    new = replace(
        old,
        hint=examined.asked.key.api_key[-HINT_LENGTH:],
        encrypted=vault.encrypt(examined.asked.key, context=old.context()),
        encrypted_at=now,
        permissions=examined.permissions,
        check=key_checks.of(examined.permissions),
        checked_at=now,
        updated_at=now,
    )
    uow.credentials.put(new)
    uow.audit.add(
        audit.by_caller(
            caller, "credential.put", key, at=now, before=_shown(old), after=_shown(new)
        )
    )
    return new


def delete(uow: UnitOfWork, key: CredentialId, *, caller: Caller, clock: Clock) -> None:
    """Forget a key for good. Bots that are stopped keep its name and cannot start with it.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is none.
        Conflict: `CREDENTIAL_IN_USE`, a bot trades with it.
    """
    caller.require(Role.TRADER)
    uow.credentials.get(key)
    organization.require(uow, caller)
    old, now = uow.credentials.get(key), clock.now()
    _require_unused(uow, old)
    uow.credentials.remove(key, at=now)
    uow.audit.add(audit.by_caller(caller, "credential.delete", key, at=now, before=_shown(old)))


def of_exchange(uow: UnitOfWork, exchange: str, place: Place, *, caller: Caller) -> Credential:
    """Find the one key of an exchange in a place.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is none.
        Conflict: `CREDENTIAL_AMBIGUOUS`, there are several.
    """
    caller.require(Role.TRADER)
    found = [
        each
        for each in uow.credentials.list()
        if each.exchange == exchange
        and place.environment in {None, each.environment}
        and place.label in {None, each.label}
    ]
    if not found:
        raise NotFound("credential for", exchange)
    if len(found) > 1:
        names = ", ".join(f"{each.environment} {each.label!r} ({each.id})" for each in found)
        raise Conflict(
            "CREDENTIAL_AMBIGUOUS",
            f"there are several keys for {exchange}: {names}; name one by its id, or by"
            " `environment` and `label`",
        )
    return found[0]


def _require_unused(uow: UnitOfWork, credential: Credential) -> None:
    bots = uow.bots.using(credential.id)
    if bots:
        names = ", ".join(f"{bot.name!r} ({bot.status})" for bot in bots)
        raise Conflict(
            "CREDENTIAL_IN_USE",
            f"these bots trade with this key: {names}; stop them first and wait until they are"
            " stopped",
        )


def rotate(
    key: CredentialId, *, caller: Caller, units: UnitsOfWork, functions: Functions
) -> Credential:
    """Have a stored key encrypted anew, under a new data key, and give it.

    Only `rotate` may decrypt and encrypt, so it does both.

    Raises:
        Forbidden: the caller is a viewer.
        NotFound: there is none.
        KeyAccessDenied: KMS does not let it decrypt.
        Unavailable: KMS or Lambda does not answer; the key is as it was.
    """
    caller.require(Role.TRADER)
    with units(caller.organization) as uow:
        uow.credentials.get(key)
    functions.rotate_credential(key)
    with units(caller.organization) as uow:
        return uow.credentials.get(key)


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
