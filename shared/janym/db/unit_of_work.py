"""Units of work on PostgreSQL: the repositories of one transaction."""

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager

from janym.db.alert_watch import Watch
from janym.db.alerts import Alerts
from janym.db.audit import Audit
from janym.db.bots import Bots
from janym.db.budgets import Budgets
from janym.db.chains import Chains
from janym.db.commands import Commands
from janym.db.configurations import Templates, Versions
from janym.db.connection import Database, Transaction
from janym.db.credentials import Credentials
from janym.db.holdings import Holdings
from janym.db.idempotency import Idempotency
from janym.db.integrators import Integrators
from janym.db.jobs import Jobs
from janym.db.live import Tickets
from janym.db.logs import Logs
from janym.db.members import Members, Requests
from janym.db.metrics import Metrics
from janym.db.monitoring import Monitoring
from janym.db.organizations import Organizations
from janym.db.outbox import Outbox
from janym.db.rejections import Rejections
from janym.db.runs import Runs
from janym.db.telemetry import Telemetry
from janym.db.trading import Trading
from janym.domain.ids import OrganizationId


class UnitOfWork:
    """`ports.unit_of_work.UnitOfWork`: one transaction, and the tables seen through it."""

    def __init__(self, transaction: Transaction) -> None:
        self.organizations = Organizations(transaction)
        self.members = Members(transaction)
        self.requests = Requests(transaction)
        self.credentials = Credentials(transaction)
        self.bots = Bots(transaction)
        self.runs = Runs(transaction)
        self.commands = Commands(transaction)
        self.outbox = Outbox(transaction)
        self.trading = Trading(transaction)
        self.metrics = Metrics(transaction)
        self.logs = Logs(transaction)
        self.telemetry = Telemetry(transaction)
        self.rejections = Rejections(transaction)
        self.budgets = Budgets(transaction)
        self.jobs = Jobs(transaction)
        self.tickets = Tickets(transaction)
        self.integrators = Integrators(transaction)
        self.chains = Chains(transaction)
        self.holdings = Holdings(transaction)
        self.versions = Versions(transaction)
        self.templates = Templates(transaction)
        self.monitoring = Monitoring(transaction)
        self.alerts = Alerts(transaction)
        self.watch = Watch(transaction)
        self.audit = Audit(transaction)
        self.idempotency = Idempotency(transaction)
        self._transaction = transaction

    def commit(self) -> None:
        self._transaction.commit()


class UnitsOfWork:
    """`ports.unit_of_work.UnitsOfWork`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, organization: OrganizationId | None) -> AbstractContextManager[UnitOfWork]:
        return self._open(organization)

    @contextmanager
    def _open(self, organization: OrganizationId | None) -> Generator[UnitOfWork]:
        with self._database.transaction(organization) as transaction:
            yield UnitOfWork(transaction)
