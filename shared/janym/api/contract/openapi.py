"""The OpenAPI 3.1 document of the people's API, made of the declared routes and the wire models.

https://spec.openapis.org/oas/v3.1.1.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from janym.api import sheets
from janym.api.contract import declared, docstrings, refusals
from janym.api.contract.refusals import GatewayProblem, Problem
from janym.api.contract.route import Route
from janym.api.problems import CONTENT_TYPE
from janym.api.receipts import HEADER, LONGEST_KEY

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]

ABOUT = """\
Fleets of trading bots in your own AWS account.

Money and sizes are decimal strings, times are RFC 3339 in UTC, ratios are fractions (`0.001` is
0.1 %). Unknown fields are refused with their names. A list gives `items` and `next_cursor`, which
is the next call's `cursor`. Errors are RFC 9457 problems with a stable `code`; `errors` names each
bad field. Another organization's things do not exist (404); what your role may not do is 403. A
`POST` with an `Idempotency-Key` acts once however often it is sent.
"""
REFS = "#/components/schemas/{model}"
BY_THE_GATEWAY = {
    "401": "The token is missing, expired, or not for this API",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What really went over the wire when a route's example was carried out."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any
    answer: Any
    """None where there was nothing to show."""


def document(recorded: Mapping[str, Recorded]) -> Json:
    """Make the document; `recorded` has the examples by call."""
    functions = declared.by_function()
    routes = [route for each in functions.values() for route in each]
    paths: dict[str, Json] = {}
    for function, each in functions.items():
        for route in each:
            operation = _operation(route, function, recorded.get(route.call))
            paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {"title": "Janym", "version": "1", "description": ABOUT},
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": [{"name": name} for name in functions],
        "paths": dict(sorted(paths.items())),
        "components": {
            "responses": _refusals(routes),
            "schemas": _schemas(routes),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "Signed in at your identity provider, with `org_id` and"
                    " `org_role`: `viewer` reads, `trader` also acts, `admin` also decides who may",
                }
            },
        },
    }


def _operation(route: Route, function: str, recorded: Recorded | None) -> Json:
    operation: Json = {
        "operationId": _operation_id(route),
        "tags": [function],
        "summary": route.summary,
        "description": f"Needs the role `{route.role}`.",
        "x-role": str(route.role),
    }
    if parameters := [*_parameters(route, recorded)]:
        operation["parameters"] = parameters
    if route.body is not None:
        operation["requestBody"] = _request(route.body, not route.body_optional, recorded)
    operation["responses"] = _responses(route, recorded)
    return operation


def _operation_id(route: Route) -> str:
    """Name it for code: `GET /api/bots/{bot_id}/runs` is `getBotsByBotIdRuns`."""
    words = [route.method.lower()]
    for part in route.path.removeprefix("/api/").split("/"):
        words += ["by", *part.strip("{}").split("_")] if part.startswith("{") else part.split("-")
    return words[0] + "".join(word.title() for word in words[1:])


def _parameters(route: Route, recorded: Recorded | None) -> Sequence[Json]:
    found = [_path_parameter(name, recorded) for name in route.names]
    if route.query is not None:
        schema = route.query.model_json_schema(ref_template=REFS)
        for name, of in schema["properties"].items():
            found.append(_query_parameter(name, of, name in schema.get("required", []), recorded))
    if route.idempotent:
        found.append(
            {
                "name": HEADER,
                "in": "header",
                "required": False,
                "description": "Makes the request safe to repeat: it acts once, and the first"
                " answer is given again",
                "schema": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": LONGEST_KEY,
                    "pattern": "^[ -~]+$",
                },
            }
        )
    return found


PATH_PARAMETERS: Mapping[str, Json] = {
    "user_id": {"type": "string"},
    "number": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
    "name": {"type": "string", "maxLength": 60},
    "monitoring_id": {"type": "integer", "minimum": 1, "maximum": 2**31 - 1},
}
"""What a path names that is no UUID."""


def _path_parameter(name: str, recorded: Recorded | None) -> Json:
    parameter: Json = {
        "name": name,
        "in": "path",
        "required": True,
        "schema": PATH_PARAMETERS.get(name, {"type": "string", "format": "uuid"}),
    }
    if recorded is not None:
        told = recorded.path[name]
        parameter["example"] = int(told) if parameter["schema"]["type"] == "integer" else told
    return parameter


def _query_parameter(name: str, schema: Json, required: bool, recorded: Recorded | None) -> Json:  # noqa: FBT001 - as JSON Schema has it
    parameter: Json = {
        "name": name,
        "in": "query",
        "required": required,
        "schema": _without_null(schema),
    }
    if recorded is not None and name in recorded.query:
        parameter["example"] = _typed(recorded.query[name], parameter["schema"])
    return parameter


def _without_null(schema: Json) -> Json:
    """A query cannot say null: what may be null may be left out."""
    choices = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    rest = {name: value for name, value in schema.items() if name not in {"anyOf", "title"}}
    if rest.get("default", ...) is None:
        del rest["default"]
    return {**(choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {}), **rest}


def _typed(text: str, schema: Json) -> Any:
    if schema.get("type") == "integer":
        return int(text)
    return text == "true" if schema.get("type") == "boolean" else text


def _request(body: type[BaseModel], required: bool, recorded: Recorded | None) -> Json:  # noqa: FBT001 - as OpenAPI has it
    content: Json = {"schema": {"$ref": REFS.format(model=body.__name__)}}
    if recorded is not None:
        content["example"] = recorded.body
    return {"required": required, "content": {"application/json": content}}


def _responses(route: Route, recorded: Recorded | None) -> Json:
    responses: Json = {str(route.status.value): _success(route, recorded)}
    for status in BY_THE_GATEWAY:
        responses[status] = _response_ref(f"ByGateway{status}")
    for status, codes in refusals.of(route).items():
        responses[str(status.value)] = _response_ref(_refusal_name(status, codes))
    return dict(sorted(responses.items()))


def _success(route: Route, recorded: Recorded | None) -> Json:
    answer: Json = {"description": route.status.phrase}
    if route.answer is None:
        return answer
    content: Json = {"schema": {"$ref": REFS.format(model=route.answer.__name__)}}
    if recorded is not None:
        content["example"] = recorded.answer
    answer["content"] = {"application/json": content}
    if "items" in route.answer.model_fields:
        answer["content"]["text/csv"] = {"schema": {"type": "string"}}
        answer["headers"] = {
            sheets.NEXT_CURSOR: {
                "description": "With CSV: the cursor of the next part; absent at the end",
                "schema": {"type": "string"},
            }
        }
    return answer


def _response_ref(name: str) -> Json:
    return {"$ref": f"#/components/responses/{name}"}


def _refusal_name(status: HTTPStatus, codes: Sequence[str]) -> str:
    return "_".join((f"Refused{status.value}", *codes))


def _refusals(routes: Sequence[Route]) -> Json:
    """Make each refusal once: most routes share theirs."""
    gateway = {"schema": {"$ref": REFS.format(model=GatewayProblem.__name__)}}
    responses: Json = {
        f"ByGateway{status}": {"description": text, "content": {"application/json": gateway}}
        for status, text in BY_THE_GATEWAY.items()
    }
    for route in routes:
        for status, codes in refusals.of(route).items():
            responses[_refusal_name(status, codes)] = _refusal(status, codes)
    return dict(sorted(responses.items()))


def _refusal(status: HTTPStatus, codes: Sequence[str]) -> Json:
    schema = {
        "allOf": [
            {"$ref": REFS.format(model=Problem.__name__)},
            {"properties": {"status": {"const": status.value}, "code": {"enum": [*codes]}}},
        ]
    }
    refusal: Json = {
        "description": f"{status.phrase}: {', '.join(f'`{code}`' for code in codes)}",
        "content": {CONTENT_TYPE: {"schema": schema}},
    }
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        # The gateway itself answers so when a function does not, or it has enough.
        gateway = {"schema": {"$ref": REFS.format(model=GatewayProblem.__name__)}}
        refusal["content"]["application/json"] = gateway
    return refusal


def _schemas(routes: Sequence[Route]) -> Json:
    """Make every schema; what a list is of names the list."""
    queries = [route.query for route in routes if route.query is not None]
    bodies = [route.body for route in routes if route.body is not None]
    answers = [route.answer for route in routes if route.answer is not None]
    modes: dict[tuple[type[BaseModel], Mode], None] = {
        **dict.fromkeys((model, "validation") for model in (*bodies, *queries)),
        **dict.fromkeys((model, "serialization") for model in (*answers, Problem, GatewayProblem)),
    }
    models = sorted(modes, key=lambda each: each[0].__name__)
    refs, schema = models_json_schema(models, ref_template=REFS)
    names = {ref["$ref"].rpartition("/")[2]: model.__name__ for (model, _), ref in refs.items()}
    described = docstrings.described(schema["$defs"], [model for model, _ in models])
    named = {names.get(name, name): of for name, of in described.items()}
    for query in set(queries):  # a query is told parameter by parameter
        del named[query.__name__]
    return dict(sorted(named.items()))
