"""The platform's own template on real stores that a test may take away and give back."""

import base64
import contextlib
import json
import sqlite3
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from moto.server import ThreadedMotoServer

from janym.db.connection import Database
from janym.db.migrations import migrate
from janym.db.unit_of_work import UnitsOfWork
from janym.domain.bot import Bot
from janym.ticks import schema
from janym.ticks.connection import connect
from local import ports, probes, provisioning
from local.layout import ROOT
from local.postgres import SUPERUSER
from local.probes import Probe
from tests.fixtures.database import TODAY
from tests.fixtures.services import room, running
from tests.integration.db import builders
from tests.integration.local_aws.stacks import Issuer, SmallStack, small_stack

PASSWORD = "of-the-tests"
LOGIN = {"user": "janym", "password": "letmein"}
DATABASE = "janym"


@dataclass(kw_only=True)
class Store:
    """A server that can be stopped and started again on the same port."""

    module: str
    folder: Path
    port: int
    probe: Probe
    more: Sequence[str] = ()
    running: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    def start(self) -> None:
        arguments = [
            *("--data", self.folder / "data", "--port", self.port),
            *("--secrets", self.folder / "secrets.json", *self.more),
        ]
        self.running.enter_context(
            running(self.module, arguments, folder=self.folder, probe=self.probe)
        )

    def stop(self) -> None:
        self.running.close()


@dataclass(kw_only=True)
class Platform:
    """Queues, functions and API as the template has them, and the two stores."""

    small: SmallStack
    issuer: Issuer
    postgres: Store
    clickhouse: Store
    bot: Bot

    def url(self, role: str) -> str:
        return f"postgresql://{role}:{PASSWORD}@127.0.0.1:{self.postgres.port}/{DATABASE}"

    def say(self, queue: str, first: int, count: int) -> None:
        """Have the bot write lines to its log, as an IoT rule puts them into a queue."""
        sqs = self.small.client("sqs")
        url = sqs.get_queue_url(QueueName=f"janym-{queue}")["QueueUrl"]
        for start in range(first, first + count, 10):
            numbers = range(start, min(start + 10, first + count))
            entries = [{"Id": str(n), "MessageBody": self._line(n)} for n in numbers]
            assert not sqs.send_message_batch(QueueUrl=url, Entries=entries).get("Failed")

    def _line(self, number: int) -> str:
        said = {
            "v": 1,
            "session": 1,
            "seq": number,
            "timestamp": builders.NOON.isoformat(),
            "level": "info",
            "message": f"line {number}",
        }
        forwarded = {
            "body": base64.b64encode(json.dumps(said).encode()).decode(),
            "bot_id": str(self.bot.id),
            "topic": f"hbot/{self.bot.id}/logs/info",
            "client_id": str(self.bot.id),
            "received_ms": int(builders.NOON.timestamp() * 1000),
        }
        return json.dumps(forwarded)

    def stored(self) -> int:
        """Count the bot's lines in Postgres."""
        database = Database(self.url("control"))
        with database.transaction(None) as transaction:
            row = transaction.one("SELECT count(*) AS found FROM bot_logs")
        database.close()
        return int(row.found) if row else 0

    def remembered(self) -> int:
        """Count the bot's lines in ClickHouse."""
        client = connect(f"http://127.0.0.1:{self.clickhouse.port}", **LOGIN, database="janym")
        try:
            return int(client.query("SELECT count() FROM bot_logs FINAL").result_rows[0][0])
        finally:
            client.close()

    def waiting(self, queue: str) -> tuple[int, int]:
        """Give how many messages a queue holds, and how often one was received at most."""
        file = self.small.home / "data" / "sqs" / "messages.db"
        with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as messages:
            row = messages.execute(
                "SELECT count(*), coalesce(max(receives), 0) FROM messages WHERE queue=?",
                (f"janym-{queue}",),
            ).fetchone()
        return int(row[0]), int(row[1])

    def get(self, path: str) -> Any:
        token = self.issuer.mint(org_id=self.bot.organization, org_role="trader")
        return self.small.http().request(
            "GET",
            self.small.addresses["gateway"] + path,
            headers={"authorization": f"Bearer {token}"},
        )


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Generator[Platform]:
    folder = tmp_path_factory.mktemp("failures")
    with contextlib.ExitStack() as all_of_it:
        postgres = all_of_it.enter_context(_postgres())
        clickhouse = all_of_it.enter_context(_clickhouse())
        moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        moto.start()
        all_of_it.callback(moto.stop)
        addresses = {
            "postgres": f"postgresql://127.0.0.1:{postgres.port}/{DATABASE}",
            "clickhouse": f"http://127.0.0.1:{clickhouse.port}",
            "moto": f"http://127.0.0.1:{moto.get_host_and_port()[1]}",
        }
        small = all_of_it.enter_context(small_stack(folder, **addresses))
        small.template = ROOT / "template.yaml"
        _write_secrets(small)
        issuer = Issuer(urlsplit(small.addresses["issuer"]).port or 0)
        all_of_it.callback(issuer.close)
        built = Platform(
            small=small, issuer=issuer, postgres=postgres, clickhouse=clickhouse, bot=builders.bot()
        )
        _prepare(built)
        small.start("gateway", "sqs")
        yield built


@contextlib.contextmanager
def _postgres() -> Generator[Store]:
    with room() as folder:
        passwords: dict[str, str] = dict.fromkeys([SUPERUSER, *provisioning.ROLES], PASSWORD)
        (folder / "secrets.json").write_text(json.dumps({"postgres": passwords}))
        port = ports.free()
        admin = f"postgresql://{SUPERUSER}:{PASSWORD}@127.0.0.1:{port}/postgres"
        store = Store(
            module="local.postgres",
            folder=folder,
            port=port,
            probe=probes.postgres(admin),
            more=("--version", "16", "--no-fsync"),
        )
        with _started(store):
            provisioning.create_roles(admin, passwords)
            provisioning.create_database(admin, DATABASE, template=None)
            yield store


@contextlib.contextmanager
def _clickhouse() -> Generator[Store]:
    with room() as folder:
        (folder / "secrets.json").write_text(json.dumps({"clickhouse": LOGIN}))
        port = ports.free()
        probe = probes.http(f"http://127.0.0.1:{port}/ping")
        store = Store(module="local.clickhouse", folder=folder, port=port, probe=probe)
        with _started(store):
            yield store


@contextlib.contextmanager
def _started(store: Store) -> Generator[None]:
    try:
        store.start()
        yield
    finally:
        store.stop()


def _write_secrets(small: SmallStack) -> None:
    manager = small.client("secretsmanager", "moto")
    made = manager.create_secret(Name="clickhouse", SecretString=json.dumps(LOGIN))
    file = small.home / "secrets.json"
    known = json.loads(file.read_text()) | {
        "postgres": dict.fromkeys(provisioning.ROLES, PASSWORD),
        "clickhouse_secret_arn": made["ARN"],
    }
    file.write_text(json.dumps(known))


def _prepare(platform: Platform) -> None:
    owner = Database(platform.url("janym_owner"))
    migrate(owner.connect, today=TODAY)
    watchmen = Database(platform.url("control"))
    builders.seed(UnitsOfWork(watchmen), platform.bot)
    watchmen.close()
    client = connect(f"http://127.0.0.1:{platform.clickhouse.port}", **LOGIN, database="janym")
    schema.migrate(client, keep_days=10_000)
    client.close()
