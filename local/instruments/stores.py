"""The platform's two stores, read directly: what the API shows is compared with what is there."""

import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

TABLES = (
    "select table_schema, table_name from information_schema.tables"
    " where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """Postgres, as its superuser."""

    url: str

    def count(self, table: str, bot: str) -> int:
        """Count a table's rows of one bot."""
        query = sql.SQL("select count(*) from {} where bot_id = %s").format(sql.Identifier(table))
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query, (bot,)).fetchone()
        return int(row[0]) if row else 0

    def rows(self, table: str, bot: str, *, key: str = "bot_id") -> list[dict[str, Any]]:
        """Read a table's rows of one bot, which the column `key` names."""
        query = sql.SQL("select * from {} where {} = %s").format(
            sql.Identifier(table), sql.Identifier(key)
        )
        with psycopg.connect(self.url) as connection:
            return connection.cursor(row_factory=dict_row).execute(query, (bot,)).fetchall()

    def dump(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Give each table's rows as text."""
        with psycopg.connect(self.url) as connection:
            for schema, table in connection.execute(TABLES).fetchall():
                name = sql.Identifier(schema, table)
                query = sql.SQL("copy (select * from {}) to stdout").format(name)
                with connection.cursor().copy(query) as rows:
                    yield f"postgres:{schema}.{table}", (bytes(row) for row in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickHouse:
    """ClickHouse, over its own HTTP interface."""

    url: str
    user: str
    password: str

    def ask(self, query: str) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the stack's own address
            f"{self.url}/?{urlencode({'query': query})}",
            headers={"X-ClickHouse-User": self.user, "X-ClickHouse-Key": self.password},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - as above
            return answer.read()

    def tables(self) -> list[str]:
        found = self.ask(
            "select concat(database, '.', name) from system.tables where engine like '%MergeTree'"
            " and database != 'system' FORMAT TSV"
        )
        return found.decode().split()

    def count(self, table: str, bot: str) -> int:
        """Count a table's rows of one bot, repeated deliveries counted once."""
        name = next(name for name in self.tables() if name.endswith(f".{table}"))
        query = f"select count() from {name} final where bot_id = '{bot}' FORMAT TSV"  # noqa: S608 - our ids
        return int(self.ask(query))

    def dump(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Give each table's rows as text."""
        for name in self.tables():
            yield f"clickhouse:{name}", iter([self.ask(f"select * from {name} FORMAT TSV")])  # noqa: S608 - as above
