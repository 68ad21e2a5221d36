"""Units of work in memory: transactions that hold all or nothing, and show one organization."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from janym.domain.bot import Bot, Desired
from janym.domain.egress import Pace
from janym.domain.errors import NotFound, StoreAway
from janym.domain.ids import BotId, OrganizationId, UserId
from janym.domain.job import Job
from janym.domain.live import Ticket
from janym.domain.organization import Member, Organization, Role
from janym.ports.audit import AuditChain, AuditFilter, AuditLine
from janym.ports.unit_of_work import Answer, AuditEntry, Listing, OutboxEntry, Page
from tests.fakes.alerting import MemoryAlerts, MemoryWatch
from tests.fakes.chained import MemoryChains
from tests.fakes.held import MemoryHoldings
from tests.fakes.kept import MemoryTemplates, MemoryVersions
from tests.fakes.monitored import MemoryMonitoring
from tests.fakes.outside import MemoryIntegrators
from tests.fakes.owned import (
    MemoryBots,
    MemoryCommands,
    MemoryCredentials,
    MemoryRuns,
    newest_first,
    paged,
)
from tests.fakes.tables import Tables
from tests.fakes.told import (
    MemoryLogs,
    MemoryMetrics,
    MemoryRejections,
    MemoryTelemetry,
    MemoryTrading,
)


class MemoryOrganizations:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def get(self, key: OrganizationId) -> Organization:
        if key not in self._tables.organizations or self._organization not in {None, key}:
            raise NotFound("organization", key)
        return self._tables.organizations[key]

    def lock(self, key: OrganizationId) -> Organization:
        return self.get(key)

    def put(self, organization: Organization) -> None:
        self._tables.organizations[organization.id] = organization


class MemoryMembers:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._rows, self._organization = tables.members, organization

    def find(self, user: UserId) -> Member | None:
        key = self._organization
        return self._rows.get((key, user)) if key is not None else None

    def list(self, page: Page) -> Listing[Member]:
        return paged(newest_first(self._present()), page)

    def put(self, member: Member) -> None:
        self._rows[member.organization, member.user] = member

    def count_admins(self) -> int:
        return sum(member.role is Role.ADMIN for member in self._present())

    def _present(self) -> Sequence[Member]:
        return [
            member
            for member in self._rows.values()
            if member.organization == self._organization and member.removed_at is None
        ]


class MemoryRequests:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._full_at, self._organization = tables.requests, organization

    def take(self, pace: Pace, *, at: datetime) -> timedelta | None:
        if self._organization is None:
            return None
        full_at = self._full_at.get(self._organization, at)
        if pace.available(full_at, at=at) < 1:
            return full_at - at - pace.interval * (pace.burst - 1)
        self._full_at[self._organization] = pace.after(full_at, 1, at=at)
        return None


class MemoryOutbox:
    def __init__(self, tables: Tables) -> None:
        self._rows = tables.outbox

    def add(self, entry: OutboxEntry) -> None:
        key = max(self._rows, default=0) + 1
        self._rows[key] = replace(entry, id=key)

    def due(self, *, now: datetime, limit: int, bot: BotId | None = None) -> Sequence[OutboxEntry]:
        due = [entry for entry in self._rows.values() if entry.not_before <= now]
        return [entry for entry in due if bot in {None, entry.bot}][:limit]

    def remove(self, entry: OutboxEntry) -> None:
        self._rows.pop(entry.id or 0, None)

    def postpone(self, entry: OutboxEntry, *, until: datetime) -> None:
        if entry.id in self._rows:
            attempts = self._rows[entry.id].attempts + 1
            self._rows[entry.id] = replace(entry, not_before=until, attempts=attempts)


class MemoryBudgets:
    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def lock(self, key: str) -> datetime | None:
        return self._tables.budgets.get(key)

    def put(self, key: str, full_at: datetime) -> None:
        self._tables.budgets[key] = full_at

    def wait(self, key: str, bot: Bot, *, since: datetime) -> int:
        _, first = self._tables.queue.get(bot.id, (key, since))
        self._tables.queue[bot.id] = (key, first)
        return sum(
            waits == key and (begun, other) < (first, bot.id)
            for other, (waits, begun) in self._tables.queue.items()
            if self._tables.bots[other].desired is not Desired.STOPPED
        )

    def leave(self, bot: BotId) -> None:
        self._tables.queue.pop(bot, None)

    def waiting(self, limit: int) -> Sequence[BotId]:
        queue = self._tables.queue
        return sorted(queue, key=lambda bot: (queue[bot][1], bot))[:limit]


class MemoryTickets:
    def __init__(self, tables: Tables) -> None:
        self._rows = tables.tickets

    def add(self, ticket: Ticket) -> None:
        self._rows[ticket.hash] = ticket


class MemoryJobs:
    def __init__(self, tables: Tables) -> None:
        self._rows = tables.jobs

    def put(self, job: Job) -> None:
        known = self._rows.get(job.name)
        if known is None or known.started_at <= job.started_at:
            self._rows[job.name] = job

    def list(self) -> Sequence[Job]:
        return [self._rows[name] for name in sorted(self._rows)]


class MemoryAudit:
    """Numbers lines as the chain does; in memory nobody alters one."""

    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._tables, self._organization = tables, organization

    def add(self, entry: AuditEntry) -> None:
        self._tables.audit[len(self._tables.audit)] = entry

    def list(self, wanted: AuditFilter, page: Page) -> Listing[AuditLine]:
        return paged(newest_first(line for line in self._lines() if _wanted(line, wanted)), page)

    def verify(self) -> AuditChain:
        lines = self._lines()
        head = (lines[-1].number, lines[-1].hash) if lines else None
        return AuditChain(lines=len(lines), head=head, faults=[])

    def organizations(self) -> Sequence[OrganizationId]:
        return sorted(self._tables.organizations)

    def _lines(self) -> Sequence[AuditLine]:
        ours = [e for e in self._tables.audit.values() if e.organization == self._organization]
        return [
            AuditLine(number=number, entry=entry, hash=bytes([number % 256] * 32))
            for number, entry in enumerate(ours, 1)
        ]


def _wanted(line: AuditLine, wanted: AuditFilter) -> bool:
    entry = line.entry
    return (
        wanted.actor in {None, entry.actor}
        and wanted.action in {None, entry.action}
        and wanted.subject in {None, entry.subject}
        and (wanted.since is None or entry.at >= wanted.since)
        and (wanted.until is None or entry.at < wanted.until)
    )


class MemoryIdempotency:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._rows, self._organization = tables.answers, organization

    def get(self, key: str, route: str) -> Answer | None:
        return self._rows.get((self._organization, key, route))

    def put(self, key: str, route: str, answer: Answer, *, at: datetime) -> None:
        del at
        self._rows[self._organization, key, route] = answer


class MemoryUnitOfWork:
    """One transaction over a copy of the rows."""

    def __init__(self, store: "MemoryUnits", organization: OrganizationId | None) -> None:
        self._store = store
        tables = self._tables = store.tables.copy()
        self.organizations = MemoryOrganizations(tables, organization)
        self.members = MemoryMembers(tables, organization)
        self.requests = MemoryRequests(tables, organization)
        self.credentials = MemoryCredentials(tables, organization)
        self.bots = MemoryBots(tables, organization)
        self.runs = MemoryRuns(tables, organization)
        self.commands = MemoryCommands(tables, organization)
        self.outbox = MemoryOutbox(tables)
        self.trading = MemoryTrading(tables, organization)
        self.metrics = MemoryMetrics(tables, organization)
        self.logs = MemoryLogs(tables, organization)
        self.telemetry = MemoryTelemetry(tables)
        self.rejections = MemoryRejections(tables, organization)
        self.budgets = MemoryBudgets(tables)
        self.jobs = MemoryJobs(tables)
        self.tickets = MemoryTickets(tables)
        self.integrators = MemoryIntegrators(tables, organization)
        self.audit = MemoryAudit(tables, organization)
        self.chains = MemoryChains(tables, organization)
        self.holdings = MemoryHoldings(tables, organization)
        self.versions = MemoryVersions(tables, organization)
        self.templates = MemoryTemplates(tables, organization)
        self.monitoring = MemoryMonitoring(tables, organization)
        self.alerts = MemoryAlerts(tables, organization)
        self.watch = MemoryWatch(tables)
        self.idempotency = MemoryIdempotency(tables, organization)

    def commit(self) -> None:
        if self._store.dies_at_commit is not None:
            self._store.dies_at_commit -= 1
            if self._store.dies_at_commit < 0:
                raise StoreAway("the database does not answer")
        self._store.tables.take(self._tables.copy())
        self._store.commits += 1


class MemoryUnits:
    """Opens units of work. `tables` is what is committed; a unit within a unit is refused."""

    def __init__(self) -> None:
        self.tables = Tables()
        self.commits = 0
        self.away = False
        self.dies_at_commit: int | None = None
        """How many commits more succeed; None for all."""
        self._open = False

    @contextmanager
    def __call__(self, organization: OrganizationId | None) -> Generator[MemoryUnitOfWork]:
        if self.away:
            raise StoreAway("the database does not answer")
        if self._open:
            raise AssertionError("a unit of work within another would lock itself out")
        self._open = True
        try:
            yield MemoryUnitOfWork(self, organization)
        finally:
            self._open = False
