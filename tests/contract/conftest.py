"""The stores that must behave alike: the one in memory, which tests trust, and PostgreSQL."""

from typing import cast

import pytest

from janym.ports.unit_of_work import UnitsOfWork
from tests.fakes.memory import MemoryUnits


@pytest.fixture(params=["memory", "postgres"])
def units(request: pytest.FixtureRequest) -> UnitsOfWork:
    if request.param == "memory":
        return MemoryUnits()
    return cast("UnitsOfWork", request.getfixturevalue("postgres_units"))
