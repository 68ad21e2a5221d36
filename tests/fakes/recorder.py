"""Carries out every route's example on PostgreSQL and writes down what really came.

`python -m tests.fakes.recorder` writes `openapi.json` again.
"""

import copy
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from janym.api.contract import declared, openapi
from janym.api.contract.openapi import Recorded
from janym.api.contract.route import Route
from janym.domain.organization import Role
from tests.fakes import roles, scene
from tests.fakes.functions import Functions, functions_of
from tests.fakes.published import FILE
from tests.fakes.world import World, member
from tests.fixtures.database import TestDatabase, migrate
from tests.fixtures.services import RunningPostgres, room, running_postgres


class ExampleFailed(Exception):
    """An example did not succeed; the message has what came instead."""


@dataclass(frozen=True)
class Stage:
    """The scene, set once; each example that acts has a copy of it."""

    server: RunningPostgres
    database: str
    world: World
    names: Mapping[str, str]


def set_stage(server: RunningPostgres, migrated: str) -> Stage:
    """Set the scene in a database of its own."""
    name, world = server.create_database(prefix="scene", template=migrated), World()
    with pytest.MonkeyPatch.context() as patch, functions_of(world, patch) as functions:
        database = on_postgres(functions, TestDatabase(server=server, name=name))
        names = scene.set_up(functions)
        database.close()
    return Stage(server=server, database=name, world=world, names=names)


def on_postgres(functions: Functions, database: TestDatabase) -> TestDatabase:
    """Give each function PostgreSQL under the role that it has in AWS."""
    load = functions.load

    def under_its_role(function: str) -> ModuleType:
        role = roles.of(function)
        if role is not None:
            functions.wiring.units = lambda: database.units(role)
        return load(function)

    functions.load = under_its_role
    return database


@contextmanager
def acting(stage: Stage, *, prefix: str = "acting") -> Generator[Functions]:
    """Give the functions over a copy of the scene."""
    name = stage.server.create_database(prefix=prefix, template=stage.database)
    world = copy.deepcopy(stage.world)
    try:
        with pytest.MonkeyPatch.context() as patch, functions_of(world, patch) as functions:
            database = on_postgres(functions, TestDatabase(server=stage.server, name=name))
            yield functions
            database.close()
    finally:
        stage.server.drop_database(name)


@contextmanager
def recording(stage: Stage) -> Generator[Callable[[Route], Recorded]]:
    """Give what carries out a route's example; viewers change nothing and share a copy.

    It raises ExampleFailed.
    """
    with acting(stage, prefix="reading") as reading:

        def record(route: Route) -> Recorded:
            if route.role is Role.VIEWER and route.method == "GET":
                return _carried_out(reading, route, stage.names)
            with acting(stage) as functions:
                return _carried_out(functions, route, stage.names)

        yield record


def _carried_out(functions: Functions, route: Route, names: Mapping[str, str]) -> Recorded:
    path = {name: _named(route.example.path.get(name, name), names, route) for name in route.names}
    query = {key: _filled(value, names) for key, value in route.example.query.items()}
    body = _filled(route.example.body, names)
    call = route.call.format(**path)
    answer = functions.http(call, body, query=query, caller=member(route.role))
    if answer.status != route.status.value:
        raise ExampleFailed(f"{route.call}: {answer.status} {answer.text}")
    return Recorded(path=path, query=query, body=body, answer=answer.json if answer.text else None)


def _named(name: str, names: Mapping[str, str], route: Route) -> str:
    if name not in names:
        raise ExampleFailed(
            f"{route.call}: the scene has no {name}: set one up in tests/fakes/scene.py,"
            f" or name another in the example's `path`; there are {', '.join(names)}"
        )
    return names[name]


def _filled(value: Any, names: Mapping[str, str]) -> Any:
    text = json.dumps(value)
    for name, stands_for in names.items():
        text = text.replace(f"{{{name}}}", stands_for)
    return json.loads(text)


def document(server: RunningPostgres, migrated: str) -> dict[str, Any]:
    """Carry out every example and give the whole document."""
    stage = set_stage(server, migrated)
    with recording(stage) as record:
        recorded = {route.call: record(route) for route in declared.every()}
    server.drop_database(stage.database)
    return openapi.document(recorded)


def main() -> None:
    """Write the document again."""
    with room() as folder, running_postgres(folder) as server:
        written = document(server, migrate(server))
    FILE.write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
