"""Hostile statements, as each role of the platform: what row-level security lets through."""

from typing import LiteralString

import psycopg
import pytest

from janym.domain.errors import NotFound
from janym.domain.ids import UserId
from janym.domain.organization import Limits
from janym.ports.unit_of_work import Answer, AuditEntry, Errand, OutboxEntry
from tests.fixtures.database import TestDatabase
from tests.integration.db.builders import (
    ACME,
    NOON,
    OTHER,
    bot,
    command,
    execution,
    log,
    member,
    metrics,
    order,
    run,
    seed,
)

OURS, THEIRS = bot(), bot(key=OTHER)


@pytest.fixture(scope="module")
def two(standing: TestDatabase) -> TestDatabase:
    """Two organizations, each with a row in every table."""
    units = standing.units("control")
    seed(units, OURS, THEIRS)
    for one in (OURS, THEIRS):
        with units(one.organization) as uow:
            uow.runs.add(run(one))
            uow.budgets.wait("launches", one, since=NOON)
            uow.commands.add(command(one))
            uow.outbox.add(
                OutboxEntry(
                    errand=Errand.RECONCILE,
                    organization=one.organization,
                    bot=one.id,
                    command=None,
                    not_before=NOON,
                )
            )
            uow.members.put(member(one.organization))
            uow.requests.take(Limits().pace, at=NOON)
            answer = Answer(body_hash=b"", status=200, body="")
            uow.idempotency.put("key", "route", answer, at=NOON)
            uow.trading.add_fills([execution(one, "t1", "o1")])
            uow.telemetry.apply([order(one, 1, "o1"), metrics(one, 2), log(one, 3)])
            uow.audit.add(
                AuditEntry(
                    organization=one.organization,
                    at=NOON,
                    actor=UserId("ana"),
                    action="bot.start",
                    subject=str(one.id),
                    before=None,
                    after=None,
                    request_id="r",
                    address="a",
                )
            )
            uow.commit()
    with standing.admin() as admin:
        admin.execute(
            "INSERT INTO rejected_messages (organization_id, bot, topic, reason, body, received_at)"
            " SELECT organization_id, id::text, id::text, '', '', now() FROM bots"
        )
    return standing


