"""What can go wrong. The type answers whose fault it is and whether to try again.

JanymError
├── Refused              the caller's doing; the same call fails again
│   ├── InvalidInput     one or more fields, each named
│   │   ├── KeyCanWithdraw   an exchange key may do too much
│   │   └── KeyCannotTrade   and one too little
│   ├── NotFound         it does not exist, or belongs to another organization
│   ├── Forbidden        the role lacks the right
│   │   └── NotAMember   an admin ended the membership
│   ├── Conflict         it cannot be done in the present state
│   │   ├── IllegalTransition
│   │   ├── AlreadyExists
│   │   └── KeyReused    an idempotency key came with another body
│   ├── VenueRefused     the exchange said no, and said why
│   └── KeyAccessDenied  KMS does not let this caller decrypt
└── Unavailable          nobody's doing; the same call may pass later
    ├── TooManyRequests  the organization has used up what it may ask for now
    ├── NotYet           it will be there in a moment
    │   └── LaunchNotReady   a task asks before its launch is on record
    ├── StoreAway        a database does not answer
    └── OutcomeUnknown   a request may or may not have been carried out
        └── VenueMaintenance  the exchange is closed for a while
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from math import ceil


class JanymError(Exception):
    """Root of all errors of this library. `code` is stable; `str()` is for people."""

    code = "ERROR"


class Refused(JanymError):
    """The caller's doing: the same call fails again."""

    code = "REFUSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """What is wrong with one field, by its path in the caller's words: `config.bid_spread`."""

    field: str
    reason: str


class InvalidInput(Refused):
    """One or more fields are wrong."""

    code = "INVALID_INPUT"

    def __init__(self, *errors: FieldError) -> None:
        super().__init__("; ".join(f"{error.field}: {error.reason}" for error in errors))
        self.errors = errors


class KeyCanWithdraw(InvalidInput):
    """An exchange key may withdraw funds: none that may is stored or used."""

    code = "KEY_CAN_WITHDRAW"


class KeyCannotTrade(InvalidInput):
    """An exchange key may not trade."""

    code = "KEY_CANNOT_TRADE"


class NotFound(Refused):
    """It does not exist, or belongs to another organization: the answer is the same."""

    code = "NOT_FOUND"

    def __init__(self, kind: str, key: object) -> None:
        super().__init__(f"no {kind} {key}")


class Forbidden(Refused):
    """The caller's role lacks the right."""

    code = "FORBIDDEN"


class NotAMember(Forbidden):
    """An admin of the organization ended the caller's membership."""

    code = "NOT_A_MEMBER"


class Conflict(Refused):
    """It cannot be done in the present state. `code` says which rule stands in the way."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class IllegalTransition(Conflict):
    """A state may not follow another."""

    def __init__(self, subject: object, old: str, new: str) -> None:
        super().__init__("ILLEGAL_TRANSITION", f"{subject}: {old} cannot become {new}")


class AlreadyExists(Conflict):
    """A unique name is taken."""

    def __init__(self, kind: str, key: object) -> None:
        super().__init__("ALREADY_EXISTS", f"there is already a {kind} {key}")


class KeyReused(Conflict):
    """An idempotency key came a second time with another body."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "IDEMPOTENCY_KEY_REUSED", f"idempotency key {key!r} was used with another body"
        )


class VenueFault(StrEnum):
    """Why an exchange refuses, in one vocabulary for all of them."""

    BAD_KEY = "VENUE_BAD_KEY"
    KEY_OR_ADDRESS = "VENUE_KEY_OR_ADDRESS"
    """The key, its rights or the address it came from: the exchange does not say which."""
    ADDRESS_NOT_ALLOWED = "VENUE_ADDRESS_NOT_ALLOWED"
    RIGHT_MISSING = "VENUE_RIGHT_MISSING"
    CLOCK_SKEW = "VENUE_CLOCK_SKEW"
    REGION_BLOCKED = "VENUE_REGION_BLOCKED"
    OTHER = "VENUE_REFUSED"


ADVICE = {
    VenueFault.BAD_KEY: "check key and secret, and that they are for this environment",
    VenueFault.KEY_OR_ADDRESS: "it does not say which: check key and secret, that the key may read"
    " and trade, and that it allows the addresses of GET /api/exchanges/addresses",
    VenueFault.ADDRESS_NOT_ALLOWED: "put the addresses of GET /api/exchanges/addresses on the"
    " key's allow list",
    VenueFault.RIGHT_MISSING: "allow reading and spot trading for this key",
    VenueFault.CLOCK_SKEW: "the clocks differ by too much; nothing was done, try again",
    VenueFault.REGION_BLOCKED: "it serves nobody from the platform's region",
}
"""What whose key it is can do about it."""


class VenueRefused(Refused):
    """The exchange answered, and refused. Nothing was carried out."""

    code = VenueFault.OTHER.value

    def __init__(
        self, venue: str, venue_code: str, message: str, fault: VenueFault = VenueFault.OTHER
    ) -> None:
        advice = f": {ADVICE[fault]}" if fault in ADVICE else ""
        super().__init__(f"{venue} refused: {message} ({venue_code}){advice}")
        self.venue = venue
        self.venue_code = venue_code
        self.reason = message
        self.fault = fault
        self.code = fault.value


class KeyAccessDenied(Refused):
    """KMS does not let this caller decrypt, or the stored text was not made for this context."""

    code = "KEY_ACCESS_DENIED"


class Unavailable(JanymError):
    """Nobody's doing: the same call may pass later."""

    code = "UNAVAILABLE"

    def __init__(self, message: str, *, retry_after_s: int = 5) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class TooManyRequests(Unavailable):
    """The organization has used up what it may ask for now."""

    code = "RATE_LIMITED"

    def __init__(self, per_minute: int, wait: timedelta) -> None:
        super().__init__(
            f"your organization may ask {per_minute} times a minute, and has",
            retry_after_s=max(1, ceil(wait.total_seconds())),
        )


class NotYet(Unavailable):
    """It will be there in a moment."""

    code = "NOT_YET"


class LaunchNotReady(NotYet):
    """A task asks for its key before the launch that made it is on record."""

    code = "LAUNCH_NOT_READY"


class StoreAway(Unavailable):
    """A database does not answer; nothing was consumed."""

    code = "STORE_AWAY"


class OutcomeUnknown(Unavailable):
    """A request may or may not have been carried out: ask before doing it again."""

    code = "OUTCOME_UNKNOWN"


class VenueMaintenance(OutcomeUnknown):
    """The exchange says that it is closed for a while."""

    code = "VENUE_MAINTENANCE"
