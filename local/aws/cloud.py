"""What the template declares, as the laptop's servers need it: resolved and typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """One Lambda function. `timeout` is in seconds, `memory` in MiB."""

    logical_id: str
    name: str
    arn: str
    handler: str
    code: Path
    environment: Mapping[str, str]
    timeout: int
    memory: int
    role: str
    reserved: int | None
    json_logs: bool
    retries: int
    on_failure: str | None


class Authorization(StrEnum):
    """Who may call a route."""

    JWT = "JWT"
    IAM = "AWS_IAM"
    NONE = "NONE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jwt:
    """What a JWT authorizer asks of a token."""

    issuer: str
    audience: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route of an HTTP API. `method` is ANY for all."""

    method: str
    path: str
    function: str
    authorization: Authorization
    jwt: Jwt | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cors:
    """Which web pages may call an API. `max_age` is in seconds; names of headers are lower case."""

    origins: tuple[str, ...]
    methods: tuple[str, ...]
    headers: tuple[str, ...]
    exposed: tuple[str, ...]
    max_age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """One HTTP API with its routes."""

    logical_id: str
    id: str
    routes: tuple[Route, ...]
    cors: Cors | None = None

    @property
    def for_tasks(self) -> bool:
        """Whether callers sign with credentials instead of showing a token."""
        return any(route.authorization is Authorization.IAM for route in self.routes)


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketApi:
    """One WebSocket API: functions by route key."""

    logical_id: str
    id: str
    stage: str
    selection: str
    """`$request.body.action`: the field that names a message's route."""
    routes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """One SQS queue. Times are in seconds."""

    name: str
    arn: str
    url: str
    visibility_timeout: int
    wait_time: int
    retention: int
    delay: int
    dead_letter: str | None
    max_receive_count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueMapping:
    """A function fed from a queue in batches. `window` is in seconds."""

    logical_id: str
    queue: str
    function: str
    batch_size: int
    window: int
    partial_failures: bool
    max_concurrency: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleAction:
    """Where an IoT rule sends its result: a queue by name."""

    queue: str
    base64: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IotRule:
    """One IoT topic rule."""

    name: str
    sql: str
    actions: tuple[RuleAction, ...]
    error_action: RuleAction | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A function called by the clock. `expression` is rate(…) or cron(…)."""

    name: str
    expression: str
    function: str
    input: str | None
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """An EventBridge rule: events that match the pattern go to the functions."""

    name: str
    pattern: Mapping[str, Any]
    functions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container of a task. `stop_timeout` is in seconds."""

    name: str
    image: str
    environment: Mapping[str, str]
    essential: bool
    stop_timeout: int
    command: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinition:
    """One ECS task definition. `memory` is in MiB."""

    logical_id: str
    family: str
    arn: str
    cpu: str
    memory: int
    role: str
    containers: tuple[Container, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One ECS service: so many tasks of a family are kept running."""

    name: str
    family: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class IotPolicy:
    """One IoT policy document."""

    name: str
    document: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cloud:
    """Everything of the template that the laptop serves."""

    functions: Mapping[str, Function]
    apis: Sequence[Api]
    socket_apis: Sequence[SocketApi]
    queues: Mapping[str, Queue]
    mappings: Sequence[QueueMapping]
    rules: Sequence[IotRule]
    schedules: Sequence[Schedule]
    event_rules: Sequence[EventRule]
    tasks: Mapping[str, TaskDefinition]
    services: Sequence[Service]
    policies: Mapping[str, IotPolicy]
    thing_types: Sequence[str]
