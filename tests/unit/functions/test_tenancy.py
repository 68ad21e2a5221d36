"""Every route, for every role and for another organization."""

import json
from typing import Any
from uuid import uuid4

import pytest

from janym.domain.ids import OrganizationId
from janym.domain.organization import Caller, Role
from tests.fakes.functions import Functions
from tests.fakes.world import ACME, ADMIN, ANA, CONFIG, EVE, KEY, VERA, member

READS = [
    "GET /api/organization",
    "GET /api/exchanges/credentials",
    "GET /api/exchanges/credentials/{credential}",
    "GET /api/exchanges",
    "GET /api/strategies",
    "GET /api/bots",
    "GET /api/bots/{bot}",
    "GET /api/bots/{bot}/commands",
    "GET /api/commands/{command}",
    "GET /api/bots/{bot}/metrics",
    "GET /api/bots/{bot}/pnl",
    "GET /api/bots/{bot}/orders",
    "GET /api/bots/{bot}/fills",
    "GET /api/bots/{bot}/logs",
    "GET /api/bots/{bot}/runs",
    "GET /api/bots/{bot}/events",
    "GET /api/bots/{bot}/rejected",
    "GET /api/bots/{bot}/config",
    "GET /api/orders",
    "GET /api/organization/members",
]
ACTS: list[tuple[str, dict[str, Any] | None]] = [
    (
        "POST /api/exchanges/credentials",
        {"exchange": "binance", "label": "new", "api_key": "k", "api_secret": "s"},
    ),
    ("POST /api/exchanges/credentials/{credential}/test", None),
    ("DELETE /api/exchanges/credentials/{credential}", None),
    (
        "POST /api/bots",
        {
            "name": "new",
            "strategy_type": "pure_market_making",
            "exchange": "binance",
            "trading_pair": "ETH-USDT",
            "credential_id": "{credential}",
            "config": CONFIG,
        },
    ),
    ("PUT /api/bots/{bot}", {"name": "renamed"}),
    ("DELETE /api/bots/{bot}", None),
    ("POST /api/bots/{bot}/start", None),
    ("POST /api/bots/{bot}/stop", None),
    ("POST /api/bots/{bot}/restart", None),
    ("POST /api/bots/{bot}/apply", None),
    ("POST /api/bots/{bot}/pause", None),
    ("POST /api/bots/{bot}/resume", None),
    ("PUT /api/organization/state", {"state": "HALTED", "reason": "enough"}),
]
OF_ADMINS: list[tuple[str, dict[str, Any]]] = [
    ("PUT /api/organization", {"name": "Acme"}),
    (
        "PUT /api/organization/live-trading",
        {"enabled": True, "confirmation": "trade real money in org_acme"},
    ),
    (
        "PUT /api/organization/limits",
        {"bots": 1, "running_bots": 1, "credentials": 1, "requests_per_minute": 60},
    ),
    ("POST /api/organization/members", {"user_id": "user_new", "role": "viewer"}),
    ("PUT /api/organization/members/user_trader", {"role": "viewer"}),
    ("DELETE /api/organization/members/user_trader", {}),
]


@pytest.fixture
def names(functions: Functions) -> dict[str, str]:
    """Ids of what the organization has."""
    bot = functions.world.stopped_bot()
    command = functions.world.stop(bot.id)
    return {
        "bot": str(bot.id),
        "command": str(command.id),
        "credential": str(bot.credential),
    }


def filled(of: Any, names: dict[str, str]) -> Any:
    text = json.dumps(of)
    for name, value in names.items():
        text = text.replace(f"{{{name}}}", value)
    return json.loads(text)


@pytest.mark.parametrize("call", READS)
@pytest.mark.parametrize("caller", [VERA, ANA, ADMIN], ids=lambda caller: str(caller.role))
def test_every_member_reads(
    functions: Functions, names: dict[str, str], call: str, caller: Caller
) -> None:
    """S0-050, S0-052, S0-058, S0-059, S0-060, S0-064, S0-066, S0-142."""
    answer = functions.http(filled(call, names), caller=caller)

    assert answer.status == 200, answer.text
    assert KEY.api_key not in answer.text


