"""The organization over HTTP: its state, its limits, and what follows at once."""

import pytest

from janym.domain.bot import BotStatus
from tests.fakes.functions import Functions
from tests.fakes.world import ACME, ADMIN, ANA


def test_a_halt_is_enforced_right_after_its_commit(functions: Functions) -> None:
    """S2-082, DESIGN §8."""
    world = functions.world
    bot = world.running_bot()

    answer = functions.http(
        "PUT /api/organization/state", {"state": "HALTED", "reason": "a crash"}, caller=ANA
    )

    assert (answer.status, world.functions.enforced) == (202, [ACME])
    assert (answer.json["state"], answer.json["by"]) == ("HALTED", ANA.user)
    (asked,) = answer.json["asked"]
    assert (asked["bot_id"], asked["kind"]) == (str(bot.id), "stop")
    world.bus.away = True
    functions.invoke("reconcile", {"organization_id": ACME})
    assert world.task(bot.id).stop_asked == ["its owner stopped the bot"]
    refused = functions.http(f"POST /api/bots/{bot.id}/start")
    assert (refused.status, refused.json["code"]) == (409, "ORGANIZATION_HALTED")


def test_a_halt_stands_although_its_enforcer_cannot_be_asked(functions: Functions) -> None:
    world = functions.world
    bot = world.running_bot()
    world.functions.away = True

    answer = functions.http("PUT /api/organization/state", {"state": "HALTED", "reason": "a crash"})

    assert answer.status == 202
    assert world.bot(bot.id).status is BotStatus.STOPPING


def test_the_organization_says_what_it_may_have_and_has(functions: Functions) -> None:
    """S2-081."""
    functions.world.running_bot()
    limits = {"bots": 5, "running_bots": 2, "credentials": 3, "requests_per_minute": 600}

    changed = functions.http("PUT /api/organization/limits", limits, caller=ADMIN)
    seen = functions.http("GET /api/organization")

    assert changed.json == seen.json
    assert seen.json["limits"] == limits
    assert seen.json["usage"] == {"bots": 1, "running_bots": 1, "credentials": 1}
    assert (seen.json["state"], seen.json["live_trading"]) == ("ACTIVE", False)


def test_real_money_over_http(functions: Functions) -> None:
    """S2-082."""
    functions.world.create_organization()
    words = functions.http("GET /api/organization").json["live_confirmation"]
    call = "PUT /api/organization/live-trading"

    refused = functions.http(call, {"enabled": True, "confirmation": "yes"}, caller=ADMIN)
    allowed = functions.http(call, {"enabled": True, "confirmation": words}, caller=ADMIN)

    assert (refused.status, refused.fields) == (422, ["confirmation"])
    assert (allowed.status, allowed.json["live_trading"]) == (200, True)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"state": "halted", "reason": "x"}, "state"),
        ({"state": "HALTED"}, "reason"),
        ({"state": "HALTED", "reason": ""}, "reason"),
        ({"state": "HALTED", "reason": "x", "stop_mode": "sell"}, "stop_mode"),
        ({"state": "HALTED", "reason": "x", "force": True}, "force"),
    ],
)
def test_a_state_that_makes_no_sense(
    functions: Functions, body: dict[str, object], field: str
) -> None:
    functions.world.create_organization()

    answer = functions.http("PUT /api/organization/state", body)

    assert (answer.status, answer.fields) == (422, [field])


def test_too_many_requests_are_429(functions: Functions) -> None:
    """S2-081."""
    functions.world.create_organization()
    functions.world.limit(requests_per_minute=60)
    functions.world.let_pass(1)
    answers = [functions.http("GET /api/bots") for _ in range(31)]

    assert {each.status for each in answers[:30]} == {200}
    assert (answers[30].status, answers[30].json["code"]) == (429, "RATE_LIMITED")
    assert answers[30].headers["Retry-After"] == "2"


def test_a_removed_member_is_out_of_every_route_at_once(functions: Functions) -> None:
    """S0-140, S0-142."""
    functions.world.create_organization()
    assert functions.http("GET /api/bots", caller=ANA).status == 200

    removed = functions.http(f"DELETE /api/organization/members/{ANA.user}", caller=ADMIN)

    assert removed.status == 204
    refused = functions.http("GET /api/bots", caller=ANA)
    assert (refused.status, refused.json["code"]) == (403, "NOT_A_MEMBER")


def test_members_are_named_as_their_tokens_say(functions: Functions) -> None:
    functions.world.create_organization()
    asked = {"user_id": "auth0|5f7c8", "role": "viewer", "name": "Boris"}
    assert functions.http("POST /api/organization/members", asked, caller=ADMIN).status == 201

    changed = functions.http(
        "PUT /api/organization/members/auth0%7C5f7c8", {"role": "trader"}, caller=ADMIN
    )

    assert (changed.status, changed.json["name"]) == (200, "Boris"), changed.text
    listed = functions.http("GET /api/organization/members").json["items"]
    assert {each["user_id"]: each["role"] for each in listed}["auth0|5f7c8"] == "trader"
