"""The ECS service as boto3 speaks to it, and the doors by which credentials are asked."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import cast
from uuid import uuid4

from aiohttp import web

from local.aws import serving
from local.aws.addresses import IMAGES
from local.aws.cloud import TaskDefinition
from local.aws.ecs_runner import Request, Runner
from local.aws.ecs_task import Task
from local.aws.stack import Json

TARGET = "AmazonEC2ContainerServiceV20141113."
PAGE = 100
MOST = 10
CREDENTIALS_LIFE = 6 * 3600
"""Seconds that a task may use credentials before it asks again."""

Operation = Callable[[Json], Json]


class Refused(Exception):
    """A request that ECS refuses, with its error code; from 500 on it may be asked again."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.status = status


class EcsApi:
    """Serves the operations that the platform uses."""

    def __init__(
        self,
        runner: Runner,
        definitions: Mapping[str, TaskDefinition],
        *,
        internal_token: str,
        expiry: Callable[[int], str],
    ) -> None:
        self._runner = runner
        self._definitions = definitions
        self._internal_token = internal_token
        self._expiry = expiry
        self._operations: Mapping[str, Operation] = {
            "RunTask": self._run,
            "StopTask": self._stop,
            "DescribeTasks": self._describe,
            "ListTasks": self._list,
            "RegisterTaskDefinition": self._register,
            "DescribeTaskDefinition": self._describe_definition,
        }

    def application(self) -> web.Application:
        """The service as a server."""
        app = web.Application()
        app.router.add_get("/_health", serving.health)
        app.router.add_get("/_credentials/tasks/{id}", self._own_credentials)
        app.router.add_get("/_credentials/keys/{key}", self._whose_key)
        app.router.add_post("/", self._handle)
        return app

    async def _handle(self, request: web.Request) -> web.Response:
        name = request.headers.get("X-Amz-Target", "").removeprefix(TARGET)
        if name not in self._operations:
            return _error("InvalidParameterException", f"the laptop's ECS has no {name!r}")
        try:
            body = json.loads(await request.read() or b"{}")
            return _answer(200, self._operations[name](cast("Json", body)))
        except Refused as error:
            return _error(error.code, str(error), status=error.status)
        except (KeyError, TypeError, ValueError) as error:
            return _error("InvalidParameterException", f"missing or malformed: {error!r}")

    def _run(self, body: Json) -> Json:
        token = body.get("clientToken")
        fingerprint = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
        before = [t for t in self._runner.tasks.values() if token and t.client_token == token]
        if before and before[0].request != fingerprint:
            raise Refused("ConflictException", "the client token was used with other parameters")
        if before:
            return {"tasks": [task.described() for task in before], "failures": []}
        if self._runner.shutting_down:
            raise Refused("ServerException", "this machine's stack is being stopped", status=500)
        count = int(body.get("count", 1))
        if not 1 <= count <= MOST:
            raise Refused("InvalidParameterException", "count is 1 to 10")
        request = self._request(body, fingerprint)
        tasks = [self._runner.run(request) for _ in range(count)]
        return {"tasks": [task.described() for task in tasks], "failures": []}

    def _request(self, body: Json, fingerprint: str) -> Request:
        definition = self._definition(str(body["taskDefinition"]))
        network = body.get("networkConfiguration", {})
        if not network.get("awsvpcConfiguration", {}).get("subnets"):
            raise Refused(
                "InvalidParameterException",
                "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
            )
        overrides = cast("Json", body.get("overrides", {}))
        return Request(
            cluster=str(body.get("cluster", "default")).rsplit("/", 1)[-1],
            definition=definition,
            environment=_environment(definition, overrides),
            overrides=overrides,
            group=str(body.get("group", f"family:{definition.family}")),
            started_by=body.get("startedBy"),
            tags=cast("list[Json]", body.get("tags", [])),
            network=network,
            client_token=body.get("clientToken"),
            fingerprint=fingerprint,
        )

    def _stop(self, body: Json) -> Json:
        task = self._find(str(body["task"]), str(body.get("cluster", "default")))
        if task is None:
            raise Refused("InvalidParameterException", "The referenced task was not found.")
        self._runner.stop(task, str(body.get("reason") or "Task stopped by user"))
        return {"task": task.described()}

    def _describe(self, body: Json) -> Json:
        cluster = str(body.get("cluster", "default"))
        tasks: list[Json] = []
        failures: list[Json] = []
        for asked in cast("list[str]", body["tasks"]):
            task = self._find(asked, cluster)
            if task is None:
                failures.append({"arn": asked, "reason": "MISSING"})
            else:
                tasks.append(task.described())
        return {"tasks": tasks, "failures": failures}

    def _list(self, body: Json) -> Json:
        cluster = str(body.get("cluster", "default")).rsplit("/", 1)[-1]
        wanted = body.get("desiredStatus", "RUNNING")
        found = sorted(
            task.arn
            for task in self._runner.tasks.values()
            if task.cluster == cluster
            and task.desired == wanted
            and body.get("startedBy") in {None, task.started_by}
            and body.get("family") in {None, task.family}
        )
        after = str(body.get("nextToken") or "")
        left = [arn for arn in found if arn > after]
        page = left[: int(body.get("maxResults", PAGE))]
        more = {"nextToken": page[-1]} if len(left) > len(page) else {}
        return {"taskArns": page, **more}

    def _register(self, body: Json) -> Json:
        """Definitions come from the template; registering one of them changes nothing."""
        return {"taskDefinition": _definition_view(self._definition(str(body["family"])))}

    def _describe_definition(self, body: Json) -> Json:
        return {"taskDefinition": _definition_view(self._definition(str(body["taskDefinition"])))}

    def _definition(self, asked: str) -> TaskDefinition:
        family = asked.rsplit("/", 1)[-1].split(":", maxsplit=1)[0]
        definition = self._definitions.get(family)
        if definition is None:
            raise Refused("ClientException", f"TaskDefinition not found: {asked}")
        if len(definition.containers) != 1 or definition.containers[0].image not in IMAGES:
            raise Refused(
                "ClientException", f"the laptop runs one known container a task, not {asked}"
            )
        return definition

    def _find(self, asked: str, cluster: str) -> Task | None:
        task = self._runner.tasks.get(asked.rsplit("/", 1)[-1])
        same = task is not None and task.cluster == cluster.rsplit("/", 1)[-1]
        return task if same else None

    async def _own_credentials(self, request: web.Request) -> web.Response:
        task = self._runner.tasks.get(request.match_info["id"])
        held = None if task is None else task.credentials
        shown = request.headers.get("Authorization", "")
        if task is None or held is None or not hmac.compare_digest(shown, held.authorization):
            return web.json_response({"message": "no credentials for this token"}, status=401)
        return web.json_response(
            {
                "RoleArn": f"arn:aws:iam::000000000000:role/{task.role}",
                "AccessKeyId": held.access_key,
                "SecretAccessKey": held.secret,
                "Token": held.token,
                "Expiration": self._expiry(CREDENTIALS_LIFE),
            }
        )

    async def _whose_key(self, request: web.Request) -> web.Response:
        shown = request.headers.get("Authorization", "")
        if not hmac.compare_digest(shown, f"Bearer {self._internal_token}"):
            return web.json_response({"message": "Forbidden"}, status=403)
        for task in self._runner.tasks.values():
            held = task.credentials
            if held is not None and held.access_key == request.match_info["key"]:
                issued = {"secret": held.secret, "token": held.token}
                return web.json_response({**issued, "role": task.role, "session": task.id})
        return web.json_response({"message": "Not Found"}, status=404)


