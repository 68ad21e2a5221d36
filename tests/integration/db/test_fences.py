"""Hostile statements against every table that the catalogue knows: none is left unfenced."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.types.json import Jsonb

from janym.db.live import LiveFeeds
from janym.domain.ids import OrganizationId
from janym.domain.live import Connection, ConnectionId, Ticket
from janym.ports.unit_of_work import Errand, OutboxEntry, Page
from tests.fakes.clock import NOON
from tests.fakes.recorder import Stage
from tests.fakes.world import ACME, ANA, RIVAL
from tests.fixtures.database import TestDatabase

OF_NOBODY = {
    "alembic_version": "which revision the schema has",
    "budgets": "what the platform itself may still ask of venues",
    "daemon_state": "which collectors live",
    "instruments": "what each exchange lists, the same for everybody",
    "jobs": "how the platform's own scheduled work went",
    "leases": "which collector has which book",
}
"""Tables that hold nothing of an organization, and what they hold."""
EVE = OrganizationId(RIVAL)


@dataclass(frozen=True)
class Fenced:
    """A database in which one organization has a row in every table."""

    database: TestDatabase
    columns: dict[str, str | None]
    """Each table's column with the organization."""

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Give our rows, as somebody sees them whom no fence binds; what is generated is left."""
        with self.database.admin() as admin:
            query = sql.SQL("SELECT to_json(t) FROM {} t").format(sql.Identifier(table))
            rows = [row for (row,) in admin.execute(query)]
            generated = admin.execute(
                "SELECT attname FROM pg_attribute"
                " WHERE attrelid = %s::regclass AND attgenerated <> ''",
                (table,),
            )
            left = {name for (name,) in generated}
        return [{name: row[name] for name in row if name not in left} for row in rows]


@pytest.fixture(scope="module")
def fenced(stage: Stage) -> Generator[Fenced]:
    name = stage.server.create_database(prefix="fenced", template=stage.database)
    database = TestDatabase(server=stage.server, name=name)
    with database.units("control")(ACME) as uow:  # what the scene has done with already
        bot = uow.bots.list(Page(limit=1)).items[0]
        uow.budgets.wait("launches", bot, since=NOON)
        errand = OutboxEntry(
            errand=Errand.RECONCILE,
            organization=ACME,
            bot=bot.id,
            command=None,
            not_before=NOON,
        )
        uow.outbox.add(errand)
        uow.commit()
    _listen(database)
    with database.admin() as admin:
        admin.execute(
            "INSERT INTO monitoring (organization_id, exchange_id, market_type, trade_pair)"
            " VALUES (%s, 'binance', 'spot', 'ETH/USDT')",
            (ACME,),
        )
        found = admin.execute(
            """
            SELECT relname, attname FROM pg_class LEFT JOIN pg_attribute ON attrelid = pg_class.oid
                AND attname = CASE relname WHEN 'organization' THEN 'id' ELSE 'organization_id' END
            WHERE relkind IN ('r', 'p') AND NOT relispartition
                AND relnamespace = 'public'::regnamespace
            """
        ).fetchall()
    yield Fenced(database=database, columns=dict(found))
    database.close()
    stage.server.drop_database(name)


def _listen(database: TestDatabase) -> None:
    """Have a member ask for a ticket, and another listen on a socket."""
    ticket = Ticket(hash=b"t", organization=ACME, user=ANA.user, role=ANA.role, expires_at=NOON)
    with database.units("app")(ACME) as uow:
        uow.tickets.add(ticket)
        uow.commit()
    feeds = LiveFeeds(database.role("live"))
    socket = Connection(
        id=ConnectionId("socket"),
        organization=ACME,
        user=ANA.user,
        role=ANA.role,
        connected_at=NOON,
        authorized_until=NOON,
    )
    feeds.number()
    feeds.open(socket)
    feeds.subscribe(socket, ["bots"], after=None)


def tenants(fenced: Fenced) -> list[str]:
    return sorted(set(fenced.columns) - set(OF_NOBODY))


def test_every_table_of_a_tenant_says_whose_its_rows_are(fenced: Fenced) -> None:
    """S0-141."""
    nobodys = {table for table, column in fenced.columns.items() if column is None}

    assert nobodys == set(OF_NOBODY), "give the table an organization_id, or say why it needs none"


def test_every_table_of_a_tenant_is_fenced_even_from_its_owner(fenced: Fenced) -> None:
    """S0-141: ENABLE and FORCE."""
    with fenced.database.admin() as admin:
        rows = admin.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
            " AND relnamespace = 'public'::regnamespace AND NOT relispartition"
        ).fetchall()

    assert set(tenants(fenced)) <= {table for (table,) in rows}, (
        "a new table's migration fences it as 0003 does: ENABLE, FORCE, and a policy for each role"
    )


def test_app_and_the_watchmen_see_one_organization_at_a_time(fenced: Fenced) -> None:
    """S0-141: its own member sees a row of each table that `app` reads; another sees none."""
    for table in tenants(fenced):
        expected = len(fenced.rows(table))
        assert expected, f"{table} is empty: have the scene (tests/fakes/scene.py) fill it"
        for role in ("app", "control"):
            assert seen(fenced, role, ACME, table) in {expected, None}, (table, role)
            assert seen(fenced, role, EVE, table) in {0, None}, (table, role)
        assert seen(fenced, "app", None, table) in {0, None}, table
        assert seen(fenced, "janym_owner", None, table) == 0, table


def test_another_organization_changes_nothing_whatever_it_says(fenced: Fenced) -> None:
    """S0-141: it updates no row, deletes no row, and adds none in another's name."""
    for table in tenants(fenced):
        before, column = fenced.rows(table), str(fenced.columns[table])
        for statement in hostile(table, column, before[0]):
            for role in ("app", "control"):
                assert changed(fenced, role, statement) == 0, statement.as_string()
        assert fenced.rows(table) == before, table


def hostile(table: str, column: str, row: dict[str, Any]) -> list[sql.Composed]:
    """Give statements that would touch another's row, or take its name."""
    names = {"table": sql.Identifier(table), "column": sql.Identifier(column)}
    values = {
        "fields": sql.SQL(", ").join(map(sql.Identifier, row)),
        "row": sql.Literal(Jsonb(row)),
        "other": sql.Literal(EVE),
    }
    return [
        sql.SQL(text).format(**names, **values)
        for text in (
            "UPDATE {table} SET {column} = {column}",
            "UPDATE {table} SET {column} = {other}",
            "DELETE FROM {table}",
            (
                "INSERT INTO {table} ({fields}) OVERRIDING SYSTEM VALUE"
                " SELECT {fields} FROM jsonb_populate_record(NULL::{table}, {row})"
            ),
        )
    ]


def seen(fenced: Fenced, role: str, organization: OrganizationId | None, table: str) -> int | None:
    """Count the rows that a role sees; None where it may not even look."""
    query = sql.SQL("SELECT count(*) AS n FROM {}").format(sql.Identifier(table))
    try:
        with fenced.database.role(role).transaction(organization) as transaction:
            row = transaction.one(query)
    except psycopg.errors.InsufficientPrivilege:
        return None
    return int(row.n) if row is not None else None


def changed(fenced: Fenced, role: str, statement: sql.Composed) -> int:
    """Carry out a statement for the other organization; count the rows that it changed."""
    with psycopg.connect(fenced.database.url(role), autocommit=True) as connection:
        connection.execute("SELECT set_config('app.org_id', %s, false)", (EVE,))
        try:
            return connection.execute(statement).rowcount
        except psycopg.errors.InsufficientPrivilege:  # of a fence, too
            return 0
