"""What bots say, in any order and however often, ends in the rows of in-order delivery."""

import random
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from psycopg import sql

from janym.db import logs
from janym.domain.bot import BotStatus, Desired, Position
from janym.domain.command import CommandKind, CommandState
from janym.domain.ids import CommandId
from janym.domain.telemetry import ConfigReport, LogLevel, LogLine, Rejected, Report
from janym.domain.trading import Fee, FillSource, OrderStatus, OrderType
from janym.ports.pages import Span
from janym.ports.told import WantedLines
from janym.ports.unit_of_work import Page, UnitOfWork
from tests.fixtures.database import TestDatabase
from tests.integration.db.builders import (
    ACME,
    NOON,
    OTHER,
    ack,
    bot,
    command,
    execution,
    fill,
    later,
    log,
    metrics,
    order,
    seed,
    status,
    uid,
)

GRID = bot(desired=Desired.RUNNING, status=BotStatus.STARTING, session=2)
TWIN = bot("twin", key=OTHER, desired=Desired.STOPPED)
START = command(GRID)
RESTART = command(GRID, "restart", kind=CommandKind.RESTART)
LATE_START = command(GRID, "late", created_at=later(500))

STORY: list[Report] = [
    status(GRID, 1, BotStatus.STARTING),
    ack(START, 2, CommandState.ACKNOWLEDGED),
    order(GRID, 3, "o1"),
    order(GRID, 4, "o2", price=Decimal("2001.0")),
    fill(GRID, 5, "t1", "o1"),
    status(GRID, 6, BotStatus.RUNNING),
    fill(GRID, 7, "t2", "o1", quantity=Decimal("0.2")),
    order(GRID, 8, "o1", OrderStatus.CANCELLED, reason="too late"),
    fill(GRID, 9, "t3", "o2"),
    order(GRID, 10, "o2", OrderStatus.CANCELLED, exchange_order_id=None),
    order(GRID, 11, "o3", OrderStatus.FAILED, reason="MIN_NOTIONAL", type=OrderType.MARKET),
    metrics(GRID, 12),
    metrics(GRID, 13),
    metrics(GRID, 1, session=2),
    log(GRID, 14),
    log(GRID, 15, "worse", level=LogLevel.ERROR),
    ack(RESTART, 16, CommandState.ACKNOWLEDGED),
    ack(RESTART, 17, CommandState.FAILED, "ENGINE_DIED"),
    ack(RESTART, 18, CommandState.FAILED, "TIMEOUT"),
    fill(GRID, 19, "t4", "never told"),
    status(GRID, 2**53 - 1, BotStatus.ERROR, reason="BRIDGE_LOST", at=later(20)),
    status(GRID, 1, BotStatus.RUNNING, session=2, detail="fine"),
    status(TWIN, 1, BotStatus.RUNNING),
    fill(TWIN, 2, "t1", "o1"),
    fill(GRID, 21, "t1", "o1", fee=Fee(asset="BNB", amount=Decimal(1), price=None)),
    ConfigReport(
        bot=GRID.id, position=Position(session=1, seq=22), at=later(22), config={"a": "1"}
    ),
    ConfigReport(
        bot=GRID.id, position=Position(session=1, seq=23), at=later(23), config={"a": "2"}
    ),
]  # fmt: skip

TABLES = {
    "bots": "id",
    "commands": "id",
    "orders": "bot_id client_order_id",
    "fills": "bot_id trading_pair trade_id",
    "bot_metrics": "bot_id session seq",
    "bot_logs": "bot_id session seq",
    "bot_snapshots": "bot_id kind",
}
ARRIVAL = {"created_at", "updated_at"}
CHANCE = {"id"}


def rows(database: TestDatabase) -> dict[str, list[dict[str, Any]]]:
    """Everything stored, but for what depends on the moment of storing."""
    found: dict[str, list[dict[str, Any]]] = {}
    with database.admin() as admin:
        for table, key in TABLES.items():
            query = sql.SQL("SELECT * FROM {} ORDER BY {}").format(
                sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, key.split()))
            )
            cursor = admin.execute(query)
            names = [column.name for column in cursor.description or ()]
            found[table] = [
                {
                    name: value
                    for name, value in zip(names, row, strict=True)
                    if name not in ARRIVAL | CHANCE
                }
                for row in cursor.fetchall()
            ]
    return found


