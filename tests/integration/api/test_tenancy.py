"""Every route of the OpenAPI, through the gateway: each role, nobody, and another organization.

Which calls there are is read from the published document, so a new route is called too. What a call
must not do is looked for in the whole database: nothing changes, and nothing of another's is told.
"""

import json
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urlencode

import pytest
from psycopg import sql

from janym.domain.organization import RANK, Role
from tests.fakes.published import DOCUMENT
from tests.fakes.world import ACME, RIVAL
from tests.integration.api.conftest import Platform

ROUTES = [
    (method.upper(), path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
]
routes = pytest.mark.parametrize(
    ("method", "path", "operation"), ROUTES, ids=[f"{method} {path}" for method, path, _ in ROUTES]
)
Json = dict[str, Any]
LONG_ENOUGH = 20
TALLIES = {"request_budgets", "live_outlets"}
"""Tables that count who asks how often, refused or not, and how far events went out."""
OF_NOBODY = {"/api/exchanges", "/api/exchanges/addresses", "/api/strategies"}
"""What everybody who is signed in is told alike: it is of no organization."""


def example(operation: Json, path: str) -> tuple[str, Any]:
    """Give the example's address and body."""
    query: dict[str, str] = {}
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        elif "example" in parameter:
            query[parameter["name"]] = json.dumps(parameter["example"]).strip('"')
    content = operation.get("requestBody", {}).get("content", {})
    return (
        f"{path}?{urlencode(query)}" if query else path,
        content.get("application/json", {}).get("example"),
    )


def everything(platform: Platform, organization: str | None = None) -> Json:
    """Give every row there is, or of an organization, by table; the clock's own notes aside."""
    parts: list[sql.Composed] = []
    for table, column in platform.tables:
        where = sql.SQL("")
        if organization is not None and column is not None:
            where = sql.SQL("WHERE {} = {}").format(sql.Identifier(column), organization)
        if table not in TALLIES and (organization is None or column is not None):
            rows = sql.SQL("SELECT {}, coalesce(json_agg(t ORDER BY t::text), '[]') FROM {} t {}")
            parts.append(rows.format(table, sql.Identifier(table), where))
    return dict(platform.admin.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall())


def secrets_of(rows: Any) -> Iterator[str]:
    """Give what only this organization may read: every text that is long enough to be its own."""
    if isinstance(rows, dict):
        for value in cast("Json", rows).values():
            yield from secrets_of(value)
    elif isinstance(rows, list):
        for each in cast("list[Any]", rows):
            yield from secrets_of(each)
    elif isinstance(rows, str) and len(rows) >= LONG_ENOUGH:
        yield rows


def leaked(rows: Json, answer: str, asked: str) -> set[str]:
    """Give what an answer tells of an organization that the question did not."""
    return {text for text in secrets_of(rows) if text in answer and text not in asked}


@routes
def test_nobody_gets_in(platform: Platform, method: str, path: str, operation: Json) -> None:
    """S0-140, S2-008, S2-063: no token, one that is expired, for others, forged, or garbage."""
    address, body = example(operation, path)
    mint, claims = platform.issuer.mint, {"org_id": ACME, "org_role": "admin"}
    header, claimed, signature = mint(**claims).split(".")
    tokens = {
        "no token": None,
        "garbage": "garbage",
        "expired": mint(**claims, exp=1),
        "not valid yet": mint(**claims, nbf=2**40),
        "for another audience": mint(**claims, aud="elsewhere"),
        "by another issuer": mint(**claims, iss="https://elsewhere.example.com"),
        "forged": ".".join((header, claimed, signature[::-1])),
    }
    before = everything(platform)
    answers = {
        name: platform.call(method, address, token=token, body=body)
        for name, token in tokens.items()
    }

    for name, answer in answers.items():
        assert answer.status == 401, (name, answer.status, answer.data)
        assert json.loads(answer.data) == {"message": "Unauthorized"}, name
    assert everything(platform) == before


@routes
def test_a_lower_role_is_refused(
    platform: Platform, method: str, path: str, operation: Json
) -> None:
    """S0-142: a role below the route's, no role, an unknown one, and no organization."""
    address, body = example(operation, path)
    needed = Role(operation["x-role"])
    claims: list[Json] = [
        {"org_id": ACME, "org_role": str(role), "sub": f"user_{role}"}
        for role in Role
        if RANK[role] < RANK[needed]
    ]
    claims += [{"org_id": ACME, "org_role": "owner"}, {"org_id": ACME}, {"org_role": "admin"}]
    if path in OF_NOBODY:
        claims = [each for each in claims if each.get("org_role") in set(Role) and "org_id" in each]
    before = everything(platform)

    for each in claims:
        token = platform.issuer.mint(**each)
        answer = platform.call(method, address, token=token, body=body)
        assert (answer.status, json.loads(answer.data).get("code")) == (403, "FORBIDDEN"), each
    assert everything(platform) == before


@routes
def test_another_organization_reaches_nothing(
    platform: Platform, method: str, path: str, operation: Json
) -> None:
    """S0-026, S0-141: its highest role reads nothing of ours and changes nothing of ours."""
    address, body = example(operation, path)
    before = everything(platform, ACME)
    token = platform.issuer.mint(org_id=RIVAL, org_role="admin", sub="eve")
    answer = platform.call(method, address, token=token, body=body)

    assert everything(platform, ACME) == before
    if "_id}" in path:  # a name may be anybody's own
        assert (answer.status, json.loads(answer.data).get("code")) == (404, "NOT_FOUND")
    if path in OF_NOBODY:
        ours = platform.issuer.mint(org_id=ACME, org_role="viewer", sub="user_viewer")
        assert answer.data == platform.call(method, address, token=ours).data
        return
    assert leaked(before, answer.data.decode(), f"{address} {json.dumps(body)}") == set()


def test_a_leak_would_be_seen(platform: Platform) -> None:
    """What the search for ours finds in an answer to ourselves, it would find in another's."""
    ours = platform.issuer.mint(org_id=ACME, org_role="viewer", sub="user_viewer")
    answer = platform.call("GET", "/api/bots", token=ours).data.decode()

    assert len(leaked(everything(platform, ACME), answer, "")) > 3


@pytest.mark.parametrize(
    ("path", "operation"),
    [(path, operation) for method, path, operation in ROUTES if method == "GET"],
    ids=[path for method, path, _ in ROUTES if method == "GET"],
)
def test_every_member_who_may_reads(platform: Platform, path: str, operation: Json) -> None:
    """S0-142."""
    address, _ = example(operation, path)
    for role in Role:
        if RANK[role] >= RANK[Role(operation["x-role"])]:
            token = platform.issuer.mint(org_id=ACME, org_role=str(role), sub=f"user_{role}")
            answer = platform.call("GET", address, token=token)
            assert answer.status in {200, 503}, (role, answer.data)  # ClickHouse is not here
