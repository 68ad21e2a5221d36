"""The platform's own template in front of a real PostgreSQL and a real broker, and who reads it."""

import contextlib
import json
import queue
import threading
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from awscrt import mqtt
from awsiot import mqtt_connection_builder
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from janym.db.connection import Database
from janym.db.unit_of_work import UnitsOfWork
from local import environment, keyring, probes
from local.layout import ROOT
from local.layout import Stack as Layout
from tests.fixtures.services import RunningBroker, RunningPostgres, running_broker
from tests.fixtures.services import running as running_server
from tests.integration.db import builders
from tests.integration.db.builders import ACME, OTHER
from tests.integration.local_aws.stacks import Issuer, SmallStack, small_stack

OURS, THEIRS = builders.bot(), builders.bot(key=OTHER)
WITHIN = 15.0
"""Seconds for what a test waits for."""


class Reader:
    """A program outside: one connection, and what it received."""

    def __init__(self, pass_: "Pass", broker: RunningBroker, *, client_id: str | None = None):
        self.received: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
        self.cut_off = threading.Event()
        builder: Any = mqtt_connection_builder  # untyped
        self.connection = builder.mtls_from_bytes(
            cert_bytes=pass_.certificate.encode(),
            pri_key_bytes=pass_.key,
            ca_filepath=str(broker.ca),
            endpoint=broker.host,
            port=broker.port,
            client_id=client_id or pass_.client_id,
            clean_session=True,
            keep_alive_secs=30,
            on_connection_interrupted=self._interrupted,
        )
        self.connection.on_message(self._received)
        self.connection.connect().result(WITHIN)

    def _received(self, topic: str, payload: bytes, **_: Any) -> None:
        self.received.put((topic, json.loads(payload)))

    def _interrupted(self, **_: Any) -> None:
        self.cut_off.set()

    def subscribe(self, *topics: str) -> None:
        for topic in topics:
            self.connection.subscribe(topic, mqtt.QoS.AT_LEAST_ONCE)[0].result(WITHIN)

    def publish(self, topic: str, payload: bytes) -> None:
        self.connection.publish(topic, payload, mqtt.QoS.AT_LEAST_ONCE)[0].result(WITHIN)

    def hear(self, count: int = 1) -> list[tuple[str, dict[str, Any]]]:
        """The next messages."""
        found: list[tuple[str, dict[str, Any]]] = []
        for _ in range(count):
            try:
                found.append(self.received.get(timeout=WITHIN))
            except queue.Empty:
                pytest.fail(f"waited {WITHIN:.0f} s for {count} messages; heard {found}")
        return found

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.connection.disconnect().result(WITHIN)


@dataclass(kw_only=True)
class Pass:
    """An integrator, with the key that it alone holds."""

    id: str
    client_id: str
    certificate: str
    key: bytes = field(repr=False)


