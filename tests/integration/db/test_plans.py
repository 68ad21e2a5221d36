"""Every list reads a bounded part of its table, however much is in it."""

import pytest

from janym.api.contract import declared
from janym.api.lists import ListView
from janym.db import logs
from tests.fixtures.database import TestDatabase, copied
from tests.integration.db import plans, volume

ROWS = 20_000


@pytest.fixture(scope="module")
def full(standing: TestDatabase) -> TestDatabase:
    volume.fill(standing, dict.fromkeys(volume.STATEMENTS, ROWS), days=20)
    return standing


def test_no_list_scans_a_table(full: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    """S0-013, S0-014, S0-015: with 1,000,000 orders and 10,000,000 points see `make soak`."""
    monkeypatch.setattr(logs, "LOOKED_AT", ROWS // 100)  # a small part here too

    assert plans.faults(full) == []


def test_every_route_that_lists_something_is_read_here() -> None:
    """A list that is added says which of the reads above it leads to, or what else bounds it."""
    lists = {
        route.call
        for route in declared.every()
        if route.answer is not None and issubclass(route.answer, ListView)
    }
    named = {name for reads in plans.ROUTES.values() if isinstance(reads, tuple) for name in reads}

    assert set(plans.ROUTES) == lists
    assert named <= set(plans.LISTS)


def test_a_scan_would_be_seen(full: TestDatabase) -> None:
    """The proof above can fail: without its index a list reads its whole table."""
    full.close()
    with copied(full.server, full.name) as bare:
        with bare.admin() as admin:
            admin.execute("DROP INDEX orders_newest, orders_of_organization, orders_open")

        found = plans.faults(bare)

    assert any("scans orders" in fault for fault in found), found
