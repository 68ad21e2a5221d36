"""Organizations in PostgreSQL."""

from typing import Any

from janym.db.connection import Transaction
from janym.domain.errors import NotFound
from janym.domain.ids import OrganizationId, UserId
from janym.domain.organization import Limits, Organization, TradingState


class Organizations:
    """`ports.unit_of_work.Organizations`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: OrganizationId) -> Organization:
        return _found(
            self._transaction.one("SELECT * FROM organization WHERE id = %s", (key,)), key
        )

    def lock(self, key: OrganizationId) -> Organization:
        return _found(
            self._transaction.one(
                "SELECT * FROM organization WHERE id = %s FOR NO KEY UPDATE", (key,)
            ),
            key,
        )

    def put(self, organization: Organization) -> None:
        self._transaction.run(
            """
            INSERT INTO organization (
                id, name, trading_state, state_reason, state_by, state_at, live_trading, max_bots,
                max_running_bots, max_credentials, requests_per_minute, created_at, updated_at
            ) VALUES (
                %(id)s, %(name)s, %(state)s, %(reason)s, %(by)s, %(at)s, %(live)s, %(bots)s,
                %(running)s, %(credentials)s, %(requests)s, %(created_at)s, %(updated_at)s
            )
            ON CONFLICT (id) DO UPDATE SET
                name = excluded.name, trading_state = excluded.trading_state,
                state_reason = excluded.state_reason, state_by = excluded.state_by,
                state_at = excluded.state_at, live_trading = excluded.live_trading,
                max_bots = excluded.max_bots, max_running_bots = excluded.max_running_bots,
                max_credentials = excluded.max_credentials,
                requests_per_minute = excluded.requests_per_minute,
                updated_at = excluded.updated_at
            """,
            {
                "id": organization.id,
                "name": organization.name,
                "state": organization.state.value,
                "reason": organization.state_reason,
                "by": organization.state_by,
                "at": organization.state_at,
                "live": organization.live_trading,
                "bots": organization.limits.bots,
                "running": organization.limits.running_bots,
                "credentials": organization.limits.credentials,
                "requests": organization.limits.requests_per_minute,
                "created_at": organization.created_at,
                "updated_at": organization.updated_at,
            },
        )


def _found(row: Any | None, key: OrganizationId) -> Organization:
    if row is None:
        raise NotFound("organization", key)
    return Organization(
        id=OrganizationId(row.id),
        name=row.name,
        created_at=row.created_at,
        updated_at=row.updated_at,
        state=TradingState(row.trading_state),
        state_reason=row.state_reason,
        state_by=UserId(row.state_by) if row.state_by is not None else None,
        state_at=row.state_at,
        live_trading=row.live_trading,
        limits=Limits(
            bots=row.max_bots,
            running_bots=row.max_running_bots,
            credentials=row.max_credentials,
            requests_per_minute=row.requests_per_minute,
        ),
    )
