"""Every list as CSV, page by page, to who asks for it."""

import csv
import io
import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from janym.api.contract import declared
from janym.api.contract.route import Route
from tests.fakes import scene
from tests.fakes.functions import Answered, Functions, functions_of
from tests.fakes.world import EVE, World, member

CSV = {"format": "csv"}
NOTHING: Mapping[str, str] = {}


def columns(answer: Answered) -> list[str]:
    return answer.text.splitlines()[0].split(",")


def spelled(item: Any, path: list[str]) -> str:
    """Spell as a cell what JSON has where CSV has a column."""
    for name in path:
        item = item.get(name) if item is not None else None
    if isinstance(item, str):
        return item
    return "" if item is None else json.dumps(item, separators=(",", ":"))


def rows(answer: Answered) -> list[dict[str, str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


LISTS = [
    route
    for route in declared.every()
    if route.answer is not None and "items" in route.answer.model_fields
]


@dataclass(frozen=True)
class Day:
    """An organization in the middle of its day, that everybody here only reads."""

    functions: Functions
    names: Mapping[str, str]

    def read(self, route: Route, query: Mapping[str, str] = NOTHING, **sent: Any) -> Answered:
        path = {name: self.names[route.example.path.get(name, name)] for name in route.names}
        asked = {key: value.format(**self.names) for key, value in route.example.query.items()}
        call, caller = route.call.format(**path), member(route.role)
        return self.functions.http(call, caller=caller, query={**asked, **query}, **sent)


@pytest.fixture(scope="module")
def day() -> Generator[Day]:
    with pytest.MonkeyPatch.context() as patch, functions_of(World(), patch) as functions:
        yield Day(functions, scene.set_up(functions))


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.call)
def test_every_list_comes_as_csv(day: Day, route: Route) -> None:
    """Whoever asks in either way gets the rows that JSON has, each below its column."""
    items = day.read(route).json["items"]
    assert items, "the scene has none: set one up in tests/fakes/scene.py"

    for sheet in (day.read(route, CSV), day.read(route, headers={"accept": "text/csv"})):
        assert sheet.status == 200, sheet.text
        assert rows(sheet) == [
            {name: spelled(item, name.split(".")) for name in columns(sheet)} for item in items
        ]
        assert {name.partition(".")[0] for name in columns(sheet)} >= items[0].keys()
        name = route.path.rsplit("/", 1)[-1]
        assert sheet.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'


@pytest.mark.parametrize("route", LISTS, ids=lambda route: route.call)
def test_a_list_is_asked_for_in_words_it_knows(day: Day, route: Route) -> None:
    answer = day.read(route, {"sheet": "yes"})

    assert (answer.status, answer.fields) == (422, ["sheet"])


def test_a_cursor_leads_from_part_to_part(functions: Functions) -> None:
    world = functions.world
    world.create_organization()
    credential = world.create_credential()
    for number in range(3):
        world.create_bot(credential, f"bot {number}")

    first = functions.http("GET /api/bots", query={**CSV, "limit": "2"})
    cursor = first.headers["X-Next-Cursor"]
    last = functions.http("GET /api/bots", query={**CSV, "limit": "2", "cursor": cursor})

    assert [row["name"] for row in rows(first) + rows(last)] == ["bot 2", "bot 1", "bot 0"]
    assert "X-Next-Cursor" not in last.headers


def test_who_accepts_csv_gets_it_and_may_ask_for_more_at_once(functions: Functions) -> None:
    functions.world.stopped_bot()
    accepts = {"accept": "text/csv"}

    assert len(rows(functions.http("GET /api/bots", headers=accepts, query={"limit": "5000"}))) == 1
    for more in ({"limit": "5001"}, {"limit": "501", "format": "json"}):
        answer = functions.http("GET /api/bots", headers=accepts, query=more)
        assert (answer.status, answer.fields) == (422, ["limit"])


def test_one_thing_and_a_problem_stay_json(functions: Functions) -> None:
    bot = functions.world.stopped_bot().id

    assert functions.http(f"GET /api/bots/{bot}", headers={"accept": "text/csv"}).json
    refused = functions.http(f"GET /api/bots/{bot}/orders", caller=EVE, query=CSV)
    assert (refused.status, refused.json["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("call", ["GET /api/alerts/rules", "GET /api/exchanges/credentials"])
def test_a_list_without_lines_still_names_its_columns(functions: Functions, call: str) -> None:
    functions.world.create_organization()

    answer = functions.http(call, query=CSV)

    assert rows(answer) == []
    assert len(answer.text.splitlines()[0].split(",")) > 1
