"""Bots in PostgreSQL."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.bot import Bot, BotStatus, Desired, Environment, Position, StopMode
from janym.domain.bot_event import BotEvent
from janym.domain.errors import AlreadyExists, NotFound
from janym.domain.ids import BotId, CredentialId, OrganizationId
from janym.domain.telemetry import ConfigReport
from janym.ports.unit_of_work import Listing, Page


class Bots:
    """`ports.unit_of_work.Bots`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, key: BotId) -> Bot:
        return _found(self._transaction.one("SELECT * FROM bots WHERE id = %s", (key,)), key)

    def lock(self, key: BotId) -> Bot:
        row = self._transaction.one("SELECT * FROM bots WHERE id = %s FOR NO KEY UPDATE", (key,))
        return _found(row, key)

    def list(self, page: Page) -> Listing[Bot]:
        after = cursors.read(page.cursor)
        rows = self._transaction.all(
            """
            SELECT * FROM bots
            WHERE %(at)s::timestamptz IS NULL OR (created_at, id) < (%(at)s, %(id)s::uuid)
            ORDER BY created_at DESC, id DESC LIMIT %(limit)s
            """,
            {"limit": page.limit + 1} | cursors.uuid_parameters(after),
        )
        return cursors.listing(rows, page, bot, lambda row: (row.created_at, str(row.id)))

    def add(self, bot: Bot) -> None:
        added = self._transaction.run(
            """
            INSERT INTO bots (
                id, organization_id, credential_id, name, strategy_type, exchange, environment,
                trading_pair, config, tag, desired_status, stop_mode, status, status_reason,
                status_detail, reported_status, reported_session, reported_seq, reported_at,
                session, created_at, updated_at
            ) VALUES (
                %(id)s, %(organization)s, %(credential)s, %(name)s, %(strategy_type)s,
                %(exchange)s, %(environment)s, %(trading_pair)s, %(config)s, %(tag)s, %(desired)s,
                %(stop_mode)s, %(status)s, %(reason)s, %(detail)s, %(reported)s,
                %(reported_session)s, %(reported_seq)s, %(reported_at)s, %(session)s,
                %(created_at)s, %(updated_at)s
            )
            ON CONFLICT (tag) DO NOTHING
            """,
            _parameters(bot),
        )
        if added.rowcount == 0:
            raise AlreadyExists("bot with the tag", bot.tag)

    def put(self, bot: Bot) -> None:
        changed = self._transaction.run(
            """
            UPDATE bots SET
                credential_id = %(credential)s, name = %(name)s, strategy_type = %(strategy_type)s,
                exchange = %(exchange)s, environment = %(environment)s,
                trading_pair = %(trading_pair)s, config = %(config)s, tag = %(tag)s,
                desired_status = %(desired)s, stop_mode = %(stop_mode)s, status = %(status)s,
                status_reason = %(reason)s, status_detail = %(detail)s,
                reported_status = %(reported)s, reported_session = %(reported_session)s,
                reported_seq = %(reported_seq)s, reported_at = %(reported_at)s,
                session = greatest(session, %(session)s), updated_at = %(updated_at)s,
                leaving = %(leaving)s
            WHERE id = %(id)s
            """,
            _parameters(bot),
        )
        if changed.rowcount == 0:
            raise NotFound("bot", bot.id)

    def remove(self, key: BotId) -> None:
        if self._transaction.run("DELETE FROM bots WHERE id = %s", (key,)).rowcount == 0:
            raise NotFound("bot", key)

    def hold_account(self, credential: CredentialId, pair: str) -> None:
        self._transaction.run(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            (f"account {credential} {pair}",),
        )

    def using(self, credential: CredentialId) -> Sequence[Bot]:
        rows = self._transaction.all(
            """
            SELECT * FROM bots
            WHERE credential_id = %s AND (desired_status <> 'stopped' OR status <> 'stopped'
                OR EXISTS (SELECT FROM bot_runs WHERE bot_id = bots.id
                    AND (state <> 'ended' OR checked_at IS NULL)))
            ORDER BY created_at, id
            """,
            (credential,),
        )
        return [bot(row) for row in rows]

    def wanted_on(self, credential: CredentialId, pair: str) -> Sequence[Bot]:
        rows = self._transaction.all(
            """
            SELECT * FROM bots
            WHERE credential_id = %s AND trading_pair = %s AND desired_status <> 'stopped'
            ORDER BY created_at, id
            """,
            (credential, pair),
        )
        return [bot(row) for row in rows]

    def alive(self) -> Sequence[BotId]:
        rows = self._transaction.all(
            """
            SELECT id FROM bots WHERE desired_status <> 'stopped'
            UNION SELECT bot_id FROM bot_runs WHERE state <> 'ended'
            ORDER BY 1
            """
        )
        return [BotId(row.id) for row in rows]

    def count(self) -> int:
        return int(self._transaction.all("SELECT count(*) AS n FROM bots")[0].n)

    def count_wanted(self) -> int:
        wanted = "SELECT count(*) AS n FROM bots WHERE desired_status <> 'stopped'"
        return int(self._transaction.all(wanted)[0].n)

    def count_alive_on(self, exchange: str, environment: Environment) -> int:
        alive = """
            SELECT count(*) AS n FROM bots JOIN bot_runs ON bot_id = bots.id
            WHERE state <> 'ended' AND exchange = %s AND environment = %s
            """
        return int(self._transaction.all(alive, (exchange, environment))[0].n)

    def unsettled(self) -> Sequence[BotId]:
        rows = self._transaction.all(
            """
            SELECT id FROM bots WHERE desired_status <> 'stopped' OR status <> 'stopped'
            UNION
            SELECT bot_id FROM bot_runs WHERE state <> 'ended' OR checked_at IS NULL
            UNION
            SELECT bot_id FROM commands WHERE state IN ('accepted', 'published', 'acknowledged')
            UNION
            SELECT id FROM bots WHERE leaving
            ORDER BY 1
            """
        )
        return [BotId(row.id) for row in rows]

    def told_config(self, key: BotId) -> ConfigReport | None:
        row = self._transaction.one(
            "SELECT * FROM bot_snapshots WHERE bot_id = %s AND kind = 'config'", (key,)
        )
        if row is None:
            return None
        return ConfigReport(
            bot=key,
            position=Position(session=row.session, seq=row.seq),
            at=row.timestamp,
            config=row.body,
        )

    def events(self, key: BotId, page: Page) -> Listing[BotEvent]:
        rows = self._transaction.all(
            """
            SELECT * FROM bot_events
            WHERE bot_id = %(bot)s
                AND (%(at)s::timestamptz IS NULL OR (at, id) < (%(at)s, %(number)s::bigint))
            ORDER BY at DESC, id DESC LIMIT %(limit)s
            """,
            {"bot": key, "limit": page.limit + 1}
            | cursors.number_parameters(cursors.read(page.cursor)),
        )
        return cursors.listing(rows, page, _event, lambda row: (row.at, str(row.id)))

    def next_session(self, key: BotId) -> int:
        row = self._transaction.one(
            "UPDATE bots SET session = session + 1 WHERE id = %s RETURNING session", (key,)
        )
        if row is None:
            raise NotFound("bot", key)
        return int(row.session)


