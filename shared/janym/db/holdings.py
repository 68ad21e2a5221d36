"""What accounts hold in PostgreSQL, and the curve of what that was worth."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString

from janym.db import cursors, payload
from janym.db.connection import Transaction
from janym.domain import timeframe
from janym.domain.bot import Environment
from janym.domain.credential import Credential
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.holding import DollarPrice, EquityPoint, Holding
from janym.domain.ids import CredentialId
from janym.ports.pages import Listing, Page, Span

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where a cursor has a time, in a list that is not sorted by one."""

PUT: LiteralString = """
INSERT INTO balances (
    organization_id, credential_id, exchange, environment, asset, free, locked, price_usd,
    price_source, priced_at, at
)
SELECT %(organization)s, %(credential)s, %(exchange)s, %(environment)s, asset, free, locked,
    price_usd, price_source, priced_at, %(at)s
FROM json_to_recordset(%(held)s) AS told (
    asset text, free numeric, locked numeric, price_usd numeric, price_source text,
    priced_at timestamptz
)
"""

POINT: LiteralString = """
INSERT INTO equity (organization_id, environment, at, value_usd)
SELECT %(organization)s, %(environment)s, %(at)s, coalesce(sum((free + locked) * price_usd), 0)
FROM known_balances WHERE organization_id = %(organization)s AND environment = %(environment)s
ON CONFLICT (organization_id, environment, at) DO UPDATE SET value_usd = excluded.value_usd
"""

CURVE: LiteralString = """
SELECT point.at, point.value_usd FROM generate_series(
    %(first)s::timestamptz, %(until)s::timestamptz - interval '1 microsecond', %(step)s::interval
) AS step (start)
CROSS JOIN LATERAL (
    SELECT at, value_usd FROM equity
    WHERE environment = %(environment)s
        AND at >= greatest(step.start, %(since)s::timestamptz)
        AND at < least(step.start + %(step)s::interval, %(until)s::timestamptz)
    ORDER BY at DESC LIMIT 1
) AS point
ORDER BY step.start
"""


class Holdings:
    """`ports.holdings.Holdings`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def due(self, *, now: datetime, age: timedelta, limit: int) -> Sequence[CredentialId]:
        rows = self._transaction.all(
            """
            SELECT id FROM exchange_credentials LEFT JOIN balance_reads ON credential_id = id
            WHERE deleted_at IS NULL AND (asked_at IS NULL OR asked_at <= %s)
            ORDER BY asked_at NULLS FIRST, id LIMIT %s
            """,
            (now - age, limit),
        )
        return [CredentialId(row.id) for row in rows]

    def ask(self, credential: CredentialId, *, at: datetime, age: timedelta) -> bool:
        row = self._transaction.one(
            """
            INSERT INTO balance_reads AS known (organization_id, credential_id, asked_at)
            SELECT organization_id, id, %s FROM exchange_credentials
            WHERE id = %s AND deleted_at IS NULL
            ON CONFLICT (credential_id) DO UPDATE SET asked_at = excluded.asked_at
            WHERE known.asked_at <= %s
            RETURNING asked_at
            """,
            (at, credential, at - age),
        )
        return row is not None

    def put(self, credential: Credential, held: Sequence[Holding], *, at: datetime) -> None:
        of = {
            "organization": credential.organization,
            "credential": credential.id,
            "exchange": credential.exchange,
            "environment": credential.environment.value,
            "at": at,
            "held": payload.encode([_row(each) for each in held]),
        }
        # Two readings of an organization's accounts take turns: each sums up all of them.
        self._transaction.run(
            "SELECT pg_advisory_xact_lock(hashtextextended('equity ' || %(organization)s, 0))", of
        )
        self._transaction.run("DELETE FROM balances WHERE credential_id = %(credential)s", of)
        self._transaction.run(PUT, of)
        self._transaction.run(POINT, of)

    def list(self, page: Page) -> Listing[Holding]:
        account, asset = _after(page.cursor)
        rows = self._transaction.all(
            """
            SELECT * FROM known_balances
            WHERE %(account)s::uuid IS NULL
                OR (credential_id, asset) > (%(account)s::uuid, %(asset)s::text)
            ORDER BY credential_id, asset LIMIT %(limit)s
            """,
            {"account": account, "asset": asset, "limit": page.limit + 1},
        )
        return cursors.listing(
            rows, page, _holding, lambda row: (NO_TIME, f"{row.credential_id} {row.asset}")
        )

    def all(self, environment: Environment, *, limit: int) -> Sequence[Holding]:
        rows = self._transaction.all(
            """
            SELECT * FROM known_balances WHERE environment = %s
            ORDER BY (free + locked) * price_usd DESC NULLS LAST, credential_id, asset LIMIT %s
            """,
            (environment.value, limit),
        )
        return [_holding(row) for row in rows]

    def curve(self, environment: Environment, span: Span) -> Sequence[EquityPoint]:
        rows = self._transaction.all(
            CURVE,
            {
                "environment": environment.value,
                "first": timeframe.floor(span.since, span.step),
                "since": span.since,
                "until": span.until,
                "step": span.step,
            },
        )
        return [EquityPoint(at=row.at, value=row.value_usd) for row in rows]


def _after(cursor: str | None) -> tuple[str | None, str | None]:
    key = cursors.read(cursor)
    if key is None:
        return None, None
    account, _, asset = key[1].partition(" ")
    if len(account) != 36 or not asset:
        raise InvalidInput(FieldError(field="cursor", reason="is none that this list gave"))
    return account, asset


def _row(held: Holding) -> dict[str, Any]:
    return {
        "asset": held.asset,
        "free": held.free,
        "locked": held.locked,
        "price_usd": held.price.value if held.price else None,
        "price_source": held.price.source if held.price else None,
        "priced_at": held.price.at if held.price else None,
    }


def _holding(row: Any) -> Holding:
    priced = row.price_usd is not None
    return Holding(
        credential=CredentialId(row.credential_id),
        exchange=row.exchange,
        environment=Environment(row.environment),
        asset=row.asset,
        free=row.free,
        locked=row.locked,
        price=DollarPrice(value=row.price_usd, source=row.price_source, at=row.priced_at)
        if priced
        else None,
        at=row.at,
    )
