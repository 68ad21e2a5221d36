"""Everything that is stored in Postgres, in transactions that hold all or nothing.

`UnitsOfWork` opens one for an organization (row-level security shows that one alone), or for the
platform itself (`organization=None`: the watchmen, whose database role sees all). Leaving the block
without `commit()` rolls back. Any method may raise `StoreAway`.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from janym.domain.bot import Bot, Environment
from janym.domain.bot_event import BotEvent
from janym.domain.command import Command
from janym.domain.credential import Credential, EncryptedKey
from janym.domain.ids import (
    BotId,
    CommandId,
    CredentialId,
    OrganizationId,
    RunId,
    TaskId,
)
from janym.domain.organization import Organization
from janym.domain.run import Run
from janym.domain.telemetry import ConfigReport
from janym.ports.alerts import Alerts, Watch
from janym.ports.audit import Audit
from janym.ports.audit import AuditEntry as AuditEntry  # noqa: PLC0414 - who opens units writes it
from janym.ports.chains import Chains
from janym.ports.configurations import Templates, Versions
from janym.ports.holdings import Holdings
from janym.ports.integrators import Integrators
from janym.ports.jobs import Jobs
from janym.ports.live import Tickets
from janym.ports.members import Members, Requests
from janym.ports.monitoring import Monitoring
from janym.ports.pages import Listing as Listing  # noqa: PLC0414 - who opens units reads lists
from janym.ports.pages import Page as Page  # noqa: PLC0414 - the same
from janym.ports.told import Logs, Metrics, Rejections, Telemetry, Trading


class Errand(StrEnum):
    """What is to be done after a commit."""

    PUBLISH = "publish"
    """Publish a command to the bot."""
    RECONCILE = "reconcile"
    """Compare what is wanted of the bot with what is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """Something to do after the commit, repeated until it is done; twice is safe."""

    errand: Errand
    organization: OrganizationId
    bot: BotId
    command: CommandId | None
    not_before: datetime
    id: int | None = None
    """Given by the store."""
    attempts: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an idempotent request was answered the first time."""

    body_hash: bytes
    status: int
    body: str


class Organizations(Protocol):
    def get(self, key: OrganizationId) -> Organization:
        """Raises NotFound."""
        ...

    def lock(self, key: OrganizationId) -> Organization:
        """Get it and let no other halt, start or count until the transaction ends.

        It comes before any lock of a bot. Raises NotFound.
        """
        ...

    def put(self, organization: Organization) -> None:
        """Add it, or change it."""
        ...


class Credentials(Protocol):
    def get(self, key: CredentialId) -> Credential:
        """Raises NotFound."""
        ...

    def list(self) -> Sequence[Credential]: ...

    def add(self, credential: Credential) -> None:
        """Raises AlreadyExists for the same exchange, label and environment."""
        ...

    def put(self, credential: Credential) -> None: ...

    def swap(self, old: Credential, encrypted: EncryptedKey, *, at: datetime) -> bool:
        """Put another ciphertext in place of this one, if it is still this one; tell whether."""
        ...

    def remove(self, key: CredentialId, *, at: datetime) -> None:
        """Forget it: what could be decrypted is gone, and no method here gives it again.

        Bots that name it go on naming it. Raises NotFound.
        """
        ...

    def to_check(
        self, *, before: datetime, again: datetime, at: datetime
    ) -> Sequence[CredentialId]:
        """Take those of which the exchange has said nothing since `before`, a hundred at most.

        Who takes one notes that, and nobody takes it again who asks for `again` up to then.
        """
        ...

    def encrypted_before(self, moment: datetime) -> Sequence[CredentialId]:
        """List those whose ciphertext is older, oldest first."""
        ...


class Bots(Protocol):
    def get(self, key: BotId) -> Bot:
        """Raises NotFound."""
        ...

    def lock(self, key: BotId) -> Bot:
        """Get it and let nobody else change it until the transaction ends. Raises NotFound."""
        ...

    def list(self, page: Page) -> Listing[Bot]:
        """Newest first."""
        ...

    def add(self, bot: Bot) -> None:
        """Raises AlreadyExists when its tag is taken, with `tag` in the message."""
        ...

    def put(self, bot: Bot) -> None: ...

    def remove(self, key: BotId) -> None:
        """Remove it with all that hangs on it. Raises NotFound."""
        ...

    def hold_account(self, credential: CredentialId, pair: str) -> None:
        """Let nobody else hold this account and pair until the transaction ends."""
        ...

    def using(self, credential: CredentialId) -> Sequence[Bot]:
        """List the bots that trade with a key, or may have something left at the venue.

        Those that are not stopped, have a run that has not ended, or one not checked yet.
        """
        ...

    def wanted_on(self, credential: CredentialId, pair: str) -> Sequence[Bot]:
        """List the bots on one account and pair that their owner wants to run."""
        ...

    def alive(self) -> Sequence[BotId]:
        """List bots that are wanted running or paused, or have a run that has not ended."""
        ...

    def count(self) -> int: ...

    def count_wanted(self) -> int:
        """Count the bots that are wanted running or paused."""
        ...

    def count_alive_on(self, exchange: str, environment: Environment) -> int:
        """Count every organization's bots that have a run on a venue which has not ended."""
        ...

    def unsettled(self) -> Sequence[BotId]:
        """List bots that need a look.

        Those wanted running or paused, those not stopped, with an open run, with an ended one not
        checked, or with a command that is pending.
        """
        ...

    def told_config(self, key: BotId) -> ConfigReport | None:
        """Give the configuration that the bot last said it runs with."""
        ...

    def events(self, key: BotId, page: Page) -> Listing[BotEvent]:
        """List what became of it, newest first; nothing for a bot that is not there."""
        ...

    def next_session(self, key: BotId) -> int:
        """Issue the bot's next session number."""
        ...


