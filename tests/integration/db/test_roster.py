"""What collectors share, on the real server: tasks, leases, heartbeats, instruments."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest

from janym.db.roster import Roster
from janym.domain.collecting import DaemonId, DaemonState, DaemonStatus, Role
from janym.domain.market import Depth, Listing, Market, Pair, VenueId
from tests.fixtures.database import TestDatabase

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA, EVE = DaemonId("ana"), DaemonId("eve")
BTC, ETH = "book/binance/spot/BTC/USDT", "book/binance/spot/ETH/USDT"


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def roster(database: TestDatabase) -> Roster:
    return Roster(database.role("collector"))


def monitor(database: TestDatabase, *rows: tuple[str, str, int, bool, str]) -> None:
    with database.admin() as admin:
        for exchange, pair, priority, enabled, depth in rows:
            admin.execute(
                "INSERT INTO monitoring (exchange_id, market_type, trade_pair, daemon_priority,"
                " enabled, orderbook_depth) VALUES (%s, 'spot', %s, %s, %s, %s)",
                (exchange, pair, priority, enabled, depth),
            )


def state(daemon: DaemonId, at: datetime, **config: object) -> DaemonState:
    return DaemonState(
        id=daemon, role=Role.MONITOR, status=DaemonStatus.RUNNING, heartbeat=at, config=config
    )


def test_tasks_are_the_enabled_ones_by_priority(roster: Roster, database: TestDatabase) -> None:
    """S4-041, S4-047, S4-070."""
    monitor(
        database,
        ("binance", "BTC/USDT", 1, True, "full"),
        ("okx", "ETH/USDT", 9, True, "20"),
        ("okx", "OFF/USDT", 9, False, "20"),
        ("okx", "NIL/USDT", 0, True, "20"),
    )

    assert [(each.venue, each.pair, each.depth, each.priority) for each in roster.tasks()] == [
        ("okx", "ETH/USDT", Depth.TWENTY, 9),
        ("binance", "BTC/USDT", Depth.FULL, 1),
    ]


@pytest.mark.parametrize(
    "values", [("margin", "A/B", "50"), ("spot", "AB", "50"), ("spot", "A/B", "25")]
)
def test_a_task_outside_the_lists_is_refused(
    database: TestDatabase, values: tuple[str, str, str]
) -> None:
    """S4-070, S4-021."""
    with database.admin() as admin, pytest.raises(psycopg.errors.CheckViolation):
        admin.execute(
            "INSERT INTO monitoring (exchange_id, market_type, trade_pair, orderbook_depth)"
            " VALUES ('okx', %s, %s, %s)",
            values,
        )


def test_a_daemon_is_alive_as_long_as_it_says_so(roster: Roster) -> None:
    """S4-076."""
    roster.beat(state(ANA, NOON, weight=2))
    roster.beat(state(EVE, after(-60)))

    assert [(one.id, one.weight) for one in roster.alive(since=after(-30))] == [("ana", 2)]

    roster.beat(DaemonState(id=ANA, role=Role.MONITOR, status=DaemonStatus.STOPPED, heartbeat=NOON))
    assert roster.alive(since=after(-30)) == []


def test_what_a_daemon_left_is_there_when_it_comes_back(roster: Roster) -> None:
    """S4-071."""
    left = state(ANA, NOON, weight=2, tasks=[{"pair": "BTC/USDT"}])
    roster.beat(left)

    assert roster.state(ANA) == left
    assert roster.state(EVE) is None


def test_a_lease_has_one_holder(roster: Roster) -> None:
    """K-23."""
    first = roster.hold(ANA, [BTC], at=NOON, until=after(20), covered_until=None)
    other = roster.hold(EVE, [BTC, ETH], at=after(1), until=after(21), covered_until=None)

    assert [(each.key, each.taken_over) for each in first] == [(BTC, True)]
    assert [each.key for each in other] == [ETH]


def test_a_lease_is_kept_by_holding_it_again(roster: Roster) -> None:
    roster.hold(ANA, [BTC], at=NOON, until=after(20), covered_until=None)

    again = roster.hold(ANA, [BTC], at=after(15), until=after(35), covered_until=after(14))

    assert [(each.until, each.covered_until, each.taken_over) for each in again] == [
        (after(35), after(14), False)
    ]
    assert roster.hold(EVE, [BTC], at=after(30), until=after(50), covered_until=None) == []


def test_a_dead_daemons_lease_is_taken_with_what_it_covered(roster: Roster) -> None:
    """S4-002: another takes over from a dead one, and knows from when on rows are missing."""
    roster.hold(ANA, [BTC], at=NOON, until=after(20), covered_until=None)
    roster.hold(ANA, [BTC], at=after(5), until=after(25), covered_until=after(4))

    taken = roster.hold(EVE, [BTC], at=after(26), until=after(46), covered_until=after(25))

    assert [(each.taken_over, each.covered_until) for each in taken] == [(True, after(4))]
    assert roster.hold(ANA, [BTC], at=after(27), until=after(47), covered_until=None) == []


@pytest.mark.parametrize("successor", [ANA, EVE])
def test_one_who_dies_at_once_leaves_word_of_when_it_began(
    roster: Roster, successor: DaemonId
) -> None:
    """K-23: what it heard before it first said what is covered may be lost."""
    first = roster.hold(ANA, [BTC], at=NOON, until=after(20), covered_until=None)

    taken = roster.hold(successor, [BTC], at=after(21), until=after(41), covered_until=None)

    assert [each.covered_until for each in first] == [None]
    assert [each.covered_until for each in taken] == [NOON]


def test_what_is_wanted_no_longer_is_free_at_once(roster: Roster) -> None:
    roster.hold(ANA, [BTC, ETH], at=NOON, until=after(20), covered_until=None)
    roster.hold(ANA, [ETH], at=after(5), until=after(25), covered_until=after(4))

    taken = roster.hold(EVE, [BTC, ETH], at=after(5), until=after(25), covered_until=None)

    assert [(each.key, each.covered_until) for each in taken] == [(BTC, after(4))]


def test_leaving_frees_everything(roster: Roster) -> None:
    """S4-074."""
    roster.hold(ANA, [BTC, ETH], at=NOON, until=after(20), covered_until=None)
    roster.leave(ANA, at=after(3), covered_until=after(3))

    taken = roster.hold(EVE, [BTC, ETH], at=after(3), until=after(23), covered_until=None)

    assert [each.covered_until for each in taken] == [after(3), after(3)]


def test_what_is_covered_never_goes_back(roster: Roster) -> None:
    roster.hold(ANA, [BTC], at=NOON, until=after(20), covered_until=None)
    roster.hold(ANA, [BTC], at=after(1), until=after(21), covered_until=after(9))

    kept = roster.hold(ANA, [BTC], at=after(2), until=after(22), covered_until=after(3))

    assert kept[0].covered_until == after(9)


def listing(pair: str, tick: str = "0.01") -> Listing:
    return Listing(
        venue=VenueId("okx"),
        market=Market.FUTURES,
        pair=Pair(pair),
        symbol=pair.replace("/", "-") + "-SWAP",
        tick=Decimal(tick),
        step=Decimal(1),
        contract_size=Decimal("0.01"),
    )


def test_instruments_are_remembered(roster: Roster, database: TestDatabase) -> None:
    """S2-010."""
    roster.list([listing("BTC/USDT"), listing("OLD/USDT")], at=NOON)
    roster.list([listing("BTC/USDT", "0.1"), listing("NEW/USDT")], at=after(60))

    known = roster.listings(VenueId("okx"), Market.FUTURES)
    assert [one.pair for one in known] == ["BTC/USDT", "NEW/USDT"]
    assert known[0] == listing("BTC/USDT", "0.1")
    with database.admin() as admin:
        gone = admin.execute("SELECT pair FROM instruments WHERE NOT listed").fetchall()
    assert gone == [("OLD/USDT",)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM bots",
        "SELECT * FROM exchange_credentials",
        "INSERT INTO monitoring (exchange_id, market_type, trade_pair) VALUES ('a', 'spot', 'A/B')",
        "DELETE FROM leases",
    ],
)
def test_the_collector_may_do_its_work_and_no_more(database: TestDatabase, statement: str) -> None:
    with (
        database.role("collector").transaction(None) as transaction,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        transaction.run(statement)  # type: ignore[arg-type]


def test_an_organization_sees_its_own_tasks_alone(database: TestDatabase) -> None:
    with database.admin() as admin:
        for organization in ("acme", "other"):
            admin.execute(
                "INSERT INTO organization (id, name) VALUES (%s, %s)", (organization, organization)
            )
            admin.execute(
                "INSERT INTO monitoring (organization_id, exchange_id, market_type, trade_pair)"
                " VALUES (%s, 'okx', 'spot', 'BTC/USDT')",
                (organization,),
            )

    with database.role("app").transaction("acme") as transaction:
        rows = transaction.all("SELECT organization_id FROM monitoring")

    assert [row.organization_id for row in rows] == ["acme"]


def test_a_collector_sees_who_watches_books_and_nothing_else_of_them(
    roster: Roster, database: TestDatabase
) -> None:
    """S0-141: sockets' names and how long they may listen; not whose they are, nor other topics."""
    with database.admin() as admin:
        admin.execute("INSERT INTO organization (id, name) VALUES ('acme', 'acme')")
        for key, topic, until in (
            ("one", BTC, after(60)),
            ("two", "bots", after(60)),
            ("late", BTC, NOON),
        ):
            admin.execute(
                "INSERT INTO live_connections VALUES (%s, 'acme', 'ana', 'viewer', %s, %s)",
                (key, NOON, until),
            )
            admin.execute("INSERT INTO live_subscriptions VALUES (%s, 'acme', %s, 0)", (key, topic))

    assert roster.watchers([BTC, ETH, "bots"], now=NOON) == [("one", BTC)]
    with database.role("collector").transaction(None) as transaction:
        rows = transaction.all("SELECT id FROM live_connections ORDER BY id")
        assert [row.id for row in rows] == ["late", "one"]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            transaction.all("SELECT user_id FROM live_connections")
    with (
        database.role("collector").transaction(None) as transaction,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        transaction.run("DELETE FROM live_subscriptions")


def test_people_see_how_collectors_are_and_not_what_they_collect(
    roster: Roster, database: TestDatabase
) -> None:
    roster.beat(state(EVE, after(-60)))
    roster.beat(state(ANA, NOON, tasks=[BTC, ETH]))
    app = database.role("app")

    seen = Roster(app).collectors(limit=10)

    assert [(each.id, each.books, each.is_alive(after(5))) for each in seen] == [
        (ANA, 2, True),
        (EVE, 0, False),
    ]
    with (
        app.transaction("acme") as transaction,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        transaction.all("SELECT config FROM daemon_state")
