"""The way from a request to an exchange's order, over HTTP."""

import pytest

from tests.fakes.functions import Functions
from tests.fakes.world import EVE


def test_a_request_is_found_by_what_it_called_itself(functions: Functions) -> None:
    bot = functions.world.stopped_bot().id
    key = {"idempotency-key": "start-once"}
    command = functions.http(f"POST /api/bots/{bot}/start", headers=key).json["command_id"]
    call = f"GET /api/bots/{bot}/timeline"

    found = functions.http(call, query={"idempotency_key": "start-once"})

    assert (found.status, found.json["command_id"]) == (200, command)
    assert found.json["items"][0]["what"] == "requested"
    assert "start-once" in found.json["items"][0]["detail"]
    foreign = functions.http(call, query={"idempotency_key": "start-once"}, caller=EVE)
    assert foreign.status == 404


@pytest.mark.parametrize("query", [{}, {"idempotency_key": "a", "client_order_id": "b"}])
def test_one_link_is_asked_for(functions: Functions, query: dict[str, str]) -> None:
    bot = functions.world.stopped_bot().id

    answer = functions.http(f"GET /api/bots/{bot}/timeline", query=query)

    assert (answer.status, answer.fields) == (422, ["query"])
    assert "exactly one of idempotency_key" in answer.text
