"""A bot's whole life on PostgreSQL, each function under the database role that it has in AWS."""

from types import ModuleType

import pytest

from tests.fakes import life
from tests.fakes.functions import functions_of
from tests.fakes.world import World
from tests.fixtures.database import TestDatabase

WATCHMEN = {"claim", "venue_check", "task_events", "reconcile"}
INGEST = {"ingest_current", "ingest_history"}


def role_of(function: str) -> str:
    if function in WATCHMEN:
        return "control"
    return "ingest" if function in INGEST else "app"


def test_a_bot_lives_under_the_rights_of_each_function(
    database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S0-070, S0-141, S0-184: row-level security and grants let through what each must do."""
    with functions_of(World(), monkeypatch) as functions:
        load = functions.load

        def under_its_role(function: str) -> ModuleType:
            functions.wiring.units = lambda: database.units(role_of(function))
            return load(function)

        functions.load = under_its_role
        lived = life.live(functions)

    assert lived.statuses == ["stopped", "starting", "running", "stopping", "stopped"]
    assert (lived.started["state"], lived.claimed["session"], lived.left) == ("done", 1, 404)
    assert [run["state"] for run in lived.runs] == ["ended"]
