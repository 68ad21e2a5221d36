"""What a bot was, the way back, and bots that leave as documents and come back."""

from typing import Any

import pytest

from janym.hummingbot import library, strategies
from tests.fakes.functions import Functions
from tests.fakes.world import CONFIG, EVE

WIDE = {"config": {"ask_spread": "0.002"}}


def change(functions: Functions, bot: object, body: dict[str, Any] = WIDE) -> None:
    assert functions.http(f"PUT /api/bots/{bot}", body).status == 200


def test_each_change_is_a_version_and_no_change_is_none(functions: Functions) -> None:
    """S3-042: what a bot was is kept, with who made it so."""
    bot = functions.world.stopped_bot().id
    change(functions, bot)
    change(functions, bot)

    newest, first = functions.http(f"GET /api/bots/{bot}/versions").json["items"]

    assert (newest["number"], newest["note"], newest["author"]) == (2, "updated", "user_trader")
    assert (first["number"], first["note"]) == (1, "created")
    assert first["body"]["config"]["ask_spread"] == "0.001"
    one = functions.http(f"GET /api/bots/{bot}/versions/1")
    assert one.json == first


def test_versions_are_compared_field_by_field(functions: Functions) -> None:
    bot = functions.world.stopped_bot().id
    change(functions, bot, {"name": "wide", **WIDE})

    diff = functions.http(f"GET /api/bots/{bot}/versions/2/diff").json

    assert (diff["older"], diff["newer"]) == (1, 2)
    assert diff["items"] == [
        {"field": "config.ask_spread", "before": "0.001", "after": "0.002"},
        {"field": "name", "before": "maker", "after": "wide"},
    ]
    same = functions.http(f"GET /api/bots/{bot}/versions/1/diff", query={"against": "1"})
    assert same.json["items"] == []


def test_a_rollback_is_a_version_of_its_own(functions: Functions) -> None:
    """S3-044: nothing of what was is lost by going back to it."""
    before = functions.world.stopped_bot()
    change(functions, before.id, {"name": "wide", **WIDE})

    answer = functions.http(f"POST /api/bots/{before.id}/versions/1/rollback")

    assert (answer.status, answer.json["name"]) == (200, "maker")
    assert answer.json["config"] == before.config
    newest = functions.http(f"GET /api/bots/{before.id}/versions").json["items"][0]
    assert (newest["number"], newest["note"]) == (3, "rolled back to 1")


def test_a_rollback_of_a_running_bot_changes_no_account(functions: Functions) -> None:
    bot = functions.world.stopped_bot()
    other = functions.world.create_credential("second")
    change(functions, bot.id, {"credential_id": str(other.id)})
    functions.world.start(bot.id)

    refused = functions.http(f"POST /api/bots/{bot.id}/versions/1/rollback")

    assert (refused.status, refused.json["code"]) == (409, "BOT_NOT_STOPPED")
    assert functions.world.bot(bot.id).credential == other.id


@pytest.mark.parametrize("number", ["9", "2147483647"])
def test_a_version_that_never_was_is_not_found(functions: Functions, number: str) -> None:
    bot = functions.world.stopped_bot().id

    assert functions.http(f"GET /api/bots/{bot}/versions/{number}").status == 404
    assert functions.http(f"POST /api/bots/{bot}/versions/{number}/rollback").status == 404


@pytest.mark.parametrize("number", ["0", "-1", "one", "99999999999", "\u0663"])
def test_what_is_no_number_is_refused_by_name(functions: Functions, number: str) -> None:
    bot = functions.world.stopped_bot().id

    answer = functions.http(f"GET /api/bots/{bot}/versions/{number}")

    assert (answer.status, answer.fields) == (422, ["number"])


def test_a_bot_comes_back_as_it_left(functions: Functions) -> None:
    """S3-042, S3-044: export and import are each other's reverse."""
    bot = functions.world.stopped_bot()
    document = functions.http(f"GET /api/bots/{bot.id}/export").json
    asked = {"document": document, "credential_id": str(bot.credential)}

    made = functions.http("POST /api/bots/import", asked)

    assert made.status == 201, made.text
    assert made.json["bot_id"] != str(bot.id)
    again = functions.http(f"GET /api/bots/{made.json['bot_id']}/export").json
    assert again == document
    assert "credential_id" not in str(document)
    [version] = functions.http(f"GET /api/bots/{made.json['bot_id']}/versions").json["items"]
    assert version["note"] == "imported"


def test_a_document_of_the_first_version_is_brought_up(functions: Functions) -> None:
    """S3-043."""
    bot = functions.world.stopped_bot()
    flat = functions.http(f"GET /api/bots/{bot.id}").json | {"version": 1}

    made = functions.http(
        "POST /api/bots/import", {"document": flat, "credential_id": str(bot.credential)}
    )

    assert (made.status, made.json["config"]) == (201, bot.config)


