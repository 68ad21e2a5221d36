"""Which adapter stands behind which port: the one place that names them.

Each is made when it is first asked for and kept for the process; what is heavy to import is
imported then, so that a function pays for what it uses.
"""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from janym import config
from janym.config import DatabaseAuth, Settings

if TYPE_CHECKING:
    from janym.cloud.secrets import Secrets
    from janym.db.connection import Database
    from janym.domain.alert import Delivery
    from janym.domain.bot import Environment
    from janym.domain.organization import Caller
    from janym.live.notices import MailServer
    from janym.ports.alerts import Seal
    from janym.ports.bus import Bus, Functions
    from janym.ports.clock import Clock, Pause, Randomness
    from janym.ports.history import History
    from janym.ports.integrators import Passes
    from janym.ports.launcher import Certificates, Launcher
    from janym.ports.live import Feeds, Sockets
    from janym.ports.market_history import MarketStore, Recorder
    from janym.ports.market_past import MarketPast
    from janym.ports.retention import Retention
    from janym.ports.roster import Roster
    from janym.ports.unit_of_work import UnitsOfWork
    from janym.ports.vault import Vault
    from janym.ports.venue import Venue, Venues
    from janym.usecases.alert_watch import Courier
    from janym.usecases.broadcasts import Broadcaster
    from janym.usecases.live import Pusher

# ruff: noqa: PLC0415 - imports stand where they are paid for; see above

CHECK_PATIENCE_S = 25
"""How long a caller waits for `venue_check`'s answer about a key."""

ASK_PATIENCE_S = 3
"""How long a caller waits until Lambda has taken an event that nobody waits for."""

SOCKET_PATIENCE_S = 2
"""How long one frame may take to one socket, and one event to the broker."""


@cache
def settings() -> Settings:
    """Give the process's settings."""
    return config.from_environment()


@cache
def clock() -> "Clock":
    """Give the machine's clock."""
    from janym.cloud.clock import SystemClock

    return SystemClock()


@cache
def pause() -> "Pause":
    """Give the way to let the machine's time pass."""
    import time

    return time.sleep


@cache
def randomness() -> "Randomness":
    """Give the kernel's randomness."""
    from janym.cloud.randomness import SystemRandomness

    return SystemRandomness()


@cache
def units() -> "UnitsOfWork":
    """Give units of work on PostgreSQL, as the role that DATABASE_URL names."""
    from janym.db.unit_of_work import UnitsOfWork

    return UnitsOfWork(database())


def admit(caller: "Caller") -> "Caller":
    """Let a request in, and give its caller with the role that counts here.

    Raises:
        Forbidden: its caller is no member any more.
        Unavailable: the organization has used up its requests, or PostgreSQL does not answer.
    """
    from janym.usecases import admission

    return admission.admit(caller, units=units(), clock=clock())


@cache
def database() -> "Database":
    """Give the connections behind `units`."""
    from janym.db.connection import Database

    url, auth = settings().database_url, settings().database_auth
    if auth is DatabaseAuth.IAM:
        from janym.cloud import databases

        session = databases.session()
        return Database(url, token=lambda: databases.token(session, url))
    if auth is DatabaseAuth.SECRET:
        return Database(url, token=lambda: _secrets().get(settings().owner_secret_arn)["password"])
    return Database(url)


@cache
def vault() -> "Vault":
    """Give encryption under CREDENTIAL_KEY_ARN, which opens what is under the former key too."""
    from janym.crypto.vault import KmsVault

    return KmsVault(
        _client("kms"), settings().credential_key_arn, settings().former_credential_key_arn
    )


@cache
def bus() -> "Bus":
    """Give the way to bots over MQTT."""
    from janym.cloud.bus import IotBus

    return IotBus(_client("iot-data"))


@cache
def functions() -> "Functions":
    """Give the way to other functions, as far as this one may ask them."""
    from janym.cloud.clients import client
    from janym.cloud.functions import LambdaFunctions

    waits = settings().venue_check_function is not None
    # One attempt: an invocation whose answer was lost may run, and a second would run beside it.
    return LambdaFunctions(
        client("lambda", read_timeout_s=CHECK_PATIENCE_S if waits else ASK_PATIENCE_S, attempts=1),
        venue_check=settings().venue_check_function,
        reconcile=settings().reconcile_function,
        live_push=settings().live_push_function,
        integrators_push=settings().integrators_push_function,
        rotate=settings().rotate_function,
        alerts_deliver=settings().alerts_deliver_function,
    )


@cache
def launcher() -> "Launcher":
    """Give the way to start and stop bots' tasks."""
    from janym.cloud.launcher import EcsLauncher, Place

    place = Place(
        cluster=settings().cluster,
        family=settings().bot_task_family,
        container=settings().bot_container,
        subnets=settings().bot_subnets,
        security_group=settings().bot_security_group,
    )
    return EcsLauncher(_client("ecs"), place)


@cache
def certificates() -> "Certificates":
    """Give the way to issue and retire bots' certificates."""
    from janym.cloud.certificates import IotCertificates

    return IotCertificates(
        _client("iot"), policy=settings().bot_policy, thing_type=settings().bot_thing_type
    )


@cache
def venues() -> "Venues":
    """Give the exchanges that the platform has signed calls for."""
    from janym.live.venues import Venues

    return Venues(settings().venue_endpoints, clock())


def venue(
    exchange: str, environment: "Environment", addresses: Mapping[str, str] | None = None
) -> "Venue":
    """Give one exchange at these addresses, or at its published ones where there are none.

    Raises:
        InvalidInput: the platform has no signed calls for it there.
    """
    from janym.live import venues

    return venues.at(exchange, environment, addresses, clock())


