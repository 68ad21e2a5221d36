"""Versions of bots, and templates for them, in PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from janym.db import cursors
from janym.db.connection import Transaction
from janym.domain.configuration import ConfigVersion, Template
from janym.domain.errors import FieldError, InvalidInput, NotFound
from janym.domain.ids import BotId, UserId
from janym.ports.pages import Listing, Page


class Versions:
    """`ports.configurations.Versions`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def add(
        self, bot: BotId, body: dict[str, Any], *, author: UserId, at: datetime, note: str
    ) -> int:
        row = self._transaction.one(
            """
            INSERT INTO config_versions (organization_id, bot_id, number, at, author, note, body)
            SELECT organization_id, id, 1 + coalesce(
                (SELECT max(number) FROM config_versions WHERE bot_id = %(bot)s), 0
            ), %(at)s, %(author)s, %(note)s, %(body)s
            FROM bots WHERE id = %(bot)s
            RETURNING number
            """,
            {"bot": bot, "at": at, "author": author, "note": note, "body": Jsonb(body)},
        )
        if row is None:
            raise NotFound("bot", bot)
        return int(row.number)

    def get(self, bot: BotId, number: int) -> ConfigVersion:
        row = self._transaction.one(
            "SELECT * FROM config_versions WHERE bot_id = %s AND number = %s", (bot, number)
        )
        if row is None:
            raise NotFound("version", number)
        return _version(row)

    def list(self, bot: BotId, page: Page) -> Listing[ConfigVersion]:
        rows = self._transaction.all(
            """
            SELECT * FROM config_versions
            WHERE bot_id = %(bot)s AND (%(number)s::integer IS NULL OR number < %(number)s)
            ORDER BY number DESC LIMIT %(limit)s
            """,
            {"bot": bot, "number": _after(page.cursor), "limit": page.limit + 1},
        )
        return cursors.listing(rows, page, _version, lambda row: (row.at, str(row.number)))


class Templates:
    """`ports.configurations.Templates`."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def get(self, name: str) -> Template:
        row = self._transaction.one("SELECT * FROM bot_templates WHERE name = %s", (name,))
        if row is None:
            raise NotFound("template", name)
        return _template(row)

    def list(self) -> Sequence[Template]:
        rows = self._transaction.all('SELECT * FROM bot_templates ORDER BY name COLLATE "C"')
        return [_template(row) for row in rows]

    def put(self, template: Template, *, author: UserId, at: datetime) -> None:
        self._transaction.run(
            """
            INSERT INTO bot_templates (
                organization_id, name, description, strategy_type, config, author, updated_at
            ) VALUES (%s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (organization_id, name) DO UPDATE SET
                description = excluded.description, strategy_type = excluded.strategy_type,
                config = excluded.config, author = excluded.author,
                updated_at = excluded.updated_at
            """,
            (
                self._transaction.organization,
                template.name,
                template.description,
                template.strategy_type,
                Jsonb(template.config),
                author,
                at,
            ),
        )

    def remove(self, name: str) -> None:
        gone = self._transaction.run("DELETE FROM bot_templates WHERE name = %s", (name,))
        if gone.rowcount == 0:
            raise NotFound("template", name)


def _after(cursor: str | None) -> int | None:
    key = cursors.read(cursor)
    if key is None:
        return None
    if not (key[1].isascii() and key[1].isdecimal() and len(key[1]) < 10):
        raise InvalidInput(FieldError(field="cursor", reason="is none that this list gave"))
    return int(key[1])


def _version(row: Any) -> ConfigVersion:
    return ConfigVersion(
        bot=BotId(row.bot_id),
        number=row.number,
        at=row.at,
        author=UserId(row.author),
        note=row.note,
        body=row.body,
    )


def _template(row: Any) -> Template:
    return Template(
        name=row.name,
        description=row.description,
        strategy_type=row.strategy_type,
        config=row.config,
        own=True,
        updated_at=row.updated_at,
    )