def document(**changes: Any) -> dict[str, Any]:
    strategy = {
        "strategy_type": "pure_market_making",
        "trading_pair": "ETH-USDT",
        "config": CONFIG,
    }
    return {
        "version": 2,
        "instance_settings": {"name": "maker"},
        "strategy_configs": [strategy],
        "exchange_settings": {"exchange": "binance", "environment": "paper"},
    } | changes


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (document(version=3), "document.version"),
        (document(version=0), "document.version"),
        (document(version="2"), "document.version"),
        (document(version=True), "document.version"),
        ({}, "document.version"),
        ({"version": 1, "name": "maker"}, "document.strategy_type"),
        (document(leverage=3), "document.leverage"),
        (document(strategy_configs=[]), "document.strategy_configs"),
        (document(risk_settings={"max_loss": "1"}), "document.risk_settings.max_loss"),
        (document(exchange_settings={"exchange": "x"}), "document.exchange_settings.environment"),
    ],
)  # fmt: skip
def test_a_document_that_is_not_understood_is_refused_aloud(
    functions: Functions, wrong: dict[str, Any], field: str
) -> None:
    """S3-041, S3-043: nothing is guessed, nothing is dropped, nothing is stored."""
    bot = functions.world.stopped_bot()
    before = functions.world.units.tables.copy()

    answer = functions.http(
        "POST /api/bots/import", {"document": wrong, "credential_id": str(bot.credential)}
    )

    assert answer.status == 422, answer.text
    assert field in answer.fields
    assert functions.world.units.tables == before


def test_a_template_becomes_a_document_and_that_a_bot(functions: Functions) -> None:
    """S3-013, S3-040."""
    bot = functions.world.stopped_bot()
    names = [each["name"] for each in functions.http("GET /api/templates").json["items"]]
    assert "market-making-tight" in names
    asked = {"name": "from a template", "exchange": "binance", "trading_pair": "ETH-USDT"}
    call = "POST /api/templates/market-making-tight/configuration"

    refused = functions.http(call, asked)
    assert (refused.status, refused.fields) == (422, ["config.order_amount"])
    made = functions.http(call, asked | {"config": {"order_amount": "0.05"}})
    stored = functions.http(
        "POST /api/bots/import", {"document": made.json, "credential_id": str(bot.credential)}
    )

    assert stored.status == 201, stored.text
    assert stored.json["config"]["bid_spread"] == "0.001"


def test_own_templates_are_kept_and_are_nobody_elses(functions: Functions) -> None:
    """S3-044, S0-141."""
    functions.world.stopped_bot()
    part = {"strategy_type": "pmm", "config": {"bid_spread": "0.01"}}
    saved = functions.http("PUT /api/templates/mine", part)

    assert (saved.status, saved.json["own"]) == (200, True)
    assert saved.json["needs"] == ["ask_spread", "order_amount", "order_refresh_time"]
    assert functions.http("GET /api/templates/mine", caller=EVE).status == 404
    assert functions.http("DELETE /api/templates/mine", caller=EVE).status == 404
    assert functions.http("DELETE /api/templates/mine").status == 204
    assert functions.http("GET /api/templates/mine").status == 404


@pytest.mark.parametrize(
    ("name", "part", "status", "told"),
    [
        ("mine", {"strategy_type": "pmm", "config": {"bid_spred": "1"}}, 422, "config.bid_spred"),
        ("mine", {"strategy_type": "pmm", "config": {"bid_spread": "2"}}, 422, "config.bid_spread"),
        ("mine", {"strategy_type": "none", "config": {}}, 422, "strategy_type"),
        ("My-Own", {"strategy_type": "pmm", "config": {}}, 422, "name"),
        ("market-making-tight", {"strategy_type": "pmm", "config": {}}, 409, "comes with"),
    ],
)
def test_a_template_that_nobody_could_use_is_refused(
    functions: Functions, name: str, part: dict[str, Any], status: int, told: str
) -> None:
    functions.world.stopped_bot()

    answer = functions.http(f"PUT /api/templates/{name}", part)

    assert answer.status == status
    assert told in answer.text


@pytest.mark.parametrize("template", library.LIBRARY, ids=lambda each: each.name)
def test_every_template_of_the_library_runs_with_what_it_needs(template: Any) -> None:
    """S3-044: no template says what its strategy refuses."""
    needed = {"order_amount": "0.05", "order_refresh_time": "15", "starting_base": "0"}
    anchors = {"anchor_start": "2000", "anchor_end": "3000"}
    given = {field: needed[field] for field in library.missing(template)}
    more = anchors if template.strategy_type == "grid" else {}

    assert library.filled(template, given | more)
    strategies.check_part(template.strategy_type, template.config | more)
