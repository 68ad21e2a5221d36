"""AWS as the ports see it: KMS, the broker, other functions, ECS and IoT, in memory."""

import ast
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from janym.domain.credential import EncryptedKey, ExchangeKey, Permissions
from janym.domain.errors import FieldError, InvalidInput, KeyAccessDenied, Unavailable
from janym.domain.ids import BotId, CredentialId, OrganizationId, RunId, TaskId
from janym.domain.telemetry import LogLine, MetricsReport
from janym.domain.topics import Topic
from janym.ports.bus import Message
from janym.ports.launcher import Certificate, TaskView
from janym.ports.pages import Span
from janym.ports.retention import BotDay
from tests.fakes.told import stepped


class FakeVault:
    """Turns text round and binds it to its context."""

    def __init__(self) -> None:
        self.denied = False
        self.decrypted = 0

    def encrypt(self, key: ExchangeKey, *, context: dict[str, str]) -> EncryptedKey:
        def seal(text: str) -> bytes:
            return repr((text[::-1], sorted(context.items()))).encode().hex().encode()

        return EncryptedKey(
            api_key=seal(key.api_key),
            api_secret=seal(key.api_secret),
            passphrase=seal(key.passphrase) if key.passphrase is not None else None,
        )

    def decrypt(self, encrypted: EncryptedKey, *, context: dict[str, str]) -> ExchangeKey:
        if self.denied:
            raise KeyAccessDenied("AccessDeniedException")

        def unseal(sealed: bytes) -> str:
            text = bytes.fromhex(sealed.decode()).decode()
            turned, _, bound = text.removeprefix("('").partition("', ")
            if bound != f"{sorted(context.items())})":
                raise KeyAccessDenied("made for another context")
            return turned[::-1]

        self.decrypted += 1
        return ExchangeKey(
            api_key=unseal(encrypted.api_key),
            api_secret=unseal(encrypted.api_secret),
            passphrase=unseal(encrypted.passphrase) if encrypted.passphrase is not None else None,
        )


class FakeSeal:
    """Turns text round and binds it to its context."""

    def seal(self, text: str, *, context: dict[str, str]) -> bytes:
        return repr((text[::-1], sorted(context.items()))).encode().hex().encode()

    def unseal(self, sealed: bytes, *, context: dict[str, str]) -> str:
        turned, bound = ast.literal_eval(bytes.fromhex(sealed.decode()).decode())
        if bound != sorted(context.items()):
            raise KeyAccessDenied("made for another context")
        return turned[::-1]


class FakeBus:
    """Remembers what was published."""

    def __init__(self) -> None:
        self.published: list[tuple[BotId, Topic, dict[str, Any]]] = []
        self.away = False

    def publish(self, bot: BotId, topic: Topic, payload: dict[str, Any]) -> None:
        if self.away:
            raise Unavailable("the broker does not answer")
        self.published.append((bot, topic, payload))

    def publish_all(self, messages: Sequence[Message], *, within: timedelta) -> Sequence[bool]:
        del within
        if not self.away:
            for each in messages:
                self.publish(each.bot, each.topic, each.payload)
        return [not self.away] * len(messages)


class FakeFunctions:
    """Remembers which functions were asked for which bot."""

    def __init__(self) -> None:
        self.venue_checks: list[BotId] = []
        self.reconciled: list[BotId] = []
        self.enforced: list[OrganizationId] = []
        self.tested: list[CredentialId] = []
        self.read: list[CredentialId] = []
        self.checked: list[CredentialId] = []
        self.rotated: list[CredentialId] = []
        self.pushes = 0
        self.deliveries = 0
        self.publications = 0
        self.permissions = Permissions(trade=True, withdraw=False)
        self.refusal: Exception | None = None
        self.away = False

    def check_venue(self, bot: BotId) -> None:
        self._answer()
        self.venue_checks.append(bot)

    def reconcile(self, bot: BotId) -> None:
        self._answer()
        self.reconciled.append(bot)

    def enforce(self, organization: OrganizationId) -> None:
        self._answer()
        self.enforced.append(organization)

    def deliver_alerts(self) -> None:
        self._answer()
        self.deliveries += 1

    def push_events(self) -> None:
        self._answer()
        self.pushes += 1

    def publish_events(self) -> None:
        self._answer()
        self.publications += 1

    def read_balances(self, credential: CredentialId) -> None:
        self._answer()
        self.read.append(credential)

    def check_credential(self, credential: CredentialId) -> None:
        self._answer()
        self.checked.append(credential)

    def rotate_credential(self, credential: CredentialId) -> None:
        self._answer()
        if self.refusal is not None:
            raise self.refusal
        self.rotated.append(credential)

    def test_credential(self, credential: CredentialId) -> Permissions:
        self._answer()
        self.tested.append(credential)
        if self.refusal is not None:
            raise self.refusal
        return self.permissions

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("Lambda does not answer")


