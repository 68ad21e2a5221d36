"""What the servers of a stack must know before the product can use them."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from psycopg import sql

from local import environment

DATABASE = "janym"
OWNER = "janym_owner"
ROLES = (OWNER, "app", "ingest", "control", "live", "alerts", "executor", "collector")
"""Roles that log in. None is a superuser and none passes by row-level security."""

MONITORED = (("spot", "BTC/USDT"), ("spot", "ETH/USDT"), ("futures", "BTC/USDT"))
"""Books that a new stack collects, from the flow server."""

_INVOKE_SECONDS = 180


class Failed(Exception):
    """A step of provisioning failed; the message says which and why."""


def create_roles(admin_url: str, passwords: Mapping[str, str]) -> None:
    """Make the login roles, or set their passwords and rights to what they must be.

    Raises:
        Failed: the server refused.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            for role in ROLES:
                _create_role(connection, role, passwords[role])
    except psycopg.Error as error:
        raise Failed(f"creating the database roles: {error}") from error


def _create_role(connection: psycopg.Connection, role: str, password: str) -> None:
    rights = sql.SQL(
        "ROLE {role} LOGIN PASSWORD {password} NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE"
    ).format(role=sql.Identifier(role), password=sql.Literal(password))
    found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    connection.execute(sql.SQL("ALTER " if found else "CREATE ") + rights)


def create_database(
    admin_url: str, name: str = DATABASE, *, owner: str = OWNER, template: str | None = None
) -> None:
    """Make a database where there is none, as a copy of `template` when one is given.

    Nobody but its owner may create objects in it.

    Raises:
        Failed: the server refused.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            query = "SELECT 1 FROM pg_database WHERE datname = %s"
            if connection.execute(query, [name]).fetchone():
                return
            statement = sql.SQL("CREATE DATABASE {name} OWNER {owner}{source}").format(
                name=sql.Identifier(name),
                owner=sql.Identifier(owner),
                source=sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
                if template
                else sql.SQL(""),
            )
            connection.execute(statement)
    except psycopg.Error as error:
        raise Failed(f"creating the database {name}: {error}") from error


def drop_database(admin_url: str, name: str) -> None:
    """Remove a database and whoever is connected to it.

    Raises:
        Failed: the server refused.
    """
    try:
        with psycopg.connect(admin_url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
            )
    except psycopg.Error as error:
        raise Failed(f"removing the database {name}: {error}") from error


def monitor(admin_url: str) -> None:
    """Ask for a few books, on the platform's own account, where nobody ever asked for any.

    Raises:
        Failed: the server refused.
    """
    url = f"{admin_url.rsplit('/', 1)[0]}/{DATABASE}"
    try:
        with psycopg.connect(url) as connection:
            if connection.execute("SELECT 1 FROM monitoring LIMIT 1").fetchone():
                return
            for market, pair in MONITORED:
                connection.execute(
                    "INSERT INTO monitoring (exchange_id, exchange_name, market_type, trade_pair,"
                    " orderbook_depth) VALUES ('binance', 'Binance', %s, %s, 'full')",
                    [market, pair],
                )
    except psycopg.Error as error:
        raise Failed(f"asking for the first books: {error}") from error


def put_secret(endpoint: str, name: str, content: Mapping[str, Any]) -> None:
    """Make a Secrets Manager entry, or replace its value.

    Raises:
        Failed: the service refused.
    """
    client = boto3.client(  # pyright: ignore[reportUnknownMemberType] - stubs of some services only
        "secretsmanager",
        endpoint_url=endpoint,
        region_name=environment.REGION,
        aws_access_key_id="laptop",
        aws_secret_access_key="laptop",  # noqa: S106 - a name, known to nobody
        config=Config(retries={"total_max_attempts": 3}),
    )
    value = json.dumps(content)
    try:
        client.create_secret(Name=name, SecretString=value)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=value)
    except (BotoCoreError, ClientError) as error:
        raise Failed(f"keeping the secret {name}: {error}") from error


def migrate(invoke_url: str, function: str) -> None:
    """Bring every schema up to date, by the function that does it in AWS.

    Raises:
        Failed: the function failed; the message is its own.
    """
    url = f"{invoke_url}/2015-03-31/functions/{function}/invocations"
    request = urllib.request.Request(url, data=b"{}", method="POST")  # noqa: S310 - loopback
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_INVOKE_SECONDS) as response:
            answer = response.read().decode(errors="replace")
            failed = response.headers.get("X-Amz-Function-Error")
    except OSError as error:
        raise Failed(f"calling the function {function}: {error}") from error
    if failed:
        raise Failed(f"the function {function} failed: {_message(answer)}")


def _message(answer: str) -> str:
    """Return what a function says of its failure; as it is when it is not the usual form."""
    try:
        return str(json.loads(answer)["errorMessage"])
    except (ValueError, KeyError, TypeError):
        return answer
