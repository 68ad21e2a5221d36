"""Routes of an HTTP API: read from its OpenAPI body, chosen as API Gateway chooses."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from local.aws.cloud import Authorization, Jwt, Route
from local.aws.intrinsics import TemplateUnsupported
from local.aws.stack import Json

ANY = "x-amazon-apigateway-any-method"
METHODS = frozenset({"get", "post", "put", "delete", "patch", "head", "options", ANY})
FUNCTION = re.compile(r":function:([A-Za-z0-9_-]+)")
VARIABLE = re.compile(r"\{([A-Za-z0-9._-]+)(\+?)\}")


def of(body: Json, logical_id: str) -> Iterator[Route]:
    """The routes that an OpenAPI body declares. Raises TemplateUnsupported."""
    schemes = cast("Json", body.get("components", {}).get("securitySchemes", {}))
    for path, operations in cast("Json", body.get("paths", {})).items():
        for method, operation in cast("Json", operations).items():
            if method not in METHODS:
                raise TemplateUnsupported(f"{logical_id}: {method} of {path} is not supported")
            integration = operation["x-amazon-apigateway-integration"]
            found = FUNCTION.search(str(integration["uri"]))
            if found is None or integration.get("payloadFormatVersion") != "2.0":
                raise TemplateUnsupported(f"{logical_id}: {path} is not a function of format 2.0")
            authorization, jwt = _security(operation.get("security", []), schemes, logical_id)
            yield Route(
                method="ANY" if method == ANY else method.upper(),
                path=path,
                function=found[1],
                authorization=authorization,
                jwt=jwt,
            )


def _security(
    asked: Sequence[Json], schemes: Json, logical_id: str
) -> tuple[Authorization, Jwt | None]:
    names = [name for item in asked for name in item]
    if not names or names == ["NONE"]:
        return Authorization.NONE, None
    if len(names) > 1:
        raise TemplateUnsupported(f"{logical_id}: more than one authorizer on a route: {names}")
    scheme = schemes.get(names[0], {})
    if scheme.get("x-amazon-apigateway-authtype") == "awsSigv4" or names == ["AWS_IAM"]:
        return Authorization.IAM, None
    configuration = scheme.get("x-amazon-apigateway-authorizer", {}).get("jwtConfiguration")
    if configuration is None:
        raise TemplateUnsupported(f"{logical_id}: authorizer {names[0]} is not supported")
    flat: list[str] = []
    for item in cast("list[Any]", configuration["audience"]):
        flat.extend(cast("list[str]", item) if isinstance(item, list) else [str(item)])
    return Authorization.JWT, Jwt(issuer=str(configuration["issuer"]), audience=tuple(flat))


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A route that fits a request, and the path's variables."""

    route: Route
    variables: dict[str, str]

    @property
    def key(self) -> str:
        """The route key as events show it."""
        if self.route.path == "/$default":
            return "$default"
        return f"{self.route.method} {self.route.path}"


class Table:
    """The routes of one API, most specific first."""

    def __init__(self, routes: Sequence[Route]) -> None:
        ordered = sorted(routes, key=_specificity)
        self._routes = [(route, _pattern(route.path)) for route in ordered]

    def match(self, method: str, path: str) -> Match | None:
        """The route that API Gateway takes for a request, if any."""
        for route, pattern in self._routes:
            if route.method not in {method, "ANY"}:
                continue
            found = pattern.fullmatch(path)
            if found is not None:
                values = found.groups()
                names = [name for name, _ in VARIABLE.findall(route.path)]
                return Match(route=route, variables=dict(zip(names, values, strict=True)))
        return None


def _pattern(path: str) -> re.Pattern[str]:
    if path == "/$default":
        return re.compile("/.*")
    parts = VARIABLE.split(path)
    text = ""
    for index in range(0, len(parts), 3):
        text += re.escape(parts[index])
        if index + 2 < len(parts):
            text += "(.+)" if parts[index + 2] else "([^/]+)"
    return re.compile(text)


def _specificity(route: Route) -> tuple[bool, list[int], bool]:
    """Exact segments before variables before greedy ones; a method before ANY; $default last."""
    ranks = [
        2 if segment.endswith("+}") else 1 if segment.startswith("{") else 0
        for segment in route.path.strip("/").split("/")
    ]
    return route.path == "/$default", ranks, route.method == "ANY"
