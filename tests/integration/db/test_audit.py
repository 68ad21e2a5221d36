"""Whoever gets past the rules of the audit log leaves a trace in its chain."""

from collections.abc import Sequence
from dataclasses import replace
from typing import LiteralString

import psycopg
import pytest

from janym.domain.errors import InvalidInput
from janym.domain.ids import UserId
from janym.ports.audit import AuditEntry, AuditFault, AuditFilter
from janym.ports.unit_of_work import Page, UnitsOfWork
from janym.usecases import audit
from local.audit import report
from tests.fixtures.database import TestDatabase
from tests.integration.db.builders import ACME, NOON, OTHER, later, organization

CHANGED, MISSING, CUT_OFF = AuditFault.CHANGED, AuditFault.MISSING, AuditFault.CUT_OFF
LINE = AuditEntry(
    organization=ACME,
    at=NOON,
    actor=UserId("ana"),
    action="bot.start",
    subject="bot-1",
    before={"desired": "stopped"},
    after={"price": "0.10", "nested": [1, None]},
    request_id="request-1",
    address="203.0.113.7",
)
REHASH: LiteralString = """
    UPDATE audit_log AS entry SET hash = audit_hash(entry, before.hash)
    FROM audit_log before
    WHERE entry.organization_id = 'acme' AND entry.number = {}
        AND before.organization_id = 'acme' AND before.number = entry.number - 1
"""


@pytest.fixture
def written(database: TestDatabase) -> TestDatabase:
    """Six lines of one organization, and two of another."""
    units = database.units("control")
    for key, number in ((ACME, 6), (OTHER, 2)):
        with units(key) as uow:
            uow.organizations.put(organization(key))
            for each in range(number):
                action = "bot.stop" if each % 2 else "bot.start"
                uow.audit.add(replace(LINE, organization=key, at=later(each), action=action))
            uow.commit()
    return database


def tampered(database: TestDatabase, *statements: LiteralString) -> None:
    """Change rows as only somebody can who switches the rules off."""
    with database.admin() as admin:
        for table in ("audit_log", "audit_heads"):
            admin.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            admin.execute(statement)
        for table in ("audit_log", "audit_heads"):
            admin.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def faults(database: TestDatabase) -> Sequence[tuple[int, AuditFault]]:
    with database.units("app")(ACME) as uow:
        return uow.audit.verify().faults


def append(database: TestDatabase) -> None:
    with database.units("app")(ACME) as uow:
        uow.audit.add(LINE)
        uow.commit()


def test_a_log_that_nobody_touched_is_whole(written: TestDatabase) -> None:
    """S2-024."""
    append(written)
    with written.admin() as admin:
        admin.execute("SET timezone = 'Asia/Tokyo'")
        assert admin.execute("SELECT * FROM audit_faults('acme')").fetchall() == []
    with written.units("app")(ACME) as uow:
        chain = uow.audit.verify()

    assert (chain.lines, chain.faults, chain.head and chain.head[0]) == (7, [], 7)


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit_log SET actor = 'eve' WHERE organization_id = 'acme' AND number = 3"],
         [(3, CHANGED)]),
        (["UPDATE audit_log SET after = '{}' WHERE organization_id = 'acme' AND number = 3",
          REHASH.format(3)], [(4, CHANGED)]),
        (["UPDATE audit_log SET at = now() WHERE organization_id = 'acme' AND number = 6",
          REHASH.format(6)], [(6, CHANGED)]),
        (["DELETE FROM audit_log WHERE organization_id = 'acme' AND number IN (3, 4)"],
         [(3, MISSING)]),
        (["DELETE FROM audit_log WHERE organization_id = 'acme' AND number = 1"],
         [(1, MISSING)]),
        ([("UPDATE audit_log SET number = 100 - number WHERE organization_id = 'acme'"
          " AND number IN (2, 5)"),
          ("UPDATE audit_log SET number = CASE number WHEN 98 THEN 5 ELSE 2 END"
          " WHERE organization_id = 'acme' AND number > 90")],
         [(2, CHANGED), (3, CHANGED), (5, CHANGED), (6, CHANGED)]),
        (["DELETE FROM audit_log WHERE organization_id = 'acme' AND number > 4"],
         [(6, CUT_OFF)]),
        (["DELETE FROM audit_log WHERE organization_id = 'acme'"], [(6, CUT_OFF)]),
    ],
    ids=["altered", "altered with its hash", "the newest altered with its hash", "deleted",
         "the first deleted", "swapped", "the end cut off", "all gone"],
)  # fmt: skip
def test_what_was_done_to_it_shows(
    written: TestDatabase,
    statements: list[LiteralString],
    found: list[tuple[int, AuditFault]],
) -> None:
    """S2-024."""
    tampered(written, *statements)

    assert faults(written) == found


