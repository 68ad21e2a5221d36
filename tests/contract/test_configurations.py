"""Versions and templates, alike in every store."""

import pytest

from janym.domain.configuration import Template
from janym.domain.errors import InvalidInput, NotFound
from janym.domain.ids import UserId
from janym.ports.pages import Page
from janym.ports.unit_of_work import UnitsOfWork
from tests.integration.db.builders import ACME, NOON, OTHER, bot, later, seed

GRID, FOREIGN = bot(), bot("foreign", key=OTHER)
ANA = UserId("ana")


@pytest.fixture
def seeded(units: UnitsOfWork) -> UnitsOfWork:
    seed(units, GRID, FOREIGN)
    return units


def test_versions_are_numbered_by_bot_and_listed_newest_first(seeded: UnitsOfWork) -> None:
    with seeded(ACME) as uow:
        for number in (1, 2, 3):
            body = {"name": f"{number}", "config": {"deep": {"list": [1, None]}}}
            given = uow.versions.add(GRID.id, body, author=ANA, at=later(number), note="updated")
            assert given == number
        uow.commit()

    with seeded(ACME) as uow:
        first = uow.versions.list(GRID.id, Page(limit=2))
        rest = uow.versions.list(GRID.id, Page(limit=2, cursor=first.next_cursor))
        assert [each.number for each in [*first.items, *rest.items]] == [3, 2, 1]
        assert rest.next_cursor is None
        kept = uow.versions.get(GRID.id, 2)
        assert (kept.body["config"], kept.at) == ({"deep": {"list": [1, None]}}, later(2))
        with pytest.raises(NotFound):
            uow.versions.get(GRID.id, 4)
        with pytest.raises(InvalidInput):
            uow.versions.list(GRID.id, Page(cursor="nonsense"))


def test_nobody_else_sees_or_adds_a_version(seeded: UnitsOfWork) -> None:
    """S0-141."""
    with seeded(ACME) as uow:
        uow.versions.add(GRID.id, {}, author=ANA, at=NOON, note="created")
        uow.commit()

    with seeded(OTHER) as uow:
        assert list(uow.versions.list(GRID.id, Page()).items) == []
        with pytest.raises(NotFound):
            uow.versions.get(GRID.id, 1)
        with pytest.raises(NotFound):
            uow.versions.add(GRID.id, {}, author=ANA, at=NOON, note="created")


def template(name: str, **changes: object) -> Template:
    return Template(
        name=name,
        description="wide",
        strategy_type="pmm",
        config={"bid_spread": "0.1", **changes},
        own=True,
        updated_at=NOON,
    )


def test_a_template_is_kept_replaced_and_removed(seeded: UnitsOfWork) -> None:
    with seeded(ACME) as uow:
        for each in (template("b"), template("a"), template("a", order_levels=2)):
            uow.templates.put(each, author=ANA, at=NOON)
        uow.commit()

    with seeded(ACME) as uow:
        kept = [template("a", order_levels=2), template("b")]
        assert list(uow.templates.list()) == kept
        assert uow.templates.get("a") == kept[0]
        uow.templates.remove("a")
        with pytest.raises(NotFound):
            uow.templates.get("a")
        with pytest.raises(NotFound):
            uow.templates.remove("a")
    with seeded(OTHER) as uow:
        assert list(uow.templates.list()) == []
        with pytest.raises(NotFound):
            uow.templates.remove("b")
