"""What accounts hold, read at their exchanges by the clock, whether a bot runs on them or not.

Who decides which accounts are due holds no key: `venue_check` is asked for each, one a second, and
is the one that decrypts, writes down that it does, and asks the exchange.
"""

from datetime import timedelta
from decimal import Decimal

from janym.domain import holding
from janym.domain.errors import KeyAccessDenied, NotFound, OutcomeUnknown, Unavailable, VenueRefused
from janym.domain.holding import Holding
from janym.domain.ids import CredentialId
from janym.ports.bus import Functions
from janym.ports.clock import Clock, Pause
from janym.ports.unit_of_work import UnitsOfWork
from janym.usecases import venue_check
from janym.usecases.venue_check import Tools

AGE = timedelta(minutes=15)
"""How old a reading may become before the account is due."""
AT_ONCE = 200
"""Accounts that one pass asks about; the rest comes first in the next."""
TURN_S = 1.0
"""Seconds between two: exchanges count by address what all accounts ask."""


def ask(*, units: UnitsOfWork, clock: Clock, functions: Functions, pause: Pause) -> str:
    """Have every account that is due read, and say how many were asked for.

    An account is noted before it is asked for, so that two passes at once do not both ask.

    Raises:
        StoreAway: Postgres does not answer.
        Unavailable: Lambda does not answer; the next pass goes on.
    """
    with units(None) as uow:
        due = uow.holdings.due(now=clock.now(), age=AGE, limit=AT_ONCE)
    asked = 0
    for credential in due:
        with units(None) as uow:
            still_due = uow.holdings.ask(credential, at=clock.now(), age=AGE)
            uow.commit()
        if not still_due:
            continue
        if asked:
            pause(TURN_S)
        functions.read_balances(credential)
        asked += 1
    return f"asked for {asked} accounts"


def read(key: CredentialId, tools: Tools) -> str:
    """Ask the exchange what an account holds and what that is worth; say what came of it.

    An exchange that refuses or does not answer leaves what is known, with its age.

    Raises:
        StoreAway: Postgres does not answer.
    """
    try:
        with tools.units(None) as uow:
            credential = uow.credentials.get(key)
    except NotFound:
        return "the key is gone"
    try:
        plain = venue_check.decrypt(credential, "what its account holds", tools)
        venue = tools.venues.get(credential.exchange, credential.environment)
        told = venue.balances(plain)
        traded = [instrument.pair for instrument in venue.instruments()]
        pairs = holding.pairs_for([each.asset for each in told], traded)
        prices = venue.prices(sorted(pairs.values())) if pairs else dict[str, Decimal]()
    except (VenueRefused, OutcomeUnknown, KeyAccessDenied, Unavailable) as error:
        return f"{error.code}: {error}"
    now = tools.clock.now()
    held = [
        Holding(
            credential=key,
            exchange=credential.exchange,
            environment=credential.environment,
            asset=each.asset,
            free=each.free,
            locked=each.locked,
            price=holding.priced(each.asset, pairs, prices, venue=credential.exchange, at=now),
            at=now,
        )
        for each in told
    ]
    with tools.units(None) as uow:
        uow.holdings.put(credential, held, at=now)
        uow.commit()
    return f"{len(held)} assets"