@pytest.mark.parametrize(("call", "body"), ACTS, ids=[call for call, _ in ACTS])
def test_a_viewer_does_nothing(
    functions: Functions, names: dict[str, str], call: str, body: dict[str, Any] | None
) -> None:
    """S0-142."""
    before = functions.world.units.tables.copy()
    answer = functions.http(filled(call, names), filled(body, names), caller=VERA)

    assert (answer.status, answer.json["code"]) == (403, "FORBIDDEN")
    assert functions.world.units.tables == before


def test_only_an_admin_creates_the_organization(functions: Functions) -> None:
    """S0-142."""
    for caller in (VERA, ANA):
        answer = functions.http("PUT /api/organization", {"name": "Acme"}, caller=caller)
        assert (answer.status, answer.json["code"]) == (403, "FORBIDDEN")
    assert functions.world.units.tables.organizations == {}


@pytest.mark.parametrize(("call", "body"), OF_ADMINS, ids=[call for call, _ in OF_ADMINS])
@pytest.mark.parametrize("caller", [VERA, ANA], ids=lambda caller: str(caller.role))
def test_what_admins_decide_is_theirs_alone(
    functions: Functions,
    names: dict[str, str],
    call: str,
    body: dict[str, Any],
    caller: Caller,
) -> None:
    """S0-142."""
    before = functions.world.units.tables.copy()
    refused = functions.http(call, body, caller=caller)

    assert (refused.status, refused.json["code"]) == (403, "FORBIDDEN")
    assert functions.world.units.tables == before
    assert names
    assert functions.http(call, body, caller=ADMIN).status in {200, 201, 204}


@pytest.mark.parametrize("call", ["GET /api/audit", "GET /api/audit/verification"])
def test_only_an_admin_reads_the_audit_log(
    functions: Functions, names: dict[str, str], call: str
) -> None:
    """S0-142, S2-024."""
    assert [functions.http(call, caller=who).status for who in (VERA, ANA, ADMIN)] == [
        403,
        403,
        200,
    ]
    assert KEY.api_key not in functions.http(call, caller=ADMIN).text
    assert names


@pytest.mark.parametrize("call", [call for call in READS if "{" in call])
def test_another_organization_reads_nothing(
    functions: Functions, names: dict[str, str], call: str
) -> None:
    """S0-141: somebody else's and nobody's read alike."""
    theirs = functions.http(filled(call, names), caller=EVE)
    nobodys = functions.http(filled(call, dict.fromkeys(names, str(uuid4()))), caller=EVE)

    assert (theirs.status, nobodys.status) == (404, 404)
    assert theirs.json["code"] == nobodys.json["code"] == "NOT_FOUND"


@pytest.mark.parametrize("call", ["/api/bots", "/api/orders", "/api/exchanges/credentials"])
def test_another_organizations_lists_are_its_own(
    functions: Functions, names: dict[str, str], call: str
) -> None:
    """S0-026, S0-141."""
    assert functions.http(f"GET {call}", caller=EVE).json["items"] == []
    assert names


@pytest.mark.parametrize(
    ("call", "body"),
    [(call, body) for call, body in ACTS if "{" in call],
    ids=[call for call, _ in ACTS if "{" in call],
)
def test_another_organization_does_nothing(
    functions: Functions, names: dict[str, str], call: str, body: dict[str, Any] | None
) -> None:
    """S0-141."""
    functions.world.create_organization(EVE)
    before = functions.world.units.tables.copy()
    answer = functions.http(filled(call, names), filled(body, names), caller=EVE)

    assert (answer.status, answer.json["code"]) == (404, "NOT_FOUND")
    assert functions.world.units.tables == before


def test_anothers_key_is_no_key_for_a_bot(functions: Functions, names: dict[str, str]) -> None:
    """S0-141."""
    functions.world.create_organization(EVE)
    call, body = ACTS[3]
    answer = functions.http(call, filled(body, names), caller=EVE)

    assert (answer.status, answer.fields) == (422, ["credential_id"])


def test_a_token_without_an_organization_reads_nothing(functions: Functions) -> None:
    """S0-140."""
    answer = functions.http("GET /api/bots", caller=None)

    assert (answer.status, answer.json["code"]) == (403, "FORBIDDEN")


def test_a_role_of_nobody_reads_nothing(functions: Functions) -> None:
    """S0-142."""
    owner = member(Role.ADMIN, OrganizationId(ACME))
    odd = Caller(user=owner.user, organization=ACME, role="owner")  # pyright: ignore[reportArgumentType] - what a token may say

    assert functions.http("GET /api/bots", caller=odd).status == 403
