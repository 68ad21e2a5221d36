"""Settings from the environment, each read when it is first asked for.

A function has only the variables it needs, so one that is missing is an error of whoever asks.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, cast

from janym.domain.bot import Environment

VARIABLES = {
    "DATABASE_URL": "libpq URL of PostgreSQL, postgresql://role@host:5432/janym",
    "DATABASE_AUTH": "where its password is: url, iam or secret",
    "OWNER_SECRET_ARN": "Secrets Manager entry with the password of the role in DATABASE_URL",
    "CREDENTIAL_KEY_ARN": "KMS key that exchange keys are encrypted under",
    "FORMER_CREDENTIAL_KEY_ARN": "KMS key that older exchange keys are encrypted under, or empty",
    "IOT_DATA_ENDPOINT": "host of the MQTT broker as bots see it",
    "IOT_MQTT_PORT": "port of the MQTT broker",
    "IOT_CA_PEM": "authority that the MQTT broker's certificate is signed by",
    "TELEMETRY_RULE": "name of the IoT rule that telemetry is published to",
    "CLUSTER": "ECS cluster that bots run in",
    "BOT_TASK_FAMILY": "task definition of bots",
    "BOT_CONTAINER": "container of a bot's task that the bridge runs in",
    "BOT_SUBNETS": "subnets of bots, comma between; each is one egress address",
    "EGRESS_ADDRESSES": "address of each of BOT_SUBNETS, comma between; empty where unknown",
    "BOT_SECURITY_GROUP": "security group of bots' tasks",
    "BOT_ROLE_NAME": "role that bots' tasks sign their claim with",
    "BOT_POLICY": "IoT policy of bots' certificates",
    "BOT_THING_TYPE": "IoT thing type of bots",
    "INTEGRATOR_POLICY": "IoT policy of integrators' certificates",
    "INTEGRATOR_THING_TYPE": "IoT thing type of integrators",
    "INTEGRATORS_PUSH_FUNCTION": "function that publishes events to integrators",
    "VENUE_CHECK_FUNCTION": "function that asks exchanges",
    "ROTATE_FUNCTION": "function that encrypts keys anew",
    "RECONCILE_FUNCTION": "function that compares what is wanted with what is",
    "FORMER_CHANNEL_KEY_ARN": "KMS key that older channels' secrets are encrypted under, or empty",
    "CHANNEL_KEY_ARN": "KMS key that the secrets of alerts' channels are encrypted under",
    "ALERTS_DELIVER_FUNCTION": "function that carries alerts to people",
    "MAIL_SERVER": "host and port that mail is handed in at, host:587; empty where there is none",
    "MAIL_SENDER": "address that mail is sent from",
    "MAIL_SECRET_ARN": "Secrets Manager entry with the mail server's user and password",
    "LIVE_PUSH_FUNCTION": "function that sends events to open sockets",
    "LIVE_SOCKET_URL": "address of the WebSocket API as members see it",
    "LIVE_MANAGEMENT_URL": "address by which open sockets are reached",
    "CLICKHOUSE_URL": "address of ClickHouse",
    "CLICKHOUSE_SECRET_ARN": "Secrets Manager entry with ClickHouse's user and password",
    "CLICKHOUSE_DATABASE": "database in ClickHouse",
    "HISTORY_DAYS": "how many days ClickHouse keeps metrics and logs",
    "VENUE_ENDPOINTS": "JSON with exchanges' addresses, by environment and exchange",
}
"""Every variable there is, and what it holds."""


class NotConfigured(Exception):
    """A variable is missing or holds what it cannot; the message names it and what it is."""


class DatabaseAuth(StrEnum):
    """Where the password of the database comes from."""

    URL = "url"
    IAM = "iam"
    SECRET = "secret"  # noqa: S105 - a place, not a password


@dataclass(frozen=True)
class Settings:
    """The environment, typed."""

    variables: Mapping[str, str] = field(repr=False)

    @property
    def database_url(self) -> str:
        return self._text("DATABASE_URL")

    @property
    def database_auth(self) -> DatabaseAuth:
        value = self._text("DATABASE_AUTH", "url")
        try:
            return DatabaseAuth(value)
        except ValueError:
            raise self._wrong("DATABASE_AUTH") from None

    @property
    def owner_secret_arn(self) -> str:
        return self._text("OWNER_SECRET_ARN")

    @property
    def credential_key_arn(self) -> str:
        return self._text("CREDENTIAL_KEY_ARN")

    @property
    def former_credential_key_arn(self) -> str | None:
        return self.variables.get("FORMER_CREDENTIAL_KEY_ARN") or None

    @property
    def iot_data_endpoint(self) -> str:
        return self._text("IOT_DATA_ENDPOINT")

    @property
    def iot_mqtt_port(self) -> int:
        return self._number("IOT_MQTT_PORT", "8883")

    @property
    def iot_ca_pem(self) -> str:
        """The authority to trust; absent, it is Amazon's, which signs for AWS IoT."""
        return self.variables.get("IOT_CA_PEM") or amazon_root_ca()

    @property
    def telemetry_rule(self) -> str:
        return self._text("TELEMETRY_RULE")

    @property
    def cluster(self) -> str:
        return self._text("CLUSTER")

    @property
    def bot_task_family(self) -> str:
        return self._text("BOT_TASK_FAMILY")

    @property
    def bot_container(self) -> str:
        return self._text("BOT_CONTAINER", "bot")

    @property
    def bot_subnets(self) -> tuple[str, ...]:
        found = tuple(part.strip() for part in self._text("BOT_SUBNETS").split(",") if part.strip())
        if not found:
            raise self._wrong("BOT_SUBNETS")
        return found

    @property
    def egress_addresses(self) -> tuple[str, ...]:
        """The address of each subnet; none where they are unknown."""
        text = self.variables.get("EGRESS_ADDRESSES", "")
        return tuple(part.strip() for part in text.split(",") if part.strip())

    @property
    def bot_security_group(self) -> str:
        return self._text("BOT_SECURITY_GROUP")

    @property
    def bot_role_name(self) -> str:
        return self._text("BOT_ROLE_NAME")

    @property
    def bot_policy(self) -> str:
        return self._text("BOT_POLICY")

    @property
    def bot_thing_type(self) -> str | None:
        """Who only retires certificates has none."""
        return self.variables.get("BOT_THING_TYPE")

    @property
    def integrator_policy(self) -> str:
        return self._text("INTEGRATOR_POLICY")

    @property
    def integrator_thing_type(self) -> str | None:
        """Who only ends certificates has none."""
        return self.variables.get("INTEGRATOR_THING_TYPE")

    @property
    def integrators_push_function(self) -> str | None:
        """Who may not ask it has none."""
        return self.variables.get("INTEGRATORS_PUSH_FUNCTION")

    @property
    def venue_check_function(self) -> str | None:
        """Who may not ask it has none."""
        return self.variables.get("VENUE_CHECK_FUNCTION")

    @property
    def rotate_function(self) -> str | None:
        """Who may not ask it has none."""
        return self.variables.get("ROTATE_FUNCTION")

    @property
    def reconcile_function(self) -> str | None:
        """Who may not ask it has none."""
        return self.variables.get("RECONCILE_FUNCTION")

    @property
    def former_channel_key_arn(self) -> str | None:
        return self.variables.get("FORMER_CHANNEL_KEY_ARN") or None

    @property
    def channel_key_arn(self) -> str:
        return self._text("CHANNEL_KEY_ARN")

    @property
    def alerts_deliver_function(self) -> str | None:
        """Who may not ask it has none."""
        return self.variables.get("ALERTS_DELIVER_FUNCTION")

    @property
    def mail_server(self) -> tuple[str, int] | None:
        """Host and port; None where mail is not sent."""
        host, _, port = self.variables.get("MAIL_SERVER", "").rpartition(":")
        if not host and not port:
            return None
        if not (host and port.isascii() and port.isdecimal()):
            raise self._wrong("MAIL_SERVER")
        return host, int(port)

    @property
    def mail_sender(self) -> str:
        return self._text("MAIL_SENDER")

    @property
    def mail_secret_arn(self) -> str | None:
        """A server that lets everybody in has none."""
        return self.variables.get("MAIL_SECRET_ARN") or None

    @property
    def live_push_function(self) -> str | None:
        """Who may not ask it has none."""
        return self.variables.get("LIVE_PUSH_FUNCTION")

    @property
    def live_socket_url(self) -> str:
        return self._text("LIVE_SOCKET_URL")

    @property
    def live_management_url(self) -> str:
        return self._text("LIVE_MANAGEMENT_URL")

    @property
    def clickhouse_url(self) -> str:
        return self._text("CLICKHOUSE_URL")

    @property
    def clickhouse_secret_arn(self) -> str:
        return self._text("CLICKHOUSE_SECRET_ARN")

    @property
    def clickhouse_database(self) -> str:
        return self._text("CLICKHOUSE_DATABASE", "janym")

    @property
    def history_days(self) -> int:
        return self._number("HISTORY_DAYS", "730")

    @cached_property
    def venue_endpoints(self) -> Mapping[tuple[str, Environment], dict[str, str]]:
        """Addresses by exchange and environment, for those that have others than the public."""
        try:
            return _endpoints(json.loads(self._text("VENUE_ENDPOINTS", "{}")))
        except (ValueError, TypeError, AttributeError) as error:
            raise self._wrong("VENUE_ENDPOINTS") from error

    def _text(self, name: str, default: str | None = None) -> str:
        value = self.variables.get(name) or default
        if value is None:
            raise NotConfigured(f"{name} is not set: {VARIABLES[name]}")
        return value

    def _number(self, name: str, default: str) -> int:
        text = self._text(name, default)
        if not (text.isascii() and text.isdecimal()):
            raise self._wrong(name)
        return int(text)

    def _wrong(self, name: str) -> NotConfigured:
        return NotConfigured(f"{name} is {self.variables.get(name)!r}; wanted: {VARIABLES[name]}")


def from_environment() -> Settings:
    """Read this process's environment."""
    return Settings(variables=dict(os.environ))


def amazon_root_ca() -> str:
    """Give Amazon Root CA 1 out of the bundle that the AWS SDK trusts.

    https://docs.aws.amazon.com/iot/latest/developerguide/server-authentication.html
    """
    import botocore  # noqa: PLC0415 - asked for by one function

    bundle = (Path(botocore.__file__).parent / "cacert.pem").read_text(encoding="utf-8")
    _, _, rest = bundle.partition('# Label: "Amazon Root CA 1"')
    _, begin, rest = rest.partition("-----BEGIN CERTIFICATE-----")
    body, end, _ = rest.partition("-----END CERTIFICATE-----")
    return f"{begin}{body}{end}\n"


def _endpoints(given: Any) -> dict[tuple[str, Environment], dict[str, str]]:
    return {
        (exchange, Environment(environment)): _addresses(addresses)
        for environment, exchanges in given.items()
        for exchange, addresses in exchanges.items()
    }


def _addresses(given: object) -> dict[str, str]:
    if not isinstance(given, dict):
        raise TypeError("addresses are an object")
    return {str(name): str(value) for name, value in cast("dict[object, object]", given).items()}
