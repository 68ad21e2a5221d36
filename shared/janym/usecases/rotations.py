"""Encrypting stored keys and channels' secrets anew, without asking their owners for them.

Each part of a key gets a new data key under the present key of KMS. Another that rotates the same
key at the same moment, or an owner who replaces it, wins: the ciphertext is exchanged only if it is
still the one that was read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from janym.domain.alert import Channel, ChannelId
from janym.domain.errors import JanymError
from janym.domain.ids import CredentialId
from janym.ports.alerts import Seal
from janym.ports.clock import Clock
from janym.ports.unit_of_work import UnitsOfWork
from janym.ports.vault import Vault
from janym.usecases import audit

ACTOR = "rotate"
AGE = timedelta(days=90)
"""How old a ciphertext grows before it is made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """The ports that encrypting anew needs."""

    units: UnitsOfWork
    clock: Clock
    vault: Vault
    seal: Seal
    request_id: str
    """Of the invocation, for the audit log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What could not be encrypted anew, and why."""

    key: CredentialId | ChannelId
    reason: str


def one(key: CredentialId, tools: Tools, *, why: str) -> None:
    """Encrypt one key anew.

    Raises:
        NotFound: there is no such key.
        KeyAccessDenied: KMS does not let us decrypt or encrypt it.
        Unavailable: KMS or Postgres does not answer; the key is as it was.
    """
    with tools.units(None) as uow:
        old = uow.credentials.get(key)
        decrypt = audit.by_platform(
            ACTOR,
            "credential.decrypt",
            key,
            organization=old.organization,
            at=tools.clock.now(),
        )
        uow.audit.add(replace(decrypt, after={"for": why}, request_id=tools.request_id))
        uow.commit()
    plain = tools.vault.decrypt(old.encrypted, context=old.context())
    fresh = tools.vault.encrypt(plain, context=old.context())
    now = tools.clock.now()
    with tools.units(None) as uow:
        if uow.credentials.swap(old, fresh, at=now):
            rotated = audit.by_platform(
                ACTOR, "credential.rotate", key, organization=old.organization, at=now
            )
            uow.audit.add(replace(rotated, after={"for": why}, request_id=tools.request_id))
            uow.commit()


def old(tools: Tools, *, every: bool) -> Iterator[Left | None]:
    """Encrypt anew what is old, or every key; give one item for each, what failed with why.

    Raises:
        StoreAway: Postgres does not answer; the next run goes on.
    """
    now = tools.clock.now()
    with tools.units(None) as uow:
        keys = uow.credentials.encrypted_before(now if every else now - AGE)
    why = "every key is encrypted anew" if every else f"it is older than {AGE.days} days"
    for key in keys:
        try:
            one(key, tools, why=why)
        except JanymError as error:
            yield Left(key=key, reason=f"{error.code}: {error}")
        else:
            yield None


def channels(tools: Tools) -> Iterator[Left | None]:
    """Encrypt every channel's secret anew; give one item for each, what failed with why.

    Raises:
        StoreAway: Postgres does not answer; the next run goes on.
    """
    with tools.units(None) as uow:
        known = uow.alerts.every_channel()
    for each in known:
        try:
            _channel(each, tools)
        except JanymError as error:
            yield Left(key=each.id, reason=f"{error.code}: {error}")
        else:
            yield None


def _channel(known: Channel, tools: Tools) -> None:
    text = tools.seal.unseal(known.sealed, context=known.context())
    fresh = tools.seal.seal(text, context=known.context())
    with tools.units(None) as uow:
        if uow.alerts.swap(known, fresh):
            rotated = audit.by_platform(
                ACTOR,
                "alert_channel.rotate",
                known.id,
                organization=known.organization,
                at=tools.clock.now(),
            )
            uow.audit.add(replace(rotated, request_id=tools.request_id))
            uow.commit()