def bot(row: Any) -> Bot:
    """Turn a whole row of `bots` into a bot."""
    reported: str | None = row.reported_status
    return Bot(
        id=BotId(row.id),
        organization=OrganizationId(row.organization_id),
        name=row.name,
        strategy_type=row.strategy_type,
        exchange=row.exchange,
        environment=Environment(row.environment),
        trading_pair=row.trading_pair,
        credential=CredentialId(row.credential_id),
        config=row.config,
        tag=row.tag,
        desired=Desired(row.desired_status),
        stop_mode=StopMode(row.stop_mode),
        status=BotStatus(row.status),
        reason=row.status_reason,
        detail=row.status_detail,
        reported=BotStatus(reported) if reported else None,
        reported_position=Position(session=row.reported_session, seq=row.reported_seq),
        reported_at=row.reported_at,
        session=row.session,
        created_at=row.created_at,
        updated_at=row.updated_at,
        leaving=row.leaving,
    )


def _event(row: Any) -> BotEvent:
    return BotEvent(
        at=row.at,
        status=BotStatus(row.status),
        reason=row.status_reason,
        detail=row.status_detail,
        desired=Desired(row.desired_status),
        session=row.session,
    )


def _found(row: Any | None, key: UUID) -> Bot:
    if row is None:
        raise NotFound("bot", key)
    return bot(row)


def _parameters(bot: Bot) -> dict[str, Any]:
    return {
        "id": bot.id,
        "organization": bot.organization,
        "credential": bot.credential,
        "name": bot.name,
        "strategy_type": bot.strategy_type,
        "exchange": bot.exchange,
        "environment": bot.environment.value,
        "trading_pair": bot.trading_pair,
        "config": Jsonb(bot.config),
        "tag": bot.tag,
        "desired": bot.desired.value,
        "stop_mode": bot.stop_mode.value,
        "status": bot.status.value,
        "reason": bot.reason,
        "detail": bot.detail,
        "reported": bot.reported.value if bot.reported else None,
        "reported_session": bot.reported_position.session,
        "reported_seq": bot.reported_position.seq,
        "reported_at": bot.reported_at,
        "session": bot.session,
        "created_at": bot.created_at,
        "updated_at": bot.updated_at,
        "leaving": bot.leaving,
    }
