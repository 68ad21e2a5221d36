"""A million orders and ten million points: every list still reads a bounded part of its table."""

import pytest

from tests.fixtures.database import TestDatabase
from tests.integration.db import plans, volume

MILLION = 1_000_000
SIZES = dict.fromkeys(volume.STATEMENTS, MILLION) | {
    "bot_metrics": 10 * MILLION,
    "commands": MILLION // 10,
    "bot_runs": MILLION // 10,
    "rejected_messages": MILLION // 10,
    "config_versions": MILLION // 10,
    "integrators": MILLION // 10,
    "members": MILLION // 10,
    "monitoring": MILLION // 10,
    "balances": MILLION // 10,
    "alert_channels": MILLION // 10,
    "alert_rules": MILLION // 10,
}


@pytest.fixture
def full(database: TestDatabase) -> TestDatabase:
    volume.fill(database, SIZES, days=29)
    return database


def test_no_list_scans_a_table_of_millions(full: TestDatabase) -> None:
    """S0-013, S0-014, S0-015."""
    with full.admin() as admin:
        [[orders]] = admin.execute("SELECT count(*) FROM orders").fetchall()
        [[points]] = admin.execute("SELECT count(*) FROM bot_metrics").fetchall()
    assert (orders, points) == (MILLION, 10 * MILLION)

    assert plans.faults(full) == []
