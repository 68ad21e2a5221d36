"""What is collected, asked for over HTTP."""

from typing import Any

import pytest

from janym.usecases import monitoring
from tests.fakes.functions import Functions
from tests.fakes.world import ADMIN, ANA, EVE, VERA

BTC = {"exchange": "binance", "market": "spot", "pair": "BTC/USDT"}


@pytest.fixture(autouse=True)
def acme(functions: Functions) -> None:
    assert functions.http("PUT /api/organization", {"name": "Acme"}, caller=ADMIN).status == 200


def created(functions: Functions, **asked: Any) -> dict[str, Any]:
    answer = functions.http("POST /api/monitoring", BTC | asked)
    assert answer.status == 201, answer.text
    return answer.json


def test_a_book_is_asked_for_changed_and_given_up(functions: Functions) -> None:
    """S4-044, S4-070: what is asked for is what collectors read."""
    key = created(functions, depth="20", bbo=True)["monitoring_id"]
    [listed] = functions.http("GET /api/monitoring").json["items"]
    assert functions.http(f"GET /api/monitoring/{key}").json == listed
    assert (listed["depth"], listed["bbo"], listed["enabled"]) == ("20", True, True)

    changed = functions.http(f"PUT /api/monitoring/{key}", {"priority": 7, "enabled": False}).json

    assert (changed["priority"], changed["enabled"], changed["depth"]) == (7, False, "20")
    assert functions.http(f"DELETE /api/monitoring/{key}").status == 204
    assert functions.http("GET /api/monitoring").json["items"] == []
    assert functions.http(f"DELETE /api/monitoring/{key}").status == 404


def test_fifty_levels_are_kept_unless_others_are_asked_for(functions: Functions) -> None:
    """S4-029."""
    key = created(functions)["monitoring_id"]

    usual = functions.http(f"GET /api/monitoring/{key}").json
    deeper = functions.http(f"PUT /api/monitoring/{key}", {"depth": "full"}).json

    assert (usual["depth"], usual["bbo"], deeper["depth"]) == ("50", False, "full")


def test_every_change_is_audited_with_what_was_before(functions: Functions) -> None:
    key = created(functions)["monitoring_id"]
    for body in ({"depth": "full"}, {"depth": "full"}):  # the second changes nothing
        assert functions.http(f"PUT /api/monitoring/{key}", body).status == 200
    functions.http(f"DELETE /api/monitoring/{key}")

    lines = [
        line
        for line in functions.http("GET /api/audit", caller=ADMIN).json["items"]
        if line["action"].startswith("monitoring.")
    ]

    assert [line["action"].partition(".")[2] for line in lines] == ["delete", "update", "create"]
    assert (lines[1]["before"]["depth"], lines[1]["after"]["depth"]) == ("50", "full")
    assert {(line["actor"], line["subject"]) for line in lines} == {(ANA.user, str(key))}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (BTC | {"exchange": "moon"}, "exchange"),
        (BTC | {"market": "margin"}, "market"),
        (BTC | {"pair": "BTCUSDT"}, "pair"),
        (BTC | {"pair": "NO/USDT"}, "pair"),
        (BTC | {"depth": 30}, "depth"),
        (BTC | {"priority": 101}, "priority"),
        (BTC | {"priority": -1}, "priority"),
        (BTC | {"colour": "red"}, "colour"),
        ({"exchange": "binance"}, "pair"),
    ],
)
def test_what_cannot_be_collected_is_refused_by_name(
    functions: Functions, body: dict[str, Any], field: str
) -> None:
    answer = functions.http("POST /api/monitoring", body)

    assert (answer.status, answer.fields) == (422, [field])
    assert functions.http("GET /api/monitoring").json["items"] == []


def test_an_exchange_whose_list_nobody_read_yet_is_taken_at_its_word(functions: Functions) -> None:
    assert created(functions, exchange="htx", pair="NEW/USDT")["pair"] == "NEW/USDT"


def test_one_book_is_asked_for_once(functions: Functions) -> None:
    created(functions)

    again = functions.http("POST /api/monitoring", BTC | {"depth": "full"})

    assert (again.status, again.json["code"]) == (409, "ALREADY_EXISTS")


def test_a_repeated_request_is_answered_as_before(functions: Functions) -> None:
    once = {"idempotency-key": "one book"}
    first, second = (functions.http("POST /api/monitoring", BTC, headers=once) for _ in range(2))

    assert (first.status, first.json) == (second.status, second.json)


def test_an_organization_asks_for_so_many_at_most(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S4-086."""
    monkeypatch.setattr(monitoring, "MOST_TASKS", 1)
    created(functions)

    refused = functions.http("POST /api/monitoring", BTC | {"market": "futures"})

    assert (refused.status, refused.json["code"]) == (409, "MONITORING_LIMIT")


def test_a_viewer_reads_and_changes_nothing(functions: Functions) -> None:
    key = created(functions)["monitoring_id"]
    path = f"/api/monitoring/{key}"

    assert functions.http(f"GET {path}", caller=VERA).status == 200
    for call, body in (("POST /api/monitoring", BTC), (f"PUT {path}", {"depth": "20"})):
        assert functions.http(call, body, caller=VERA).status == 403
    assert functions.http(f"DELETE {path}", caller=VERA).status == 403


def test_another_organizations_task_does_not_exist(functions: Functions) -> None:
    path = f"/api/monitoring/{created(functions)['monitoring_id']}"

    assert functions.http("GET /api/monitoring", caller=EVE).json["items"] == []
    for method in ("GET", "DELETE"):
        assert functions.http(f"{method} {path}", caller=EVE).status == 404
    assert functions.http(f"PUT {path}", {"enabled": False}, caller=EVE).status == 404


def test_how_collectors_are_can_be_seen(functions: Functions) -> None:
    """S4-070a, S4-076: one that gave no sign for twenty seconds is dead, whatever it last said."""
    seen = functions.http("GET /api/collectors").json["items"]

    assert [(each["collector_id"], each["alive"], each["books"]) for each in seen] == [
        ("collector-1", True, 12),
        ("collector-0", False, 7),
    ]
    assert functions.http("GET /api/collectors", caller=VERA).status == 403