@cache
def history() -> "History":
    """Give the long memory of metrics and logs."""
    from janym.ticks.history import ClickHouseHistory

    return ClickHouseHistory(_clickhouse)


@cache
def roster() -> "Roster":
    """Give what collectors share, as the role that DATABASE_URL names."""
    from janym.db.roster import Roster

    return Roster(database())


def recorder(source: str) -> "Recorder":
    """Give something to write market data down in, as `source`."""
    from janym.ticks.recording import Recorder

    return Recorder(source)


@cache
def market_store() -> "MarketStore":
    """Give the tables of books, trades and gaps."""
    from janym.ticks.market_store import ClickHouseMarketStore

    return ClickHouseMarketStore(_clickhouse)


@cache
def seal() -> "Seal":
    """Give encryption under CHANNEL_KEY_ARN, which opens what is under the former key too."""
    from janym.crypto.vault import KmsVault

    return KmsVault(_client("kms"), settings().channel_key_arn, settings().former_channel_key_arn)


@cache
def courier() -> "Courier":
    """Give what carries alerts to people."""
    from janym.live.egress import Egress
    from janym.live.notices import PUBLIC, Notices
    from janym.telemetry import logger
    from janym.usecases.alert_watch import Courier

    def report(why: str, delivery: "Delivery") -> None:
        extra = {"delivery": str(delivery.id), "state": delivery.state, "reason": why}
        logger.warning("alert not delivered", extra=extra)

    notices = Notices(egress=Egress(), clock=clock(), mail=_mail(), origins=PUBLIC)
    return Courier(units=units(), clock=clock(), seal=seal(), notifier=notices, report=report)


def _mail() -> "MailServer | None":
    from janym.live.notices import MailServer

    place = settings().mail_server
    if place is None:
        return None
    secret = settings().mail_secret_arn
    login = _secrets().get(secret) if secret else {}
    return MailServer(
        host=place[0],
        port=place[1],
        sender=settings().mail_sender,
        user=login.get("user"),
        password=login.get("password"),
    )


@cache
def feeds() -> "Feeds":
    """Give events and who listens to them, as the role that DATABASE_URL names."""
    from janym.db.live import LiveFeeds

    return LiveFeeds(database())


@cache
def sockets() -> "Sockets":
    """Give the open WebSockets."""
    from janym.cloud.clients import client
    from janym.cloud.sockets import ApiGatewaySockets

    # One short attempt: a socket that is slow must not hold up what others wait for.
    return ApiGatewaySockets(
        client(
            "apigatewaymanagementapi",
            read_timeout_s=SOCKET_PATIENCE_S,
            attempts=1,
            address=settings().live_management_url,
        )
    )


@cache
def pusher() -> "Pusher":
    """Give what sends events to open sockets."""
    from janym.telemetry import logger
    from janym.usecases import nudges
    from janym.usecases.live import Pusher

    def report(what: str, connection: str) -> None:
        logger.info("socket %s", what, extra={"connection": connection})

    def publish() -> None:
        if settings().integrators_push_function is not None:
            nudges.publish_events(functions(), report=logger.warning)

    return Pusher(feeds=feeds(), sockets=sockets(), clock=clock(), report=report, publish=publish)


@cache
def passes() -> "Passes":
    """Give the way to issue and end integrators' certificates."""
    from janym.cloud.integrators import IotPasses

    return IotPasses(
        _client("iot"),
        _client("iot-data"),
        policy=settings().integrator_policy,
        thing_type=settings().integrator_thing_type,
    )


@cache
def broadcaster() -> "Broadcaster":
    """Give what publishes events to integrators, as the role that DATABASE_URL names."""
    from janym.cloud.clients import client
    from janym.cloud.integrators import IotBroadcast
    from janym.db.integrators import Outlets
    from janym.telemetry import logger
    from janym.usecases.broadcasts import Broadcaster

    return Broadcaster(
        outlets=Outlets(database()),
        # One short attempt: what the broker does not take now goes out again by itself.
        broadcast=IotBroadcast(client("iot-data", read_timeout_s=SOCKET_PATIENCE_S, attempts=1)),
        passes=passes(),
        clock=clock(),
        report=logger.warning,
    )


@cache
def market_past() -> "MarketPast":
    """Give the history of books, trades and gaps."""
    from janym.ticks.market_past import ClickHouseMarketPast

    return ClickHouseMarketPast(_clickhouse)


def migrate() -> str:
    """Bring both databases to the newest schema, and give PostgreSQL's revision.

    Raises:
        StoreAway: one of them does not answer; calling again is safe.
    """
    from janym.db import migrations
    from janym.ticks import market_schema, schema

    revision = migrations.migrate(database().connect, today=clock().now().date())
    schema.migrate(_clickhouse(), keep_days=settings().history_days)
    market_schema.migrate(_clickhouse(), keep_days=settings().history_days)
    return revision


@cache
def retention() -> "Retention":
    """Give what PostgreSQL keeps and lets go of; DATABASE_URL must name the role `control`."""
    from janym.db.retention import PostgresRetention

    return PostgresRetention(database())


@cache
def _secrets() -> "Secrets":
    from janym.cloud.secrets import Secrets

    return Secrets(_client("secretsmanager"), clock())


def _clickhouse() -> object:
    from janym.ticks.connection import connect

    login = _secrets().get(settings().clickhouse_secret_arn)
    return connect(
        settings().clickhouse_url,
        user=login["user"],
        password=login["password"],
        database=settings().clickhouse_database,
    )


@cache
def _client(service: str) -> object:
    from janym.cloud.clients import client

    return client(service)
