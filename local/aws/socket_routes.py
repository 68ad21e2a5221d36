"""Routes of a WebSocket API: read from the resources that SAM makes of it."""

from collections.abc import Callable, Iterator

from local.aws.cloud import SocketApi
from local.aws.identities import LaptopIdentities
from local.aws.intrinsics import Scope

Place = tuple[Scope, str]
"""A template and a logical id in it."""


def of(
    api: Place, identities: LaptopIdentities, every: Callable[[str], Iterator[Place]]
) -> SocketApi:
    """The API at a place, with the function of each route; `every` lists resources of a type."""
    name = identities.name(*api)

    def parts(kind: str) -> Iterator[Place]:
        return (at for at in every(f"AWS::ApiGatewayV2::{kind}") if _get(at, "ApiId") == name)

    functions = {
        f"integrations/{identities.ref(*at)}": _function(_get(at, "IntegrationUri"))
        for at in parts("Integration")
    }
    [stage] = parts("Stage")
    return SocketApi(
        logical_id=api[1],
        id=name,
        stage=_get(stage, "StageName"),
        selection=_get(api, "RouteSelectionExpression"),
        routes={_get(at, "RouteKey"): functions[_get(at, "Target")] for at in parts("Route")},
    )


def _get(at: Place, name: str) -> str:
    scope, logical_id = at
    return str(scope.get(scope.properties(logical_id), name, logical_id))


def _function(uri: str) -> str:
    """The function at the end of an integration's address."""
    return uri.removesuffix("/invocations").rpartition(":")[2]
