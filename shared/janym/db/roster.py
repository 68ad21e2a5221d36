"""The collectors' tables in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from janym.db.connection import Database
from janym.domain.collecting import (
    Collector,
    Daemon,
    DaemonId,
    DaemonState,
    DaemonStatus,
    Lease,
    Role,
    Task,
)
from janym.domain.live import ConnectionId
from janym.domain.market import Depth, Listing, Market, Pair, VenueId


class Roster:
    """`ports.roster.Roster`; the role must be `collector`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tasks(self) -> list[Task]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(
                """
                SELECT exchange_id, market_type, trade_pair, orderbook_depth, daemon_priority, bbo
                FROM monitoring WHERE enabled AND daemon_priority > 0
                ORDER BY daemon_priority DESC, exchange_id, market_type, trade_pair
                """
            )
            transaction.commit()
        return [task(row) for row in rows]

    def beat(self, state: DaemonState) -> None:
        with self._database.transaction(None) as transaction:
            transaction.run(
                """
                INSERT INTO daemon_state (daemon_id, role, status, last_heartbeat, config)
                VALUES (%s, %s, %s, %s, %s)
                ON CONFLICT (daemon_id) DO UPDATE SET role = EXCLUDED.role,
                    status = EXCLUDED.status, last_heartbeat = EXCLUDED.last_heartbeat,
                    config = EXCLUDED.config, updated_at = now()
                """,
                (state.id, state.role, state.status, state.heartbeat, Jsonb(dict(state.config))),
            )
            transaction.commit()

    def state(self, daemon: DaemonId) -> DaemonState | None:
        with self._database.transaction(None) as transaction:
            row = transaction.one(
                "SELECT role, status, last_heartbeat, config FROM daemon_state"
                " WHERE daemon_id = %s",
                (daemon,),
            )
            transaction.commit()
        if row is None:
            return None
        return DaemonState(
            id=daemon,
            role=Role(row.role),
            status=DaemonStatus(row.status),
            heartbeat=row.last_heartbeat,
            config=row.config,
        )

    def alive(self, *, since: datetime) -> list[Daemon]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(
                """
                SELECT daemon_id, config FROM daemon_state
                WHERE status = 'running' AND role IN ('monitor', 'both') AND last_heartbeat >= %s
                ORDER BY daemon_id
                """,
                (since,),
            )
            transaction.commit()
        return [
            Daemon(id=DaemonId(row.daemon_id), weight=float(row.config.get("weight", 1)))
            for row in rows
        ]

    def collectors(self, *, limit: int) -> list[Collector]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(
                """
                SELECT daemon_id, status, last_heartbeat, books FROM daemon_state
                ORDER BY last_heartbeat DESC, daemon_id LIMIT %s
                """,
                (limit,),
            )
            transaction.commit()
        return [
            Collector(
                id=DaemonId(row.daemon_id),
                status=DaemonStatus(row.status),
                heartbeat=row.last_heartbeat,
                books=row.books,
            )
            for row in rows
        ]

    def hold(
        self,
        daemon: DaemonId,
        keys: Sequence[str],
        *,
        at: datetime,
        until: datetime,
        covered_until: datetime | None,
    ) -> list[Lease]:
        given = {
            "daemon": daemon,
            "keys": sorted(keys),
            "at": at,
            "until": until,
            "covered": covered_until,
        }
        with self._database.transaction(None) as transaction:
            transaction.run(_LET_GO, given)
            kept = transaction.all(_KEEP, given)
            taken = transaction.all(_TAKE, given)
            transaction.commit()
        return [
            *(_lease(row, taken_over=False) for row in kept),
            *(_lease(row, taken_over=True) for row in taken),
        ]

    def leave(self, daemon: DaemonId, *, at: datetime, covered_until: datetime | None) -> None:
        given: dict[str, Any] = {
            "daemon": daemon, "keys": [""], "at": at, "covered": covered_until,
        }  # fmt: skip
        with self._database.transaction(None) as transaction:
            transaction.run(_LET_GO, given)
            transaction.commit()

    def list(self, listings: Sequence[Listing], *, at: datetime) -> None:
        markets = {(listing.venue, listing.market) for listing in listings}
        with self._database.transaction(None) as transaction:
            for listing in sorted(listings, key=lambda one: (one.venue, one.market, one.pair)):
                transaction.run(_LIST, _parameters(listing, at))
            for venue, market in sorted(markets):
                transaction.run(
                    "UPDATE instruments SET listed = false, updated_at = %(at)s WHERE listed"
                    " AND exchange_id = %(venue)s AND market_type = %(market)s"
                    " AND seen_at < %(at)s",
                    {"at": at, "venue": venue, "market": market},
                )
            transaction.commit()

    def listings(self, venue: VenueId, market: Market) -> Sequence[Listing]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(
                "SELECT * FROM instruments WHERE exchange_id = %s AND market_type = %s"
                " AND listed ORDER BY pair",
                (venue, market),
            )
            transaction.commit()
        return [listing(row) for row in rows]

    def watchers(
        self, topics: Sequence[str], *, now: datetime
    ) -> Sequence[tuple[ConnectionId, str]]:
        with self._database.transaction(None) as transaction:
            rows = transaction.all(_WATCHERS, (list(topics), now))
            transaction.commit()
        return [(ConnectionId(row.connection_id), row.topic) for row in rows]


