"""What is past keeping leaves PostgreSQL, and only once ClickHouse was seen to have it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from janym.db import retention as retained
from janym.db.retention import PostgresRetention
from janym.db.roster import Roster
from janym.domain.collecting import DaemonId, DaemonState, DaemonStatus
from janym.domain.collecting import Role as DaemonRole
from janym.domain.errors import StoreAway
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLine, MetricsReport
from janym.ports.history import History
from janym.ports.pages import Page
from janym.ports.retention import BotDay
from janym.ports.unit_of_work import Answer
from janym.ticks import schema
from janym.ticks.connection import connect
from janym.ticks.history import ClickHouseHistory
from janym.usecases import housekeeping
from janym.usecases.housekeeping import Housekeeping
from tests.fakes.clock import FakeClock
from tests.fixtures.database import TestDatabase
from tests.fixtures.services import RunningClickHouse
from tests.integration.db.builders import ACME, NOON, bot, later, log, metrics, seed

GRID, PMM = bot("archived grid"), bot("archived pmm")
OLD = NOON.date()
NOW = datetime(2026, 12, 23, 1, tzinfo=UTC)
SAID = [
    *(metrics(GRID, seq, at=later(seq)) for seq in range(1, 8)),
    *(metrics(PMM, seq, at=later(seq)) for seq in range(1, 4)),
]
NOBODY = bot("nobody").id
LINES = [log(GRID, 20), log(GRID, 21)]


@pytest.fixture
def history(clickhouse: RunningClickHouse) -> ClickHouseHistory:
    client = connect(
        clickhouse.url, user=clickhouse.user, password=clickhouse.password, database="janym"
    )
    for table in schema.TABLES:
        client.command(f"DROP TABLE IF EXISTS {table} SYNC")
    schema.migrate(client, keep_days=30_000)
    return ClickHouseHistory(lambda: client)


@pytest.fixture
def told(database: TestDatabase) -> TestDatabase:
    """A database in which two bots told things that are past keeping, and one that is not."""
    seed(database.units("control"), GRID)
    with database.units("control")(ACME) as uow:
        uow.bots.add(PMM)
        uow.commit()
    with database.units("ingest")(None) as uow:
        uow.telemetry.apply([*SAID, *LINES, metrics(GRID, 9, at=NOW)])
        uow.commit()
    with database.admin() as admin:
        admin.execute("UPDATE bot_logs SET created_at = timestamp")
    return database


class Deaf:
    """A long memory that says it stored a bot's reports, and has none."""

    def __init__(self, history: History, deaf_to: BotId) -> None:
        self._history, self._deaf_to = history, deaf_to

    def __getattr__(self, name: str) -> object:
        return getattr(self._history, name)

    def store(self, metrics: Sequence[MetricsReport], logs: Sequence[LogLine]) -> None:
        self._history.store([each for each in metrics if each.bot != self._deaf_to], logs)

    def reports(self, bots: Sequence[BotId], *, since: date, before: date) -> Mapping[BotDay, int]:
        return self._history.reports(bots, since=since, before=before)


def tidy(database: TestDatabase, history: object, *, history_days: int = 730) -> str:
    return Housekeeping(
        retention=PostgresRetention(database.role("control")),
        history=lambda: history,  # type: ignore[arg-type,return-value]
        history_days=history_days,
        clock=FakeClock(NOW),
    ).tidy()


def held(database: TestDatabase) -> Mapping[BotDay, int]:
    retention = PostgresRetention(database.role("control"))
    return retention.reports([GRID.id, PMM.id], since=date(2020, 1, 1), before=date(2030, 1, 1))


def lines(database: TestDatabase) -> Sequence[LogLine]:
    with database.units("app")(ACME) as uow:
        return uow.logs.list(GRID.id, Page()).items


def test_old_days_go_where_clickhouse_has_them(
    told: TestDatabase, history: ClickHouseHistory
) -> None:
    """S0-015, S0-016."""
    history.store(SAID, LINES)
    history.store(SAID[:3], [])

    said = tidy(told, history)

    assert "copied" not in said
    assert "2 log lines" in said
    assert held(told) == {(GRID.id, NOW.date()): 1}
    assert lines(told) == []
    assert tidy(told, history).endswith("0 log lines")