def _environment(definition: TaskDefinition, overrides: Json) -> dict[str, str]:
    container = definition.containers[0]
    variables = dict(container.environment)
    for override in cast("list[Json]", overrides.get("containerOverrides", [])):
        if override.get("name") != container.name:
            raise Refused(
                "InvalidParameterException",
                f"Override for container named {override.get('name')} is not a container in the"
                " TaskDefinition.",
            )
        for variable in cast("list[Json]", override.get("environment", [])):
            variables[str(variable["name"])] = str(variable["value"])
    return variables


def _definition_view(definition: TaskDefinition) -> Json:
    return {
        "taskDefinitionArn": definition.arn,
        "family": definition.family,
        "revision": 1,
        "status": "ACTIVE",
        "cpu": definition.cpu,
        "memory": str(definition.memory),
        "containerDefinitions": [
            {"name": container.name, "image": container.image, "essential": container.essential}
            for container in definition.containers
        ],
    }


def _answer(status: int, body: Json) -> web.Response:
    return web.Response(
        status=status,
        body=json.dumps(body).encode(),
        headers={"x-amzn-RequestId": str(uuid4())},
        content_type="application/x-amz-json-1.1",
    )


def _error(code: str, message: str, *, status: int = 400) -> web.Response:
    return _answer(status, {"__type": code, "message": message})