def test_another_organizations_bot_does_not_exist(two: TestDatabase) -> None:
    with two.units("app")(ACME) as uow:
        for attempt in (uow.bots.get, uow.bots.lock, uow.bots.remove, uow.bots.next_session):
            with pytest.raises(NotFound):
                attempt(THEIRS.id)
        with pytest.raises(NotFound):
            uow.bots.put(THEIRS)
        assert uow.metrics.latest(THEIRS.id) is None
        assert uow.trading.newest_fills(THEIRS.id, THEIRS.trading_pair, limit=1000) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE bots SET organization_id = 'other'",
        "INSERT INTO organization (id, name) VALUES ('third', 'third')",
        """INSERT INTO outbox (organization_id, bot_id, errand, not_before)
            SELECT 'other', id, 'publish', now() FROM bots""",
        """INSERT INTO audit_log
            (organization_id, at, actor, action, subject, request_id, address)
            VALUES ('other', now(), 'eve', '', '', '', '')""",
        "UPDATE audit_log SET actor = 'eve'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "DELETE FROM fills",
        "DELETE FROM outbox",
        "DELETE FROM members",
        """INSERT INTO members (organization_id, user_id, role, added_by, created_at, updated_at)
            VALUES ('other', 'eve', 'admin', 'eve', now(), now())""",
        "UPDATE members SET organization_id = 'other'",
        "UPDATE bot_runs SET token_hash = ''",
        "UPDATE orders SET status = 'filled'",
        "SELECT * FROM bot_metrics_default",
        "ALTER TABLE bots DISABLE ROW LEVEL SECURITY",
        "SELECT tend_metric_partitions('2030-01-01', 0, 0)",
        "UPDATE live_connections SET authorized_until = 'infinity'",
        (
            "INSERT INTO live_events (organization_id, topic, kind, at, data)"
            " VALUES ('other', 'bots', 'bot', now(), '{}')"
        ),
        "INSERT INTO live_tickets VALUES ('', 'other', 'eve', 'admin', now())",
        (
            "INSERT INTO monitoring (organization_id, exchange_id, market_type, trade_pair)"
            " VALUES ('other', 'okx', 'spot', 'A/USDT')"
        ),
        (
            "INSERT INTO monitoring (exchange_id, market_type, trade_pair)"
            " VALUES ('okx', 'spot', 'A/USDT')"
        ),
        "SET ROLE control",
    ],
)
def test_app_may_not(two: TestDatabase, statement: LiteralString) -> None:
    with (
        two.role("app").transaction(ACME) as transaction,
        pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.ForeignKeyViolation)),
    ):
        transaction.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM exchange_credentials",
        "SELECT api_key_encrypted FROM exchange_credentials",
        "SELECT 1 FROM audit_log",
        "SELECT token_hash FROM bot_runs",
        "UPDATE bot_runs SET state = 'claimed'",
        "SELECT 1 FROM organization",
        "SELECT 1 FROM members",
        "UPDATE bots SET desired_status = 'running'",
        "UPDATE bots SET config = '{}'",
        "DELETE FROM bots",
        "INSERT INTO commands SELECT * FROM commands",
    ],
)
def test_ingest_may_not(two: TestDatabase, statement: LiteralString) -> None:
    with (
        two.role("ingest").transaction(None) as transaction,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        transaction.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 1 FROM exchange_credentials",
        "SELECT 1 FROM orders",
        "SELECT 1 FROM audit_log",
        "SELECT 1 FROM bot_runs",
        "SELECT 1 FROM organization",
        "UPDATE bots SET name = 'eve'",
        "INSERT INTO live_tickets VALUES ('', 'acme', 'eve', 'admin', now())",
        (
            "INSERT INTO live_events (organization_id, topic, kind, at, data)"
            " VALUES ('acme', 'bots', 'bot', now(), '{}')"
        ),
    ],
)
def test_live_may_not(two: TestDatabase, statement: LiteralString) -> None:
    """S0-141: the function behind open sockets reads no key and makes up no event."""
    with (
        two.role("live").transaction(None) as transaction,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        transaction.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT api_secret_encrypted FROM exchange_credentials",
        "SELECT 1 FROM audit_log",
        "SELECT 1 FROM organization",
        "SELECT 1 FROM orders",
        "SELECT 1 FROM live_tickets",
        "UPDATE bots SET status = 'running'",
        "UPDATE alert_channels SET sealed = ''",
        "DELETE FROM alerts",
    ],
)
def test_alerts_may_not(two: TestDatabase, statement: LiteralString) -> None:
    """S0-141: the function that calls users' addresses reads no key and no log of changes."""
    with (
        two.role("alerts").transaction(None) as transaction,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        transaction.run(statement)


def test_live_sees_bots_of_a_named_organization_alone(two: TestDatabase) -> None:
    """S0-141."""
    for organization, seen in ((None, 0), (ACME, 1), ("nobody", 0)):
        with two.role("live").transaction(organization) as transaction:
            assert len(transaction.all("SELECT id FROM bots")) == seen


@pytest.mark.parametrize("role", ["control", "janym_owner"])
@pytest.mark.parametrize("statement", ["UPDATE audit_log SET actor = ''", "DELETE FROM audit_log"])
def test_nobody_changes_the_audit_log(
    two: TestDatabase, role: str, statement: LiteralString
) -> None:
    with (
        two.role(role).transaction(None) as transaction,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        transaction.run(statement)


def test_the_executor_has_no_rights_yet(two: TestDatabase) -> None:
    with (
        two.role("executor").transaction(ACME) as transaction,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        transaction.run("SELECT 1 FROM bots")


def test_two_organizations_never_meet_on_one_connection(two: TestDatabase) -> None:
    units = two.units("app")
    for key, mine in ((ACME, OURS), (OTHER, THEIRS)) * 2:
        with units(key) as uow:
            [seen] = uow.bots.wanted_on(mine.credential, "ETH-USDT") or [uow.bots.get(mine.id)]
            assert seen.organization == key
            assert [each.organization for each in uow.commands.pending(mine.id)] == [key]
            uow.commit()
    with two.admin() as admin:
        query = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND datname = %s"
        assert admin.execute(query, (two.name,)).fetchone() == (1,)