class Runs(Protocol):
    def get(self, key: RunId) -> Run:
        """Raises NotFound."""
        ...

    def add(self, run: Run) -> None:
        """Raises Conflict `RUN_OPEN` when the bot has one that has not ended."""
        ...

    def put(self, run: Run) -> None: ...

    def open(self, bot: BotId) -> Run | None:
        """Give the bot's run that has not ended, if any."""
        ...

    def of_task(self, task: TaskId) -> Run | None: ...

    def unchecked(self, bot: BotId) -> Sequence[Run]:
        """List ended runs after which the venue was not asked yet."""
        ...

    def recent(self, bot: BotId, *, since: datetime) -> Sequence[Run]:
        """List runs created since then, newest first."""
        ...

    def list(self, bot: BotId, page: Page) -> Listing[Run]:
        """Newest first."""
        ...


class Commands(Protocol):
    def get(self, key: CommandId) -> Command:
        """Raises NotFound."""
        ...

    def add(self, command: Command) -> None: ...

    def put(self, command: Command) -> None: ...

    def list(self, bot: BotId, page: Page) -> Listing[Command]:
        """Newest first."""
        ...

    def pending(self, bot: BotId) -> Sequence[Command]:
        """List those that are neither done, failed nor expired, oldest first."""
        ...

    def unheard(self) -> Sequence[Command]:
        """List stops and pauses, of every bot, that their bot has not acknowledged yet."""
        ...


class Outbox(Protocol):
    def add(self, entry: OutboxEntry) -> None: ...

    def due(self, *, now: datetime, limit: int, bot: BotId | None = None) -> Sequence[OutboxEntry]:
        """Take due entries, skipping those that another transaction holds."""
        ...

    def remove(self, entry: OutboxEntry) -> None: ...

    def postpone(self, entry: OutboxEntry, *, until: datetime) -> None:
        """Count an attempt and try again later."""
        ...


class Budgets(Protocol):
    """What may be spent in a time, each by its key, and the bots that wait for it."""

    def lock(self, key: str) -> datetime | None:
        """Give when a budget is full again, and hold it until the transaction ends."""
        ...

    def put(self, key: str, full_at: datetime) -> None:
        """Keep when a locked budget is full again."""
        ...

    def wait(self, key: str, bot: Bot, *, since: datetime) -> int:
        """Queue a bot, which keeps its first place; count those before it that are to run."""
        ...

    def leave(self, bot: BotId) -> None:
        """Take a bot out of the queue, if it is in it."""
        ...

    def waiting(self, limit: int) -> Sequence[BotId]:
        """List those who wait, longest first."""
        ...


class Idempotency(Protocol):
    def get(self, key: str, route: str) -> Answer | None:
        """Give what was answered, after waiting for another transaction that holds the key."""
        ...

    def put(self, key: str, route: str, answer: Answer, *, at: datetime) -> None: ...


class UnitOfWork(Protocol):
    """One transaction."""

    @property
    def organizations(self) -> Organizations: ...
    @property
    def members(self) -> Members: ...
    @property
    def requests(self) -> Requests: ...
    @property
    def credentials(self) -> Credentials: ...
    @property
    def bots(self) -> Bots: ...
    @property
    def runs(self) -> Runs: ...
    @property
    def commands(self) -> Commands: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def trading(self) -> Trading: ...
    @property
    def metrics(self) -> Metrics: ...
    @property
    def logs(self) -> Logs: ...
    @property
    def telemetry(self) -> Telemetry: ...
    @property
    def rejections(self) -> Rejections: ...
    @property
    def budgets(self) -> Budgets: ...
    @property
    def jobs(self) -> Jobs: ...
    @property
    def tickets(self) -> Tickets: ...
    @property
    def integrators(self) -> Integrators: ...
    @property
    def chains(self) -> Chains: ...
    @property
    def holdings(self) -> Holdings: ...
    @property
    def versions(self) -> Versions: ...
    @property
    def templates(self) -> Templates: ...
    @property
    def monitoring(self) -> Monitoring: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def watch(self) -> Watch: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def idempotency(self) -> Idempotency: ...

    def commit(self) -> None:
        """Make everything done in this block true at once."""
        ...


class UnitsOfWork(Protocol):
    """Opens units of work."""

    def __call__(
        self, organization: OrganizationId | None
    ) -> AbstractContextManager[UnitOfWork]: ...
