"""Every route is declared, and declared rightly. Each failure says what to do."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from janym.api.contract import declared, openapi, refusals
from janym.api.contract.route import Route

ROOT = Path(__file__).parents[5]
CONTRACT = "shared/janym/api/contract"
ANSWERED = re.compile(
    r"^@app\.(get|post|put|patch|delete)\(\s*[\"'](/api[^\"']*)[\"']", re.MULTILINE
)
OF_PEOPLE = sorted(
    handler.parent.name
    for handler in (ROOT / "functions").glob("*/handler.py")
    if ANSWERED.search(handler.read_text())
)


def answered_by(function: str) -> set[str]:
    text = (ROOT / "functions" / function / "handler.py").read_text()
    return {
        f"{method.upper()} {path}".replace("<", "{").replace(">", "}")
        for method, path in ANSWERED.findall(text)
    }


@pytest.mark.parametrize("function", OF_PEOPLE)
def test_every_route_is_declared(function: str) -> None:
    """S0-186: a route that nobody declared is called by no test and told to no user."""
    calls = {route.call for route in declared.by_function().get(function, ())}

    assert answered_by(function) <= calls, (
        f"functions/{function}/handler.py answers {sorted(answered_by(function) - calls)}:"
        f" declare them in ROUTES of {CONTRACT}/{function}.py as its neighbours do, set in"
        " tests/fakes/scene.py what the examples' paths name, then run `make docs`"
    )
    assert calls <= answered_by(function), (
        f"{CONTRACT}/{function}.py declares {sorted(calls - answered_by(function))}, which"
        f" functions/{function}/handler.py does not answer"
    )


def test_only_functions_declare_routes() -> None:
    assert set(declared.by_function()) == set(OF_PEOPLE)


@pytest.mark.parametrize("route", declared.every(), ids=lambda route: route.call)
def test_a_declaration_is_whole(route: Route) -> None:
    """S0-186."""
    where = f"{CONTRACT}: {route.call}"

    assert route.summary, f"{where}: say in one sentence what it does"
    assert not route.summary.endswith("."), f"{where}: a summary has no full stop"
    if route.body is not None:
        assert route.example.body is not None, f"{where}: give an example of its body"
        route.body.model_validate(_with_ids(route.example.body))
    if route.query is not None:
        route.query.model_validate(_with_ids(route.example.query))
    assert set(route.example.path) <= set(route.names), f"{where}: the path has no such name"
    for code in route.problems:
        assert refusals.status_of(code).value >= 400, code
    assert route.answer is not None or route.status.value == 204, f"{where}: 204 has no answer"


def _with_ids(example: Mapping[str, object]) -> dict[str, object]:
    """Fill in an id for what the scene gives."""
    some_id = "6f0f6b2e-3a44-4a0e-9d53-0d6f3d1f2a10"
    return {
        name: some_id if re.fullmatch(r"{\w+}", str(value)) else value
        for name, value in example.items()
    }


def test_every_conflict_is_told_by_a_route() -> None:
    """K-21: a code that no route declares is one that no client expects."""
    usecases = (ROOT / "shared/janym/usecases").glob("*.py")
    raised = {
        code
        for module in usecases
        if module.name != "claim.py"  # of runs, not of people
        for code in re.findall(r"\bConflict\(\s*\"([A-Z_]+)\"", module.read_text())
    }
    told = {code for route in declared.every() for code in route.problems}

    assert raised <= told, f"add {sorted(raised - told)} to `problems` of the routes that raise it"


def test_operations_have_names_of_their_own() -> None:
    paths = openapi.document({})["paths"].values()
    names = [operation["operationId"] for path in paths for operation in path.values()]

    assert len(names) == len(set(names)) == len(declared.every())