def test_what_clickhouse_lacks_is_copied_before_it_goes(
    told: TestDatabase, history: ClickHouseHistory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-016: a batch never reached ClickHouse; it has one bot's reports in part, no line."""
    monkeypatch.setattr(housekeeping, "REPORTS_AT_ONCE", 2)
    monkeypatch.setattr(housekeeping, "BOTS_AT_ONCE", 1)
    history.store(SAID[:4], [])

    said = tidy(told, history)

    assert "copied 10 reports that ClickHouse lacked" in said
    assert held(told) == {(GRID.id, NOW.date()): 1}
    kept = history.reports([GRID.id, PMM.id], since=OLD, before=OLD + timedelta(days=1))
    assert kept == {(GRID.id, OLD): 7, (PMM.id, OLD): 3}


def test_nothing_goes_that_clickhouse_was_given_and_has_not(
    told: TestDatabase, history: ClickHouseHistory
) -> None:
    """S0-016: the day of one bot keeps the partition of all."""
    with pytest.raises(StoreAway, match="lacks 1 days of bots that it was given"):
        tidy(told, Deaf(history, PMM.id))

    assert held(told) == {(GRID.id, OLD): 7, (PMM.id, OLD): 3, (GRID.id, NOW.date()): 1}
    tidy(told, history)
    assert held(told) == {(GRID.id, NOW.date()): 1}


def test_nothing_goes_while_clickhouse_is_away_and_partitions_are_made(
    told: TestDatabase, clickhouse: RunningClickHouse
) -> None:
    """S0-015, S0-016: S0's partitions do not wait for ClickHouse."""
    nowhere = ClickHouseHistory(
        lambda: connect("http://127.0.0.1:9", user=clickhouse.user, password="", database="janym")
    )

    with pytest.raises(StoreAway):
        tidy(told, nowhere)

    assert held(told)[PMM.id, OLD] == 3
    assert len(lines(told)) == 2
    with told.admin() as admin:
        assert admin.execute("SELECT to_regclass('bot_metrics_20261230')").fetchone() != (None,)


def test_what_clickhouse_keeps_no_longer_is_not_asked_for(
    told: TestDatabase, history: ClickHouseHistory
) -> None:
    tidy(told, Deaf(history, PMM.id), history_days=20)

    assert held(told) == {(GRID.id, NOW.date()): 1}


def test_two_at_once_do_no_harm(told: TestDatabase, history: ClickHouseHistory) -> None:
    """S0-016: one drops what the other is about to copy."""

    class Overtaken(Deaf):
        def store(self, metrics: Sequence[MetricsReport], logs: Sequence[LogLine]) -> None:
            tidy(told, history)
            super().store(metrics, logs)

    tidy(told, Overtaken(history, NOBODY))

    kept = history.reports([GRID.id, PMM.id], since=OLD, before=OLD + timedelta(days=1))
    assert kept == {(GRID.id, OLD): 7, (PMM.id, OLD): 3}
    assert held(told) == {(GRID.id, NOW.date()): 1}


def test_a_day_ends_where_it_ends_in_both_stores(
    database: TestDatabase, history: ClickHouseHistory
) -> None:
    """S0-015: ClickHouse keeps milliseconds; a report of a day's last one stays in it."""
    seed(database.units("control"), GRID)
    last = datetime(2026, 11, 21, 23, 59, 59, 999_999, tzinfo=UTC)
    said = [metrics(GRID, 1, at=last), metrics(GRID, 2, at=last + timedelta(microseconds=1))]
    with database.units("ingest")(None) as uow:
        uow.telemetry.apply(said)
        uow.commit()

    history.store(said, [])

    kept = history.reports([GRID.id], since=OLD, before=OLD + timedelta(days=2))
    assert kept == held(database) == {(GRID.id, OLD): 1, (GRID.id, OLD + timedelta(days=1)): 1}


def test_what_only_grows_is_dropped_when_it_is_past_keeping(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-016, S0-159: many rows go a few at a time."""
    monkeypatch.setattr(retained, "AT_ONCE", 2)
    seed(database.units("control"), GRID)
    answer = Answer(body_hash=b"", status=200, body="")
    with database.units("app")(ACME) as uow:
        for key in "abc":
            uow.idempotency.put(key, "route", answer, at=NOW - timedelta(days=3))
        uow.idempotency.put("new", "route", answer, at=NOW - timedelta(days=1))
        uow.commit()
    retention = PostgresRetention(database.role("control"))

    assert retention.trim(now=NOW)["receipts"] == 3
    assert retention.trim(now=NOW)["receipts"] == 0
    with database.units("app")(ACME) as uow:
        assert uow.idempotency.get("a", "route") is None
        assert uow.idempotency.get("new", "route") == answer


def test_collectors_that_are_gone_are_forgotten_after_a_day(database: TestDatabase) -> None:
    """S0-016, S4-076: of those that were lost the last stays, until another gives a sign."""
    roster, day = Roster(database.role("collector")), timedelta(days=1)

    def said(name: str, status: DaemonStatus, ago: timedelta) -> None:
        roster.beat(
            DaemonState(
                id=DaemonId(name), role=DaemonRole.MONITOR, status=status, heartbeat=NOW - ago
            )
        )

    def forgotten() -> set[DaemonId]:
        before = {each.id for each in roster.collectors(limit=10)}
        gone = PostgresRetention(database.role("control")).trim(now=NOW)["collectors"]
        left = {each.id for each in roster.collectors(limit=10)}
        assert gone == len(before - left)
        return before - left

    said("stopped", DaemonStatus.STOPPED, day + timedelta(seconds=1))
    said("stopped today", DaemonStatus.STOPPED, day - timedelta(seconds=1))
    said("lost first", DaemonStatus.RUNNING, 3 * day)
    said("lost last", DaemonStatus.RUNNING, 2 * day)

    assert forgotten() == {"stopped", "lost first"}
    said("successor", DaemonStatus.RUNNING, timedelta(0))
    assert forgotten() == {"lost last"}
    assert forgotten() == set()


def test_alerts_go_a_year_after_they_ended_with_their_deliveries(database: TestDatabase) -> None:
    """S0-016: one that still holds stays, however old it is."""
    seed(database.units("control"), GRID)
    with database.admin() as admin:
        admin.execute(
            """
            INSERT INTO alert_channels (id, organization_id, kind, label, hint, sealed, enabled,
                created_at, updated_at)
            VALUES (gen_random_uuid(), 'acme', 'webhook', 'desk', '', '', true, now(), now());
            INSERT INTO alerts (id, organization_id, kind, severity, subject, title, facts, fact,
                raised_at, last_at, resolved_at)
            SELECT gen_random_uuid(), 'acme', 'bot_error', 'info', title, title, '{}', fact,
                last_at, last_at, resolved_at
            FROM (VALUES
                ('holds', false, '2024-01-01'::timestamptz, NULL::timestamptz),
                ('ended', false, '2025-12-01', '2025-12-02'),
                ('fact', true, '2025-12-01', NULL),
                ('young', false, '2026-01-01', '2026-01-02')
            ) AS old (title, fact, last_at, resolved_at);
            INSERT INTO alert_deliveries (id, organization_id, channel_id, alert_id, occasion,
                not_before, created_at)
            SELECT gen_random_uuid(), 'acme', channel.id, alert.id, 'raised', now(), '2025-12-01'
            FROM alert_channels AS channel, alerts AS alert;
            INSERT INTO alert_deliveries (id, organization_id, channel_id, occasion, not_before,
                created_at)
            SELECT gen_random_uuid(), 'acme', id, 'test', now(), at FROM alert_channels,
                (VALUES ('2026-11-01'::timestamptz), ('2026-12-01')) AS told (at);
            """
        )

    dropped = PostgresRetention(database.role("control")).trim(now=NOW)

    assert (dropped["alerts"], dropped["tests of channels"]) == (2, 1)
    with database.admin() as admin:
        left = admin.execute("SELECT title FROM alerts ORDER BY title").fetchall()
        told = admin.execute("SELECT count(*), count(alert_id) FROM alert_deliveries").fetchall()
    assert left == [("holds",), ("young",)]
    assert told == [(3, 2)]
