"""ClickHouse keeps each report once, exactly, in the day it belongs to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from janym.domain.bot import Position
from janym.domain.errors import StoreAway
from janym.domain.ids import BotId
from janym.domain.telemetry import LogLevel, LogLine, MetricsReport
from janym.ports.pages import Span
from janym.ticks import schema
from janym.ticks.connection import connect
from janym.ticks.history import ClickHouseHistory
from tests.fixtures.services import RunningClickHouse

NOON = datetime(2026, 11, 21, 12, 0, 0, 123_000, tzinfo=UTC)
GRID = BotId(UUID(int=7))


def metric(seq: int = 1, **changes: Any) -> MetricsReport:
    fields: dict[str, Any] = {
        "bot": GRID,
        "position": Position(session=1, seq=seq),
        "at": NOON,
        "balance_total": Decimal("20000.123456789012345678"),
        "balance_available": Decimal(15000),
        "balance_locked": Decimal("0.1"),
        "pnl_total": Decimal("-1.5"),
        "pnl_total_pct": Decimal("-0.000075"),
        "pnl_realized": Decimal("0.5"),
        "pnl_unrealized": Decimal(-2),
        "orders_active": 4,
        "orders_filled_24h": 3,
        "orders_cancelled_24h": 2,
        "volume_24h": Decimal("1E+3"),
        "extra": {"mid_price": Decimal("2000.15")},
    }
    return MetricsReport(**(fields | changes))


def line(seq: int = 1, message: str = "hello") -> LogLine:
    return LogLine(
        bot=GRID,
        position=Position(session=1, seq=seq),
        at=NOON,
        level=LogLevel.WARNING,
        message=message,
        metadata={"logger": "engine"},
    )


@pytest.fixture
def client(clickhouse: RunningClickHouse) -> Any:
    opened = connect(
        clickhouse.url, user=clickhouse.user, password=clickhouse.password, database="janym"
    )
    for table in schema.TABLES:
        opened.command(f"DROP TABLE IF EXISTS {table} SYNC")
    schema.migrate(opened, keep_days=30_000)
    return opened


def test_a_report_comes_back_exactly(client: Any) -> None:
    ClickHouseHistory(lambda: client).store([metric()], [line(2)])

    [row] = client.query("SELECT * FROM bot_metrics FINAL").named_results()
    assert (row["bot_id"], row["session"], row["seq"]) == (GRID, 1, 1)
    assert row["timestamp"].replace(tzinfo=UTC) == NOON
    assert row["balance_total"] == Decimal("20000.123456789012345678")
    assert row["extra"] == '{"mid_price":"2000.15"}'
    [log] = client.query("SELECT level, message, metadata FROM bot_logs FINAL").result_rows
    assert log == ("warning", "hello", '{"logger":"engine"}')


def test_a_batch_stored_again_changes_nothing(client: Any) -> None:
    """S4-050, S0-016."""
    history = ClickHouseHistory(lambda: client)
    metrics, logs = [metric(n) for n in range(1, 51)], [line(n) for n in range(51, 81)]

    history.store(metrics, logs)
    history.store(metrics[10:], logs)
    history.store(metrics[:20] + metrics, [])

    assert client.command("SELECT count() FROM bot_metrics FINAL") == 50
    assert client.command("SELECT count() FROM bot_logs FINAL") == 30
    client.command("OPTIMIZE TABLE bot_metrics FINAL")
    assert client.command("SELECT count() FROM bot_metrics") == 50


def test_values_beyond_the_tables_are_brought_to_their_edge(client: Any) -> None:
    huge = metric(balance_total=Decimal("1E+30"), pnl_total=Decimal("1E-30"), orders_active=2**70)

    ClickHouseHistory(lambda: client).store([huge], [])

    query = "SELECT balance_total, pnl_total, orders_active FROM bot_metrics"
    [(balance, pnl, active)] = client.query(query).result_rows
    assert balance == Decimal("99999999999999999999.999999999999999999")
    assert (pnl, active) == (0, 2**32 - 1)


def test_each_day_is_a_partition_and_old_ones_are_dropped(client: Any) -> None:
    """S0-016, S0-159."""
    other_day = replace(metric(2), at=NOON.replace(day=22))
    ClickHouseHistory(lambda: client).store([metric(1), other_day], [])

    query = "SELECT DISTINCT partition FROM system.parts WHERE table = 'bot_metrics' AND active"
    assert sorted(client.query(query).result_columns[0]) == ["20261121", "20261122"]

    schema.migrate(client, keep_days=12)
    [(statement,)] = client.query("SHOW CREATE TABLE bot_metrics").result_rows
    assert "toIntervalDay(12)" in statement


def test_a_series_has_the_last_report_of_each_step(client: Any) -> None:
    """S0-032, S0-171: as Postgres gives it, whatever was stored twice, exact."""
    told = [replace(metric(n), at=NOON + timedelta(seconds=n)) for n in (1, 2, 14, 15, 31, 44, 45)]
    history = ClickHouseHistory(lambda: client)
    history.store(told, [])
    history.store(told[:4], [])
    span = Span(since=NOON, until=NOON + timedelta(seconds=45), step=timedelta(seconds=15))

    points = history.metrics(GRID, span)

    assert [point.position.seq for point in points] == [14, 15, 44]
    assert points[0] == replace(told[2], extra={"mid_price": "2000.15"})
    assert history.metrics(BotId(UUID(int=8)), span) == []


def test_a_server_that_is_away_is_said_so() -> None:
    history = ClickHouseHistory(
        lambda: connect("http://127.0.0.1:1", user="u", password="p", database="janym")
    )

    with pytest.raises(StoreAway):
        history.store([metric()], [])


def test_a_server_that_goes_away_is_said_so_and_found_again(
    client: Any, clickhouse: RunningClickHouse
) -> None:
    addresses = iter(["http://127.0.0.1:1", clickhouse.url])
    history = ClickHouseHistory(
        lambda: connect(
            next(addresses), user=clickhouse.user, password=clickhouse.password, database="janym"
        )
    )

    with pytest.raises(StoreAway):
        history.store([metric()], [])
    history.store([metric()], [])

    assert client.command("SELECT count() FROM bot_metrics FINAL") == 1


def test_a_wrong_password_is_said_so(clickhouse: RunningClickHouse) -> None:
    with pytest.raises(StoreAway):
        connect(clickhouse.url, user="janym", password="wrong", database="janym")
