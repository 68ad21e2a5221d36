"""Functions as Lambda loads them, with every port faked."""

import importlib
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import cast

import pytest

import janym
from tests.fakes.functions import Functions
from tests.fakes.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def functions(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[Functions]:
    wiring = world.wiring()
    monkeypatch.setitem(sys.modules, "janym.wiring", cast("ModuleType", wiring))
    monkeypatch.setattr(janym, "wiring", wiring, raising=False)
    loaded: dict[str, ModuleType] = {}

    def load(function: str) -> ModuleType:
        if function not in loaded:
            name = f"functions.{function}.handler"
            monkeypatch.delitem(sys.modules, name, raising=False)
            loaded[function] = importlib.import_module(name)
        return loaded[function]

    yield Functions(world, load)
    for function in loaded:
        sys.modules.pop(f"functions.{function}.handler", None)