def test_a_cut_end_does_not_heal(written: TestDatabase) -> None:
    """The next line follows from the head that was kept, not from what was left."""
    tampered(written, "DELETE FROM audit_log WHERE organization_id = 'acme' AND number > 4")
    append(written)

    assert faults(written) == [(5, MISSING)]


@pytest.mark.parametrize("role", ["app", "control", "janym_owner"])
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_heads",
        "TRUNCATE audit_heads",
        "UPDATE audit_heads SET number = 4",
        "UPDATE audit_heads SET organization_id = 'other'",
    ],
)
def test_the_head_only_advances(written: TestDatabase, role: str, statement: LiteralString) -> None:
    try:
        with written.role(role).transaction(ACME) as transaction:
            changed = transaction.run(statement).rowcount
            transaction.commit()
    except psycopg.errors.InsufficientPrivilege:
        changed = 0

    assert changed in {0, -1}
    assert faults(written) == []


def test_lines_are_found_by_who_what_and_when(written: TestDatabase) -> None:
    """S2-024: an organization's own, newest first, page by page."""
    units: UnitsOfWork = written.units("app")
    with units(ACME) as uow:
        uow.audit.add(replace(LINE, actor=UserId("bo"), subject="bot-2", at=later(9)))
        uow.commit()

    def numbers(limit: int = 10, cursor: str | None = None, **wanted: object) -> list[int]:
        found = uow.audit.list(AuditFilter(**wanted), Page(limit=limit, cursor=cursor))  # pyright: ignore[reportArgumentType] - a field of it
        more = numbers(limit, found.next_cursor, **wanted) if found.next_cursor else []
        return [each.number for each in found.items] + more

    with units(ACME) as uow:
        assert numbers(limit=2) == [7, 6, 5, 4, 3, 2, 1]
        assert numbers(action="bot.stop") == [6, 4, 2]
        assert numbers(actor=UserId("bo")) == numbers(subject="bot-2") == [7]
        assert numbers(since=later(1), until=later(4)) == [4, 3, 2]
        (line,) = uow.audit.list(AuditFilter(subject="bot-2"), Page()).items
        assert line.entry == replace(LINE, actor=UserId("bo"), subject="bot-2", at=later(9))
        with pytest.raises(InvalidInput):
            numbers(cursor="WyIyMDI2LTExLTIxVDEyOjAwOjAwKzAwOjAwIiwgIngiXQ==")


def test_the_command_names_what_is_wrong(
    written: TestDatabase, capsys: pytest.CaptureFixture[str]
) -> None:
    """S2-024."""
    units = written.units("control")
    kept = dict(audit.verify(units))[ACME].head
    assert kept is not None
    head = f"{kept[0]}:{kept[1].hex()}"
    assert report(dict(audit.verify(units)), only=None, expected={"acme": head}) == 0
    assert capsys.readouterr().out.splitlines()[0] == f"acme: 6 lines, whole, head {head}"
    tampered(written, "DELETE FROM audit_log WHERE organization_id = 'acme' AND number = 3")

    assert report(dict(audit.verify(units)), only=None, expected={}) == 1
    assert report(dict(audit.verify(units)), only="other", expected={"other": "2:00"}) == 1
    assert report(dict(audit.verify(units)), only="nobody", expected={}) == 1

    said = capsys.readouterr()
    assert "acme: 5 lines, broken" in said.out
    assert "  lines are missing from 3 on" in said.out
    assert "  its head is not 2:00" in said.out
    assert said.err == "There is no organization nobody.\n"