@dataclass
class FakeTask:
    """A task that ECS started."""

    id: TaskId
    bot: BotId
    run: RunId
    token: str
    shard: int
    running: bool = True
    exit_code: int | None = None
    stopped_reason: str | None = None
    stop_asked: list[str] = field(default_factory=list[str])


class FakeLauncher:
    """ECS: one task per client token, whatever else is asked."""

    def __init__(self) -> None:
        self.tasks: dict[RunId, FakeTask] = {}
        self.away = False
        self.refusal: Exception | None = None
        self.dies_after_launch = False
        self.shards = 2

    def launch(self, bot: BotId, run: RunId, token: str, *, shard: int) -> TaskId:
        if self.away:
            raise Unavailable("ECS does not answer")
        if self.refusal is not None:
            raise self.refusal
        if run not in self.tasks:
            key = TaskId(f"task{len(self.tasks) + 1:028d}")
            self.tasks[run] = FakeTask(id=key, bot=bot, run=run, token=token, shard=shard)
        if self.dies_after_launch:
            raise Died
        return self.tasks[run].id

    def find(self, run: RunId) -> TaskId | None:
        if self.away:
            raise Unavailable("ECS does not answer")
        task = self.tasks.get(run)
        return task.id if task is not None and task.running else None

    def stop(self, task: TaskId, *, reason: str) -> None:
        if self.away:
            raise Unavailable("ECS does not answer")
        for each in self.tasks.values():
            if each.id == task:
                each.stop_asked.append(reason)

    def look(self, tasks: list[TaskId]) -> dict[TaskId, TaskView]:
        if self.away:
            raise Unavailable("ECS does not answer")
        return {
            each.id: TaskView(
                id=each.id,
                running=each.running,
                exit_code=each.exit_code,
                stopped_reason=each.stopped_reason,
            )
            for each in self.tasks.values()
            if each.id in tasks
        }

    def end(self, task: TaskId, *, exit_code: int | None, reason: str = "exited") -> None:
        """Have a task end, as a test wants it."""
        for each in self.tasks.values():
            if each.id == task:
                each.running, each.exit_code, each.stopped_reason = False, exit_code, reason

    def forget(self, task: TaskId) -> None:
        """Have ECS know nothing of a task any more."""
        self.tasks = {run: each for run, each in self.tasks.items() if each.id != task}


class Died(BaseException):
    """The process that called ends here: no error handler of the product sees it."""


class FakeCertificates:
    """IoT: signs any request that says so."""

    def __init__(self) -> None:
        self.active: dict[str, BotId] = {}
        self.issued = 0
        self.away = False

    def issue(self, bot: BotId, csr_pem: str) -> Certificate:
        if self.away:
            raise Unavailable("IoT does not answer")
        if "CERTIFICATE REQUEST" not in csr_pem:
            raise InvalidInput(FieldError(field="csr", reason="is no certificate request"))
        self.issued += 1
        key = f"certificate-{self.issued}"
        self.active[key] = bot
        return Certificate(id=key, pem=f"-----BEGIN CERTIFICATE-----\n{key}\n")

    def retire(self, bot: BotId, certificate: str) -> None:
        if self.away:
            raise Unavailable("IoT does not answer")
        if self.active.get(certificate) == bot:
            del self.active[certificate]


class FakeHistory:
    """Keeps telemetry once, by bot, session and sequence."""

    def __init__(self) -> None:
        self.kept: dict[object, MetricsReport] = {}
        self.logs: dict[object, LogLine] = {}
        self.away: Exception | None = None

    def metrics(self, bot: BotId, span: Span) -> Sequence[MetricsReport]:
        if self.away is not None:
            raise self.away
        return stepped([each for each in self.kept.values() if each.bot == bot], span)

    def reports(self, bots: Sequence[BotId], *, since: date, before: date) -> Mapping[BotDay, int]:
        if self.away is not None:
            raise self.away
        days = [(each.bot, each.at.date()) for each in self.kept.values()]
        return Counter((bot, day) for bot, day in days if bot in bots and since <= day < before)

    def store(self, metrics: Sequence[MetricsReport], logs: Sequence[LogLine]) -> None:
        if self.away is not None:
            raise self.away
        self.kept |= {(report.bot, report.position): report for report in metrics}
        self.logs |= {(line.bot, line.position): line for line in logs}
