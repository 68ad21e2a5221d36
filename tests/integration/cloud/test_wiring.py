"""Every port has its adapter from the environment alone, and importing the wiring costs little."""

import json
import subprocess
import sys
from collections.abc import Callable, Generator
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from moto.server import ThreadedMotoServer

from janym import wiring
from janym.config import NotConfigured
from janym.domain.bot import Environment
from janym.domain.credential import ExchangeKey
from janym.domain.errors import InvalidInput
from local.layout import ROOT
from tests.fixtures.services import RunningClickHouse, RunningPostgres
from tests.integration.db.builders import ACME, organization
from tests.integration.ticks.test_history import metric

REGION = "us-east-1"
HEAVY = {"boto3", "sqlalchemy", "alembic", "psycopg", "clickhouse_connect", "aws_encryption_sdk"}
SetVariable = Callable[[str, str], None]


@pytest.fixture(scope="module")
def endpoint() -> Generator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


@pytest.fixture
def variable(endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Generator[SetVariable]:
    """Set a variable of the environment that the wiring of this test reads."""
    aws = {
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    for name, value in aws.items():
        monkeypatch.setenv(name, value)
    forget()
    yield monkeypatch.setenv
    forget()


def forget() -> None:
    for each in vars(wiring).values():
        if hasattr(each, "cache_clear"):
            each.cache_clear()


def client(service: str, endpoint: str) -> Any:
    untyped: Any = boto3.__dict__
    return untyped["client"](
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


def secret(endpoint: str, name: str, **content: str) -> str:
    manager = client("secretsmanager", endpoint)
    made = manager.create_secret(Name=name, SecretString=json.dumps(content))
    arn: str = made["ARN"]
    return arn


def test_one_call_brings_both_databases_up_to_date(
    endpoint: str,
    variable: SetVariable,
    postgres: RunningPostgres,
    clickhouse: RunningClickHouse,
) -> None:
    url = urlsplit(postgres.url("janym_owner", postgres.create_database()))
    password = secret(endpoint, "owner", password=url.password or "")
    login = secret(endpoint, "history", user=clickhouse.user, password=clickhouse.password)
    variable("DATABASE_URL", url._replace(netloc=f"janym_owner@127.0.0.1:{url.port}").geturl())
    variable("DATABASE_AUTH", "secret")
    variable("OWNER_SECRET_ARN", password)
    variable("CLICKHOUSE_URL", clickhouse.url)
    variable("CLICKHOUSE_SECRET_ARN", login)

    assert wiring.migrate() == wiring.migrate()

    wiring.history().store([metric()], [])
    wiring.database().close()
    forget()
    app = postgres.url("control", url.path.removeprefix("/"))
    variable("DATABASE_URL", app)
    variable("DATABASE_AUTH", "url")
    with wiring.units()(ACME) as uow:
        uow.organizations.put(organization())
        uow.commit()
    wiring.database().close()


def test_keys_are_encrypted_under_the_key_that_is_named(
    endpoint: str, variable: SetVariable
) -> None:
    arn = client("kms", endpoint).create_key()["KeyMetadata"]["Arn"]
    variable("CREDENTIAL_KEY_ARN", arn)
    key, context = ExchangeKey(api_key="a", api_secret="b"), {"purpose": "test"}

    assert (
        wiring.vault().decrypt(wiring.vault().encrypt(key, context=context), context=context) == key
    )


def test_the_rest_is_made_from_its_variables(variable: SetVariable) -> None:
    for name in ("CLUSTER", "BOT_TASK_FAMILY", "BOT_SUBNETS", "BOT_SECURITY_GROUP", "BOT_POLICY"):
        variable(name, "x")
    addresses = {"rest": "http://127.0.0.1:1"}
    variable("VENUE_ENDPOINTS", json.dumps({"paper": {"binance": addresses}}))

    for make in (wiring.bus, wiring.functions, wiring.launcher, wiring.certificates):
        assert make() is make()
    assert wiring.venues().addresses("binance", Environment.PAPER) == addresses
    assert wiring.venue("binance", Environment.PAPER, addresses)
    with pytest.raises(InvalidInput):
        wiring.venue("binance", Environment.PAPER)


def test_what_is_missing_is_named(variable: SetVariable) -> None:
    del variable

    with pytest.raises(NotConfigured, match="CLUSTER is not set: ECS cluster"):
        wiring.launcher()


@pytest.mark.parametrize(
    ("made", "allowed"),
    [
        ("clock", set[str]()),
        ("randomness", set[str]()),
        ("venues", set[str]()),
        ("units", {"psycopg"}),
        ("history", {"clickhouse_connect"}),
        ("bus", {"boto3"}),
    ],
)
def test_a_function_pays_only_for_what_it_uses(made: str, allowed: set[str]) -> None:
    program = (
        "import sys; from janym import wiring; "
        f"wiring.{made}(); print(*(sys.modules.keys() & {HEAVY!r}))"
    )
    environment = {
        "PYTHONPATH": str(ROOT / "shared"),
        "DATABASE_URL": "postgresql://app@127.0.0.1:1/janym",
        "AWS_DEFAULT_REGION": REGION,
    }

    printed = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert set(printed.split()) <= allowed
