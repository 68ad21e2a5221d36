"""What IAM is asked for each call of AWS that the platform makes.

Where AWS's own pages disagree on whether a call asks for the certificate, the thing, the type or
the policy, all of them are asked for here: a role that allows each is right in either case.

https://docs.aws.amazon.com/service-authorization/latest/reference/
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from local.environment import ACCOUNT, REGION

Params = Mapping[str, Any]
Asked = tuple[str, str, dict[str, str]]
"""Action, resource, context."""


@dataclass(frozen=True)
class Place:
    """What a call's parameters do not say."""

    api: str
    """Id of the WebSocket API."""
    bot_roles: tuple[str, ...]
    """Roles that a bot's task is given."""


Asking = Callable[[Params, Place], Iterator[Asked]]


def of(service: str, operation: str, params: Params, place: Place) -> list[Asked]:
    """Give every question that a call raises. Raises KeyError for a call that nobody knows."""
    return list(_KNOWN[service, operation](params, place))


def _arn(service: str, rest: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}"


def _with_key(action: str) -> Asking:
    def asked(params: Params, _: Place) -> Iterator[Asked]:
        context = params["EncryptionContext"]
        yield (
            action,
            params["KeyId"],
            {f"kms:EncryptionContext:{name}": value for name, value in context.items()},
        )

    return asked


def _run(params: Params, place: Place) -> Iterator[Asked]:
    cluster = {"ecs:cluster": _arn("ecs", f"cluster/{params['cluster']}")}
    yield "ecs:RunTask", _arn("ecs", f"task-definition/{params['taskDefinition']}:1"), cluster
    task = _arn("ecs", f"task/{params['cluster']}/new")
    yield "ecs:TagResource", task, {"ecs:CreateAction": "RunTask"}
    for role in place.bot_roles:
        yield "iam:PassRole", role, {"iam:PassedToService": "ecs-tasks.amazonaws.com"}


def _list(params: Params, _: Place) -> Iterator[Asked]:
    yield "ecs:ListTasks", "*", {"ecs:cluster": _arn("ecs", f"cluster/{params['cluster']}")}


def _describe(params: Params, _: Place) -> Iterator[Asked]:
    for task in params["tasks"]:
        yield "ecs:DescribeTasks", _arn("ecs", f"task/{params['cluster']}/{task}"), {}


def _stop(params: Params, _: Place) -> Iterator[Asked]:
    yield "ecs:StopTask", _arn("ecs", f"task/{params['cluster']}/{params['task']}"), {}


def _thing(params: Params, _: Place) -> Iterator[Asked]:
    yield "iot:CreateThing", _arn("iot", f"thing/{params['thingName']}"), {}
    yield "iot:CreateThing", _arn("iot", f"thingtype/{params['thingTypeName']}"), {}


def _policy(action: str) -> Asking:
    def asked(params: Params, _: Place) -> Iterator[Asked]:
        yield action, params["target"], {}
        yield action, _arn("iot", f"policy/{params['policyName']}"), {}

    return asked


def _principal(action: str) -> Asking:
    def asked(params: Params, _: Place) -> Iterator[Asked]:
        yield action, params["principal"], {}
        yield action, _arn("iot", f"thing/{params['thingName']}"), {}

    return asked


def _certificate(action: str) -> Asking:
    def asked(params: Params, _: Place) -> Iterator[Asked]:
        yield action, _arn("iot", f"cert/{params['certificateId']}"), {}

    return asked


def _socket(method: str) -> Asking:
    def asked(params: Params, place: Place) -> Iterator[Asked]:
        connection = f"{place.api}/live/{method}/@connections/{params['ConnectionId']}"
        yield "execute-api:ManageConnections", _arn("execute-api", connection), {}

    return asked


def _invoke(params: Params, _: Place) -> Iterator[Asked]:
    url = urlsplit(str(params["url"]))
    api = (url.hostname or "").partition(".")[0]
    route = f"{api}/$default/{params['method']}{url.path}"
    yield "execute-api:Invoke", _arn("execute-api", route), {}


def _one(action: str, resource: Callable[[Params], str]) -> Asking:
    def asked(params: Params, _: Place) -> Iterator[Asked]:
        yield action, resource(params), {}

    return asked


_KNOWN: Mapping[tuple[str, str], Asking] = {
    ("kms", "GenerateDataKey"): _with_key("kms:GenerateDataKey"),
    ("kms", "Decrypt"): _with_key("kms:Decrypt"),
    ("ecs", "RunTask"): _run,
    ("ecs", "ListTasks"): _list,
    ("ecs", "DescribeTasks"): _describe,
    ("ecs", "StopTask"): _stop,
    ("iot", "CreateCertificateFromCsr"): _one("iot:CreateCertificateFromCsr", lambda _: "*"),
    ("iot", "CreateThing"): _thing,
    ("iot", "AttachPolicy"): _policy("iot:AttachPolicy"),
    ("iot", "DetachPolicy"): _policy("iot:DetachPolicy"),
    ("iot", "AttachThingPrincipal"): _principal("iot:AttachThingPrincipal"),
    ("iot", "DetachThingPrincipal"): _principal("iot:DetachThingPrincipal"),
    ("iot", "UpdateCertificate"): _certificate("iot:UpdateCertificate"),
    ("iot", "DeleteCertificate"): _certificate("iot:DeleteCertificate"),
    ("iot", "DeleteThing"): _one(
        "iot:DeleteThing", lambda p: _arn("iot", f"thing/{p['thingName']}")
    ),
    ("iot-data", "DeleteConnection"): _one(
        "iot:DeleteConnection", lambda p: _arn("iot", f"client/{p['clientId']}")
    ),
    ("iot-data", "Publish"): _one("iot:Publish", lambda p: _arn("iot", f"topic/{p['topic']}")),
    ("lambda", "Invoke"): _one(
        "lambda:InvokeFunction", lambda p: _arn("lambda", f"function:{p['FunctionName']}")
    ),
    ("secretsmanager", "GetSecretValue"): _one(
        "secretsmanager:GetSecretValue", lambda p: p["SecretId"]
    ),
    ("execute-api", "Invoke"): _invoke,
    ("apigatewaymanagementapi", "PostToConnection"): _socket("POST"),
    ("apigatewaymanagementapi", "DeleteConnection"): _socket("DELETE"),
}
