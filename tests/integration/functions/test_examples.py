"""Every example of the OpenAPI really happens, on PostgreSQL, under the rights of each function."""

from collections.abc import Callable, Generator
from dataclasses import asdict
from typing import Any

import pytest

from janym.api.contract import declared
from janym.api.contract.openapi import Recorded
from janym.api.contract.route import Route
from tests.fakes.published import DOCUMENT
from tests.fakes.recorder import Stage, recording


@pytest.fixture(scope="module")
def record(stage: Stage) -> Generator[Callable[[Route], Recorded]]:
    with recording(stage) as record:
        yield record


def published(route: Route) -> dict[str, Any]:
    operation = DOCUMENT["paths"][route.path][route.method.lower()]
    request = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    answer = operation["responses"][str(route.status.value)].get("content", {})
    return {
        "body": request.get("example"),
        "answer": answer.get("application/json", {}).get("example"),
        "path": {
            parameter["name"]: _written(parameter["example"])
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "path"
        },
        "query": {
            parameter["name"]: _written(parameter["example"])
            for parameter in operation.get("parameters", [])
            if parameter["in"] == "query" and "example" in parameter
        },
    }


@pytest.mark.parametrize("route", declared.every(), ids=lambda route: route.call)
def test_an_example_really_happens(record: Callable[[Route], Recorded], route: Route) -> None:
    """S0-183, S0-186."""
    assert published(route) == asdict(record(route)), "run `make docs`"


def _written(value: object) -> str:
    """Return a parameter as an address has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)