def tell(database: TestDatabase, batches: Sequence[Sequence[Report]]) -> None:
    units = database.units("ingest")
    for batch in batches:
        with units(None) as uow:
            assert uow.telemetry.apply(batch) == []
            uow.commit()


def prepare(database: TestDatabase) -> None:
    units = database.units("control")
    seed(units, GRID, TWIN)
    with units(None) as uow:
        for one in (START, RESTART, LATE_START):
            uow.commands.add(one)
        uow.commit()


def wipe(database: TestDatabase) -> None:
    with database.admin() as admin:
        admin.execute("SET session_replication_role = replica")  # the audit log refuses otherwise
        admin.execute("TRUNCATE organization CASCADE")


@pytest.fixture
def told(database: TestDatabase) -> TestDatabase:
    prepare(database)
    tell(database, [[report] for report in STORY])
    return database


def test_any_order_with_any_repeats_ends_in_the_same_rows(told: TestDatabase) -> None:
    """K-03, S0-070."""
    expected = rows(told)
    with told.admin() as admin:
        admin.execute("ALTER TABLE audit_log DISABLE TRIGGER USER")
    chance = random.Random(7)  # noqa: S311 - the same shuffles each time
    for _ in range(25):
        wipe(told)
        prepare(told)
        pile = STORY + chance.choices(STORY, k=20)
        chance.shuffle(pile)
        cuts = sorted(chance.choices(range(len(pile)), k=4))
        pairs = zip([0, *cuts], [*cuts, len(pile)], strict=True)
        tell(told, [pile[start:end] for start, end in pairs])
        assert rows(told) == expected


def test_the_last_word_by_position_is_the_status(told: TestDatabase) -> None:
    """S0-070, S0-150."""
    with told.units("control")(None) as uow:
        grid, twin = uow.bots.get(GRID.id), uow.bots.get(TWIN.id)

    assert (grid.status, grid.detail) == (BotStatus.RUNNING, "fine")
    assert (grid.reason, grid.reported_position) == (None, Position(session=2, seq=1))
    assert twin.status is BotStatus.STOPPING


def test_a_running_bot_has_carried_out_earlier_starts_only(told: TestDatabase) -> None:
    with told.units("control")(None) as uow:
        assert uow.commands.get(START.id).state is CommandState.DONE
        assert uow.commands.get(LATE_START.id).state is CommandState.ACCEPTED
        restart = uow.commands.get(RESTART.id)

    assert (restart.state, restart.reason) == (CommandState.FAILED, "ENGINE_DIED")


def test_orders_are_merged_with_their_fills(told: TestDatabase) -> None:
    """S0-008, S0-009."""
    with told.units("control")(ACME) as uow:
        first, second, third = sorted(
            uow.trading.orders(GRID.id, Page()).items, key=lambda one: one.client_order_id
        )

    assert (first.status, first.filled_quantity, first.reason) == (
        OrderStatus.FILLED,
        Decimal("0.3"),
        None,
    )
    assert (second.status, second.filled_quantity) == (OrderStatus.CANCELLED, Decimal("0.1"))
    assert second.exchange_order_id == "x-o2"
    assert (third.status, third.reason, third.type) == (
        OrderStatus.FAILED,
        "MIN_NOTIONAL",
        OrderType.MARKET,
    )
    assert first.created_at == later(3)


def test_metrics_come_back_exact_and_the_newest_is_current(told: TestDatabase) -> None:
    """S0-031, S0-032."""
    with told.units("app")(ACME) as uow:
        assert uow.metrics.latest(GRID.id) == metrics(GRID, 1, session=2)
        history = uow.metrics.history(GRID.id, span(99, 1))
        assert uow.metrics.latest(TWIN.id) is None

    assert history == [metrics(GRID, 1, session=2), metrics(GRID, 12), metrics(GRID, 13)]


def span(seconds: float, step: float) -> Span:
    return Span(since=NOON, until=later(seconds), step=timedelta(seconds=step))


