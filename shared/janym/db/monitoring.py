"""What organizations want collected, in PostgreSQL."""

from datetime import datetime
from typing import Any, LiteralString

from janym.db import cursors
from janym.db.connection import Transaction
from janym.db.roster import task as task_of
from janym.domain.collecting import Monitored, MonitoringId, Task
from janym.domain.errors import AlreadyExists, NotFound
from janym.ports.pages import Listing, Page


class Monitoring:
    """`ports.monitoring.Monitoring`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: MonitoringId) -> Monitored:
        return self._one("SELECT * FROM monitoring WHERE id = %s", key)

    def lock(self, key: MonitoringId) -> Monitored:
        return self._one("SELECT * FROM monitoring WHERE id = %s FOR UPDATE", key)

    def list(self, page: Page) -> Listing[Monitored]:
        rows = self._transaction.all(
            """
            SELECT * FROM monitoring
            WHERE organization_id = %(organization)s
                AND (%(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s, %(number)s::bigint))
            ORDER BY created_at DESC, id DESC LIMIT %(limit)s
            """,
            {"organization": self._transaction.organization, "limit": page.limit + 1}
            | cursors.number_parameters(cursors.read(page.cursor)),
        )
        return cursors.listing(rows, page, _monitored, lambda row: (row.created_at, str(row.id)))

    def count(self) -> int:
        row = self._transaction.one(
            "SELECT count(*) AS there FROM monitoring WHERE organization_id = %s",
            (self._transaction.organization,),
        )
        return 0 if row is None else int(row.there)

    def add(self, task: Task, *, enabled: bool, at: datetime) -> Monitored:
        row = self._transaction.one(
            """
            INSERT INTO monitoring (organization_id, exchange_id, exchange_name, market_type,
                trade_pair, daemon_priority, enabled, orderbook_depth, bbo, created_at, updated_at)
            VALUES (%(organization)s, %(venue)s, %(venue)s, %(market)s, %(pair)s, %(priority)s,
                %(enabled)s, %(depth)s, %(bbo)s, %(at)s, %(at)s)
            ON CONFLICT (organization_id, exchange_id, market_type, trade_pair) DO NOTHING
            RETURNING *
            """,
            {
                "organization": self._transaction.organization,
                "venue": task.venue,
                "market": task.market,
                "pair": task.pair,
                "priority": task.priority,
                "enabled": enabled,
                "depth": task.depth,
                "bbo": task.bbo,
                "at": at,
            },
        )
        if row is None:
            raise AlreadyExists("task for", f"{task.venue} {task.market} {task.pair}")
        return _monitored(row)

    def put(self, monitored: Monitored) -> None:
        task = monitored.task
        changed = self._transaction.run(
            """
            UPDATE monitoring SET daemon_priority = %s, enabled = %s, orderbook_depth = %s,
                bbo = %s, updated_at = %s
            WHERE id = %s
            """,
            (
                task.priority,
                monitored.enabled,
                task.depth,
                task.bbo,
                monitored.updated_at,
                monitored.id,
            ),
        )
        if changed.rowcount == 0:
            raise NotFound("task", monitored.id)

    def remove(self, key: MonitoringId) -> None:
        if self._transaction.run("DELETE FROM monitoring WHERE id = %s", (key,)).rowcount == 0:
            raise NotFound("task", key)

    def _one(self, statement: LiteralString, key: MonitoringId) -> Monitored:
        row = self._transaction.one(statement, (key,))
        if row is None:
            raise NotFound("task", key)
        return _monitored(row)


def _monitored(row: Any) -> Monitored:
    return Monitored(
        id=MonitoringId(row.id),
        task=task_of(row),
        enabled=row.enabled,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
