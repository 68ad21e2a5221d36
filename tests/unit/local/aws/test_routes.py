"""Which route API Gateway takes."""

import pytest

from local.aws.cloud import Authorization, Route
from local.aws.routes import Table


def route(method: str, path: str) -> Route:
    return Route(method=method, path=path, function="f", authorization=Authorization.NONE, jwt=None)


TABLE = Table(
    [
        route("ANY", "/$default"),
        route("ANY", "/api/{proxy+}"),
        route("GET", "/api/bots/{bot_id}"),
        route("GET", "/api/bots/all"),
        route("ANY", "/api/bots/{bot_id}"),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "key", "variables"),
    [
        ("GET", "/api/bots/all", "GET /api/bots/all", {}),
        ("GET", "/api/bots/b1", "GET /api/bots/{bot_id}", {"bot_id": "b1"}),
        ("PUT", "/api/bots/b1", "ANY /api/bots/{bot_id}", {"bot_id": "b1"}),
        ("GET", "/api/bots/b1/x", "ANY /api/{proxy+}", {"proxy": "bots/b1/x"}),
        ("GET", "/else", "$default", {}),
    ],
)
def test_the_most_specific_route_wins(
    method: str, path: str, key: str, variables: dict[str, str]
) -> None:
    match = TABLE.match(method, path)

    assert match is not None
    assert (match.key, match.variables) == (key, variables)


def test_no_route_fits() -> None:
    assert Table([route("GET", "/a")]).match("POST", "/a") is None