@dataclass(kw_only=True)
class Outside:
    """What the tests hold on to."""

    small: SmallStack
    issuer: Issuer
    postgres: RunningPostgres
    broker: RunningBroker
    name: str
    readers: list[Reader] = field(default_factory=list[Reader])

    def http(
        self, call: str, body: object = None, *, organization: str = ACME, role: str = "admin"
    ) -> tuple[int, Any]:
        token = self.issuer.mint(org_id=organization, org_role=role, sub=f"ada of {organization}")
        method, _, path = call.partition(" ")
        answer = self.small.http().request(
            method,
            self.small.addresses["gateway"] + path,
            headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
            body=json.dumps(body) if body is not None else None,
        )
        return answer.status, answer.json()

    def ask(
        self,
        client_id: str,
        key: ec.EllipticCurvePrivateKey | None = None,
        organization: str = ACME,
    ) -> tuple[int, Any]:
        """Ask for a certificate."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        asked = {"name": "desk", "csr": request(client_id, key)}
        return self.http("POST /api/integrators", asked, organization=organization)

    def let_in(self, organization: str = ACME) -> Pass:
        """Have a certificate issued."""
        client_id, key = f"live-{uuid4()}", ec.generate_private_key(ec.SECP256R1())
        status, answer = self.ask(client_id, key, organization)
        assert status == 201, answer
        return Pass(
            id=answer["integrator"]["integrator_id"],
            client_id=client_id,
            certificate=answer["certificate_pem"],
            key=key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )

    def shown(self, pass_: Pass) -> Any:
        """The integrator as the API shows it."""
        return self.http(f"GET /api/integrators/{pass_.id}")[1]["integrator"]

    @contextlib.contextmanager
    def platform(self) -> Generator[Reader]:
        """A connection that may do everything, in place of the IoT plane's own."""
        certificate, key = self.broker.identity("iot-rules")
        self.small.stop("iot")
        whole = Pass(
            id="",
            client_id="iot-rules",
            certificate=certificate.read_text(),
            key=key.read_bytes(),
        )
        reader = Reader(whole, self.broker)
        try:
            yield reader
        finally:
            reader.close()
            self.small.start("iot")

    def read(self, pass_: Pass, *topics: str, client_id: str | None = None) -> Reader:
        """Connect, and subscribe."""
        reader = Reader(pass_, self.broker, client_id=client_id)
        self.readers.append(reader)
        reader.subscribe(*topics)
        return reader

    def hear(self, *reports: Any) -> None:
        """Have ingestion store what bots say."""
        database = Database(self.postgres.url("ingest", self.name))
        with UnitsOfWork(database)(None) as uow:
            assert uow.telemetry.apply(reports) == []
            uow.commit()
        database.close()

    def push(self) -> None:
        """Have events pushed, as who writes them asks for it; integrators come after by itself."""
        self.invoke("janym-live-push", b'{"push": true}')

    def invoke(self, function: str, event: bytes = b"{}") -> None:
        answer = self.small.client("lambda").invoke(FunctionName=function, Payload=event)
        assert "FunctionError" not in answer, answer["Payload"].read()

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """Look as the owner of the server."""
        import psycopg  # noqa: PLC0415 - the tests' own way past every wall

        url = self.postgres.url("postgres", self.name)
        with psycopg.connect(url, autocommit=True) as admin:
            done = admin.execute(statement.encode())
            return done.fetchall() if done.description else []


def request(name: str, key: ec.EllipticCurvePrivateKey) -> str:
    """A certificate signing request."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


@pytest.fixture(scope="module")
def stack(
    postgres: RunningPostgres, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Outside]:
    name = postgres.create_database(template=migrated)
    address = f"postgresql://127.0.0.1:{postgres.port}/{name}"
    with (
        small_stack(tmp_path_factory.mktemp("outside"), postgres=address) as small,
        running_broker(small.home) as broker,
    ):
        small.template = ROOT / "template.yaml"
        _describe(small, broker, postgres)
        database = Database(postgres.url("control", name))
        builders.seed(UnitsOfWork(database), OURS, THEIRS)
        database.close()
        issuer = Issuer(urlsplit(small.addresses["issuer"]).port or 0)
        with _moto(small):
            small.start("iot", "gateway")
            yield Outside(small=small, issuer=issuer, postgres=postgres, broker=broker, name=name)
            for component in list(small.processes):
                small.stop(component)
        issuer.close()


def _describe(small: SmallStack, broker: RunningBroker, postgres: RunningPostgres) -> None:
    """Tell the stack's components of the servers that stand already."""
    keyring.create(Layout.at(small.home))
    secrets = small.home / "secrets.json"
    known = json.loads(secrets.read_text()) | {"postgres": dict(postgres.passwords)}
    secrets.write_text(json.dumps(known))
    description = json.loads((small.home / "stack.json").read_text())
    description["addresses"]["mqtt"] = f"mqtts://{broker.host}:{broker.port}"
    (small.home / "stack.json").write_text(json.dumps(description))


def _moto(small: SmallStack) -> contextlib.AbstractContextManager[object]:
    secrets = Layout.at(small.home).secrets
    return running_server(
        "local.moto",
        ("--port", small.stack.port("moto"), "--secrets", secrets),
        folder=small.home,
        probe=probes.http(small.addresses["moto"] + "/moto-api/data.json"),
        variables=environment.aws() | {"MOTO_ACCOUNT_ID": environment.ACCOUNT},
    )


@pytest.fixture
def outside(stack: Outside) -> Generator[Outside]:
    """The stack; connections end with the test."""
    yield stack
    for reader in stack.readers:
        reader.close()
    stack.readers.clear()
