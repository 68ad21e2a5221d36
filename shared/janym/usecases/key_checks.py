"""Asking exchanges what stored keys may do: when their owner wants to know, and once a day.

Only `venue_check` decrypts. The daily check asks it for each key of which the exchange has said
nothing for a day, and again an hour later where no answer came; two checks at once share the keys.
"""

from dataclasses import replace
from datetime import timedelta

from janym.domain.credential import KeyCheck, KeyState, Permissions
from janym.domain.errors import (
    FieldError,
    InvalidInput,
    JanymError,
    KeyAccessDenied,
    KeyCannotTrade,
    KeyCanWithdraw,
    OutcomeUnknown,
    Unavailable,
    VenueRefused,
)
from janym.domain.ids import CredentialId
from janym.ports.bus import Functions
from janym.ports.clock import Clock
from janym.ports.unit_of_work import UnitsOfWork
from janym.usecases.venue_check import Tools, decrypt

EVERY = timedelta(days=1)
AGAIN = timedelta(hours=1)
"""How long an answer is waited for before the exchange is asked once more."""


def unfit(permissions: Permissions) -> InvalidInput | None:
    """Judge what a key may do; what the exchange does not say is not held against it."""
    if permissions.withdraw:
        reason = "this key can withdraw funds; make one at the exchange that cannot"
        return KeyCanWithdraw(FieldError(field="api_key", reason=reason))
    if permissions.trade is False:
        reason = "this key may not trade; allow spot trading for it at the exchange"
        return KeyCannotTrade(FieldError(field="api_key", reason=reason))
    return None


def of(permissions: Permissions) -> KeyCheck:
    """Say how a key stands that may do this."""
    found = unfit(permissions)
    if found is None:
        return KeyCheck(state=KeyState.VALID)
    return KeyCheck(state=KeyState.REFUSED, code=found.code, detail=found.errors[0].reason)


def of_error(error: JanymError) -> KeyCheck:
    """Judge why there is no answer: a refusal is one, a timeout is not."""
    refused = isinstance(error, VenueRefused | KeyAccessDenied)
    state = KeyState.REFUSED if refused else KeyState.UNKNOWN
    return KeyCheck(state=state, code=error.code, detail=str(error))


def test(key: CredentialId, tools: Tools, *, why: str) -> Permissions:
    """Ask the exchange what a stored key may do, and note the answer.

    Raises:
        NotFound: there is no such key.
        VenueRefused: the exchange refuses it, and says why.
        KeyAccessDenied: KMS refuses to decrypt it.
        Unavailable: the exchange, KMS or Postgres does not answer.
    """
    with tools.units(None) as uow:
        credential = uow.credentials.get(key)
    try:
        plain = decrypt(credential, why, tools)
        venue = tools.venues.get(credential.exchange, credential.environment)
        permissions = venue.permissions(plain)
    except (VenueRefused, KeyAccessDenied, OutcomeUnknown, Unavailable) as error:
        _note(key, of_error(error), None, tools)
        raise
    _note(key, of(permissions), permissions, tools)
    return permissions


def _note(
    key: CredentialId, check: KeyCheck, permissions: Permissions | None, tools: Tools
) -> None:
    """Note what came of asking; where the exchange did not answer, its last answer stays."""
    now = tools.clock.now()
    answered = check.state is not KeyState.UNKNOWN
    with tools.units(None) as uow:
        stored = uow.credentials.get(key)
        uow.credentials.put(
            replace(
                stored,
                permissions=permissions or stored.permissions,
                check=check,
                checked_at=now if answered else stored.checked_at,
                updated_at=now,
            )
        )
        uow.commit()


def ask(units: UnitsOfWork, *, clock: Clock, functions: Functions) -> str:
    """Have every key asked about that is due, and say how many there were.

    Raises:
        Unavailable: Postgres or Lambda does not answer; what was not asked is due in an hour.
    """
    now, asked = clock.now(), 0
    while True:
        with units(None) as uow:
            due = uow.credentials.to_check(before=now - EVERY, again=now - AGAIN, at=now)
            uow.commit()
        if not due:
            return f"asked about {asked} keys"
        for key in due:
            functions.check_credential(key)
        asked += len(due)
