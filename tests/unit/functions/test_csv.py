"""Every list as CSV, page by page, to who asks for it."""

import csv
import io

import pytest

from tests.fakes.functions import Answered, Functions
from tests.fakes.world import EVE

CSV = {"format": "csv"}


def rows(answer: Answered) -> list[dict[str, str]]:
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text, newline="")))


@pytest.mark.parametrize(
    "call",
    [
        "GET /api/bots",
        "GET /api/orders",
        "GET /api/exchanges",
        "GET /api/exchanges/credentials",
        "GET /api/bots/{bot}/commands",
        "GET /api/bots/{bot}/fills",
        "GET /api/bots/{bot}/logs",
        "GET /api/bots/{bot}/metrics",
        "GET /api/bots/{bot}/orders",
        "GET /api/bots/{bot}/rejected",
        "GET /api/bots/{bot}/runs",
        "GET /api/bots/{bot}/events",
        "GET /api/bots/{bot}/versions",
        "GET /api/collectors",
        "GET /api/monitoring",
        "GET /api/positions",
        "GET /api/balances",
        "GET /api/alerts",
        "GET /api/alerts/rules",
        "GET /api/alerts/channels",
        "GET /api/templates",
        "GET /api/strategies",
        "GET /api/organization/members",
    ],
)
def test_every_list_comes_as_csv(functions: Functions, call: str) -> None:
    bot = functions.world.stopped_bot()

    answer = functions.http(call.format(bot=bot.id), query=CSV)

    assert answer.status == 200
    columns = answer.text.splitlines()[0].split(",")
    assert len(columns) > 1, answer.text
    assert len(rows(answer)) == len(functions.http(call.format(bot=bot.id)).json["items"])
    name = call.rsplit("/", 1)[-1]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}.csv"'


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