def test_history_gives_the_last_report_of_each_step(database: TestDatabase) -> None:
    """S0-032: a step that has none is left out, and the span's end is not part of it."""
    prepare(database)
    told = [metrics(GRID, number) for number in (1, 2, 14, 15, 31, 44, 45)]
    tell(database, [told])

    with database.units("app")(ACME) as uow:
        steps = uow.metrics.history(GRID.id, span(45, 15))
        late = uow.metrics.history(GRID.id, replace(span(999, 15), since=later(2)))

    assert [report.position.seq for report in steps] == [14, 15, 44]
    assert [report.position.seq for report in late] == [14, 15, 44, 45]


def listed(uow: UnitOfWork, **wanted: Any) -> list[LogLine]:
    return list(uow.logs.list(GRID.id, Page(), WantedLines(**wanted)).items)


def test_a_text_is_looked_for_in_a_bounded_number_of_lines(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-066: what is rare is found part by part, and no part reads the whole log."""
    prepare(database)
    tell(database, [[log(GRID, n, "needle" if n in {2, 9} else "hay") for n in range(1, 11)]])
    monkeypatch.setattr(logs, "LOOKED_AT", 4)
    parts: list[list[int]] = []
    cursor: str | None = None

    with database.units("app")(ACME) as uow:
        while len(parts) < 9:
            page = Page(limit=5, cursor=cursor)
            part = uow.logs.list(GRID.id, page, WantedLines(text="Needle"))
            parts.append([line.position.seq for line in part.items])
            cursor = part.next_cursor
            if cursor is None:
                break

    assert parts == [[9], [], [2]]


def test_logs_are_found_by_level_and_text(told: TestDatabase) -> None:
    """S0-066, S0-157."""
    with told.units("app")(ACME) as uow:
        first = uow.logs.list(GRID.id, Page(limit=1))
        second = uow.logs.list(GRID.id, Page(limit=1, cursor=first.next_cursor))
        assert first.items == [log(GRID, 15, "worse", level=LogLevel.ERROR)]
        assert (second.items, second.next_cursor) == ([log(GRID, 14)], None)
        assert listed(uow, level=LogLevel.INFO) == [log(GRID, 14)]
        assert listed(uow, text="WORSE") == first.items
        assert listed(uow, text="%") == []
        assert listed(uow, since=later(14), until=later(15)) == [log(GRID, 14)]


def test_unknown_bots_and_broken_clocks_are_given_back(database: TestDatabase) -> None:
    prepare(database)
    stranger = log(bot("stranger"), 1)
    broken = log(GRID, 2, at=NOON.replace(year=9999))

    with database.units("ingest")(None) as uow:
        refused = uow.telemetry.apply([stranger, log(GRID, 1), broken])
        uow.commit()

    assert [report for report, _ in refused] == [stranger, broken]
    assert len(rows(database)["bot_logs"]) == 1


@pytest.mark.parametrize(
    "stray",
    [
        replace(ack(START, 1, CommandState.DONE), bot=TWIN.id),
        replace(ack(START, 1, CommandState.DONE), command=CommandId(uid("nothing"))),
    ],
    ids=["another bot's", "nobody's"],
)
def test_an_ack_of_a_command_that_is_not_the_bots_is_given_back(
    database: TestDatabase, stray: Report
) -> None:
    prepare(database)

    with database.units("ingest")(None) as uow:
        [(refused, reason)] = uow.telemetry.apply([stray, log(GRID, 2)])
        uow.commit()

    assert (refused, "has no command" in reason) == (stray, True)
    assert len(rows(database)["bot_logs"]) == 1
    with database.units("control")(None) as uow:
        assert uow.commands.get(START.id) == START


@pytest.mark.parametrize(
    "odd",
    [
        log(GRID, 1, "nul \0 within"),
        log(GRID, 1, "a backslash: \\u0000"),
        log(GRID, 1, "half \ud800 a pair"),
        log(GRID, 1, metadata={"n\0": ["\0", float("nan"), 2**80, {"d": Decimal("1.5")}]}),
        metrics(GRID, 1, orders_active=2**70),
    ],
    ids=["nul", "backslash", "surrogate", "metadata", "count"],
)
def test_one_odd_message_does_not_keep_a_batch_out(database: TestDatabase, odd: Report) -> None:
    prepare(database)

    tell(database, [[odd, log(GRID, 2, "good")]])

    stored = rows(database)
    assert len(stored["bot_logs"]) + len(stored["bot_metrics"]) == 2


def test_the_bots_word_replaces_the_venues_and_not_the_other_way(database: TestDatabase) -> None:
    prepare(database)
    venue = execution(GRID, "t1", "o1", fee=Fee(asset="BNB", amount=Decimal(1), price=None))
    with database.units("control")(None) as uow:
        uow.trading.add_fills([venue])
        uow.commit()

    tell(database, [[fill(GRID, 5, "t1", "o1")]])

    with database.units("control")(None) as uow:
        assert uow.trading.add_fills([venue]) == 0
        [kept] = uow.trading.newest_fills(GRID.id, GRID.trading_pair, limit=1000)
    assert (kept.source, kept.fee.price) == (FillSource.BOT, Decimal(600))


def test_batches_at_once_lose_no_fill(database: TestDatabase) -> None:
    prepare(database)
    size = Decimal("0.001")
    piles = [
        [fill(GRID, 100 * pile + n, f"{pile}.{n}", "o1", quantity=size) for n in range(1, 21)]
        + [fill(TWIN, 100 * pile + n, f"{pile}.{n}", "o1", quantity=size) for n in range(1, 21)]
        for pile in range(4)
    ]
    tell(database, [[order(GRID, 1, "o1", quantity=Decimal(9))]])

    def say(pile: list[Report]) -> None:
        for start in range(0, len(pile), 5):
            tell(database, [pile[start : start + 5]])

    threads = [threading.Thread(target=say, args=(list(pile),)) for pile in piles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with database.units("control")(None) as uow:
        [whole] = uow.trading.orders(GRID.id, Page()).items
        assert whole.filled_quantity == 80 * size
        assert len(uow.trading.newest_fills(TWIN.id, TWIN.trading_pair, limit=1000)) == 80


def test_a_batch_that_had_to_wait_counts_what_it_waited_for(database: TestDatabase) -> None:
    prepare(database)
    tell(database, [[order(GRID, 1, "o1", quantity=Decimal(9))]])
    second = threading.Thread(target=tell, args=(database, [[fill(GRID, 3, "t2", "o1")]]))

    with database.units("ingest")(None) as uow:
        uow.telemetry.apply([fill(GRID, 2, "t1", "o1")])
        second.start()
        until_somebody_waits(database)
        uow.commit()
    second.join()

    with database.units("control")(None) as uow:
        [whole] = uow.trading.orders(GRID.id, Page()).items
    assert whole.filled_quantity == Decimal("0.2")


def until_somebody_waits(database: TestDatabase) -> None:
    query = (
        "SELECT wait_event_type FROM pg_stat_activity"
        " WHERE usename = 'ingest' AND datname = %s AND state = 'active'"
    )
    with database.admin() as admin:
        seen: list[tuple[str | None]] = []
        for _ in range(20_000):
            seen = admin.execute(query, (database.name,)).fetchall()
            if ("Lock",) in seen:
                return
    pytest.fail(f"nobody waited for a lock; at last the sessions waited for {seen}")


def test_a_rejected_message_is_kept_once_with_its_organization(database: TestDatabase) -> None:
    prepare(database)
    bad = Rejected(
        topic=f"hbot/{GRID.id}/status",
        bot=str(GRID.id),
        client_id=None,
        reason="not JSON",
        body=b"{\x00",
        received_at=NOON,
    )
    other = replace(bad, bot="nobody", received_at=NOON + timedelta(seconds=1))

    with database.units("ingest")(None) as uow:
        uow.telemetry.reject([bad, bad, other])
        uow.telemetry.reject([bad])
        uow.commit()

    with database.admin() as admin:
        kept = admin.execute(
            "SELECT organization_id, bot, body FROM rejected_messages ORDER BY received_at"
        ).fetchall()
    assert kept == [("acme", str(GRID.id), b"{\x00"), (None, "nobody", b"{\x00")]
