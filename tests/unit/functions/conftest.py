"""Functions as Lambda loads them, with every port faked."""

from collections.abc import Generator

import pytest

from tests.fakes.functions import Functions, functions_of
from tests.fakes.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def functions(world: World, monkeypatch: pytest.MonkeyPatch) -> Generator[Functions]:
    with functions_of(world, monkeypatch) as functions:
        yield functions