_LET_GO = """
    UPDATE leases SET until = %(at)s, holder = '',
        covered_until = greatest(covered_until, %(covered)s::timestamptz)
    WHERE holder = %(daemon)s AND key <> ALL(%(keys)s)
"""

_KEEP = """
    UPDATE leases SET until = %(until)s,
        covered_until = greatest(covered_until, %(covered)s::timestamptz)
    WHERE holder = %(daemon)s AND key = ANY(%(keys)s)
    RETURNING key, until, covered_until
"""
"""A lease that ran out and that nobody took meanwhile is still one's own."""

_TAKE = """
    INSERT INTO leases (key, holder, until, since, covered_until)
    SELECT key, %(daemon)s, %(until)s, %(at)s, %(at)s
    FROM unnest(%(keys)s::text[]) AS key ORDER BY key
    ON CONFLICT (key) DO UPDATE
        SET holder = EXCLUDED.holder, until = EXCLUDED.until, since = EXCLUDED.since
        WHERE leases.until <= %(at)s AND leases.holder <> EXCLUDED.holder
    RETURNING key, until, CASE WHEN xmax = 0 THEN NULL ELSE covered_until END AS covered_until
"""
"""One that nobody ever held (its row is new: no transaction has changed it) tells its holder of
nothing that is missing; whoever comes after a holder that died at once is told of all that is."""

_WATCHERS = """
    SELECT heard.connection_id, heard.topic
    FROM live_subscriptions AS heard
        JOIN live_connections AS connection ON connection.id = heard.connection_id
    WHERE heard.topic = ANY(%s) AND heard.topic LIKE 'book/%%'
        AND connection.authorized_until > %s
"""

_LIST = """
    INSERT INTO instruments (exchange_id, market_type, pair, symbol, tick_size, step_size,
        contract_size, min_size, min_notional, listed, seen_at)
    VALUES (%(venue)s, %(market)s, %(pair)s, %(symbol)s, %(tick)s, %(step)s, %(contract_size)s,
        %(min_size)s, %(min_notional)s, true, %(at)s)
    ON CONFLICT (exchange_id, market_type, pair) DO UPDATE SET symbol = EXCLUDED.symbol,
        tick_size = EXCLUDED.tick_size, step_size = EXCLUDED.step_size,
        contract_size = EXCLUDED.contract_size, min_size = EXCLUDED.min_size,
        min_notional = EXCLUDED.min_notional, listed = true, seen_at = EXCLUDED.seen_at,
        updated_at = EXCLUDED.seen_at
"""


def task(row: Any) -> Task:
    """Read what a row of `monitoring` wants collected."""
    return Task(
        venue=VenueId(row.exchange_id),
        market=Market(row.market_type),
        pair=Pair(row.trade_pair),
        depth=Depth(row.orderbook_depth),
        priority=row.daemon_priority,
        bbo=row.bbo,
    )


def _lease(row: Any, *, taken_over: bool) -> Lease:
    return Lease(
        key=row.key, until=row.until, covered_until=row.covered_until, taken_over=taken_over
    )


def _parameters(listing: Listing, at: datetime) -> dict[str, Any]:
    return {
        "venue": listing.venue,
        "market": listing.market,
        "pair": listing.pair,
        "symbol": listing.symbol,
        "tick": listing.tick,
        "step": listing.step,
        "contract_size": listing.contract_size,
        "min_size": listing.min_size,
        "min_notional": listing.min_notional,
        "at": at,
    }


def listing(row: Any) -> Listing:
    """Read an instrument."""
    return Listing(
        venue=VenueId(row.exchange_id),
        market=Market(row.market_type),
        pair=Pair(row.pair),
        symbol=row.symbol,
        tick=row.tick_size,
        step=row.step_size,
        contract_size=row.contract_size,
        min_size=row.min_size,
        min_notional=row.min_notional,
    )
