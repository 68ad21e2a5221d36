"""What accounts hold, in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from janym.domain import holding, timeframe
from janym.domain.bot import Environment
from janym.domain.credential import Credential
from janym.domain.holding import EquityPoint, Holding
from janym.domain.ids import CredentialId, OrganizationId
from janym.ports.pages import Listing, Page, Span
from tests.fakes.owned import paged
from tests.fakes.tables import Tables


class MemoryHoldings:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def due(self, *, now: datetime, age: timedelta, limit: int) -> Sequence[CredentialId]:
        asked = self._tables.asked
        keys = [key for key in self._tables.credentials if self._sees(key)]
        due = [key for key in keys if key not in asked or asked[key] <= now - age]
        due.sort(key=lambda key: (key in asked, asked.get(key, now), key))
        return due[:limit]

    def ask(self, credential: CredentialId, *, at: datetime, age: timedelta) -> bool:
        asked = self._tables.asked.get(credential)
        if credential not in self._tables.credentials or (asked and asked > at - age):
            return False
        self._tables.asked[credential] = at
        return True

    def put(self, credential: Credential, held: Sequence[Holding], *, at: datetime) -> None:
        self._tables.held[credential.id] = tuple(held)
        owner, environment = credential.organization, credential.environment
        value = holding.worth(
            each
            for key, rows in self._tables.held.items()
            for each in rows
            if self._tables.credentials[key].organization == owner
            and each.environment is environment
        )
        self._tables.equity[owner, environment, at] = EquityPoint(at=at, value=value)

    def list(self, page: Page) -> Listing[Holding]:
        return paged(sorted(self._all(), key=lambda each: (each.credential, each.asset)), page)

    def all(self, environment: Environment, *, limit: int) -> Sequence[Holding]:
        rows = [each for each in self._all() if each.environment is environment]
        rows.sort(key=lambda each: (-(each.value or -1), each.credential, each.asset))
        return rows[:limit]

    def curve(self, environment: Environment, span: Span) -> Sequence[EquityPoint]:
        last: dict[datetime, EquityPoint] = {}
        for (owner, of, at), point in sorted(self._tables.equity.items()):
            ours = self._organization in {None, owner} and of is environment
            if ours and span.since <= at < span.until:
                last[timeframe.floor(at, span.step)] = point
        return list(last.values())

    def _all(self) -> Sequence[Holding]:
        held = self._tables.held.items()
        return [each for key, rows in held if self._sees(key) for each in rows]

    def _sees(self, key: CredentialId) -> bool:
        owner = self._tables.credentials.get(key)
        return owner is not None and self._organization in {None, owner.organization}
