"""Turns resolved CloudFormation resources into the laptop's typed objects, type by type."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

from local.aws import addresses, cors, routes, socket_routes
from local.aws.cloud import (
    Api,
    Cloud,
    Container,
    EventRule,
    Function,
    IotPolicy,
    IotRule,
    Queue,
    QueueMapping,
    RuleAction,
    Schedule,
    Service,
    TaskDefinition,
)
from local.aws.identities import LaptopIdentities
from local.aws.intrinsics import Scope, TemplateUnsupported
from local.aws.stack import Json, Stack

DEFAULT_CONCURRENCY = 5
ASYNC_RETRIES = 2


class Reader:
    """Reads one tree of scopes."""

    def __init__(
        self, *, stack: Stack, root: Scope, identities: LaptopIdentities, code: Mapping[str, Path]
    ) -> None:
        self._stack = stack
        self._root = root
        self._identities = identities
        self._code = code

    def read(self) -> Cloud:
        """Everything the laptop serves."""
        apis = [
            self._api(scope, logical_id)
            for scope, logical_id in self._all("AWS::ApiGatewayV2::Api")
            if "Body" in scope.properties(logical_id)
        ]
        socket_apis = [
            socket_routes.of(at, self._identities, self._all)
            for at in self._all("AWS::ApiGatewayV2::Api")
            if at[0].properties(at[1]).get("ProtocolType") == "WEBSOCKET"
        ]
        everywhere = addresses.origins(self._stack, apis, socket_apis)
        functions = [self._function(*at, everywhere) for at in self._all("AWS::Lambda::Function")]
        queues = [self._queue(*at) for at in self._all("AWS::SQS::Queue")]
        tasks = [self._task(*at, everywhere) for at in self._all("AWS::ECS::TaskDefinition")]
        policies = [self._policy(*at) for at in self._all("AWS::IoT::Policy")]
        return Cloud(
            functions={function.name: function for function in functions},
            apis=apis,
            socket_apis=socket_apis,
            queues={queue.name: queue for queue in queues},
            mappings=[self._mapping(*at) for at in self._all("AWS::Lambda::EventSourceMapping")],
            rules=[self._rule(*at) for at in self._all("AWS::IoT::TopicRule")],
            schedules=[
                *(self._schedule(*at) for at in self._all("AWS::Scheduler::Schedule")),
                *self._scheduled_rules(),
            ],
            event_rules=[
                self._event_rule(*at)
                for at in self._all("AWS::Events::Rule")
                if "EventPattern" in at[0].properties(at[1])
            ],
            tasks={task.family: task for task in tasks},
            services=[self._service(*at) for at in self._all("AWS::ECS::Service")],
            policies={policy.name: policy for policy in policies},
            thing_types=[self._identities.name(*at) for at in self._all("AWS::IoT::ThingType")],
        )

    def _all(self, kind: str) -> Iterator[tuple[Scope, str]]:
        waiting = [self._root]
        while waiting:
            scope = waiting.pop(0)
            for logical_id, resource in scope.resources.items():
                if resource["Type"] == kind and scope.exists(logical_id):
                    yield scope, logical_id
            waiting.extend(child for name, child in scope.children.items() if scope.exists(name))

    def _properties(self, scope: Scope, logical_id: str, *names: str) -> Json:
        """The named properties that are there, resolved."""
        properties = scope.properties(logical_id)
        found = ((name, scope.get(properties, name, logical_id)) for name in names)
        return {name: value for name, value in found if value is not None}

    def _api(self, scope: Scope, logical_id: str) -> Api:
        body = cast("Json", self._properties(scope, logical_id, "Body")["Body"])
        return Api(
            logical_id=logical_id,
            id=self._identities.name(scope, logical_id),
            routes=tuple(routes.of(body, logical_id)),
            cors=cors.of(body),
        )

    def _function(self, scope: Scope, logical_id: str, origins: Mapping[str, str]) -> Function:
        found = self._properties(
            scope,
            logical_id,
            *("Handler", "Timeout", "MemorySize", "Role", "Environment"),
            *("ReservedConcurrentExecutions", "LoggingConfig"),
        )
        if logical_id not in self._code:
            raise TemplateUnsupported(f"{logical_id}: a function without a CodeUri of this folder")
        if "Handler" not in found:
            raise TemplateUnsupported(f"{logical_id}: a function without a Handler")
        reserved = found.get("ReservedConcurrentExecutions")
        retries, on_failure = self._invoke_configuration(scope, logical_id)
        variables = _texts(found.get("Environment", {}).get("Variables", {}))
        return Function(
            logical_id=logical_id,
            name=self._identities.name(scope, logical_id),
            arn=self._identities.arn(scope, logical_id),
            handler=str(found["Handler"]),
            code=self._code[logical_id],
            environment=addresses.adapted(self._stack, origins, variables),
            timeout=int(found.get("Timeout", 3)),
            memory=int(found.get("MemorySize", 128)),
            role=_last(found.get("Role", "role/none")),
            reserved=None if reserved is None else int(reserved),
            json_logs=found.get("LoggingConfig", {}).get("LogFormat") == "JSON",
            retries=retries,
            on_failure=on_failure,
        )

    def _invoke_configuration(self, scope: Scope, function: str) -> tuple[int, str | None]:
        name = self._identities.name(scope, function)
        for where, logical_id in self._all("AWS::Lambda::EventInvokeConfig"):
            found = self._properties(
                where, logical_id, "FunctionName", "MaximumRetryAttempts", "DestinationConfig"
            )
            if _last(found["FunctionName"]) == name:
                failure = found.get("DestinationConfig", {}).get("OnFailure", {})
                queue = failure.get("Destination")
                retries = int(found.get("MaximumRetryAttempts", ASYNC_RETRIES))
                return retries, None if queue is None else _last(queue)
        dead = self._properties(scope, function, "DeadLetterConfig").get("DeadLetterConfig", {})
        return ASYNC_RETRIES, _last(dead["TargetArn"]) if "TargetArn" in dead else None

    def _queue(self, scope: Scope, logical_id: str) -> Queue:
        found = self._properties(
            scope,
            logical_id,
            *("VisibilityTimeout", "ReceiveMessageWaitTimeSeconds", "MessageRetentionPeriod"),
            *("DelaySeconds", "RedrivePolicy", "FifoQueue"),
        )
        if found.get("FifoQueue") in {True, "true"}:
            raise TemplateUnsupported(f"{logical_id}: FIFO queues are not supported")
        redrive = found.get("RedrivePolicy", {})
        dead = redrive.get("deadLetterTargetArn")
        return Queue(
            name=self._identities.name(scope, logical_id),
            arn=self._identities.arn(scope, logical_id),
            url=str(self._identities.ref(scope, logical_id)),
            visibility_timeout=int(found.get("VisibilityTimeout", 30)),
            wait_time=int(found.get("ReceiveMessageWaitTimeSeconds", 0)),
            retention=int(found.get("MessageRetentionPeriod", 345_600)),
            delay=int(found.get("DelaySeconds", 0)),
            dead_letter=None if dead is None else _last(dead),
            max_receive_count=int(redrive.get("maxReceiveCount", 0)),
        )

    def _mapping(self, scope: Scope, logical_id: str) -> QueueMapping:
        found = self._properties(
            scope,
            logical_id,
            *("EventSourceArn", "FunctionName", "BatchSize", "MaximumBatchingWindowInSeconds"),
            *("FunctionResponseTypes", "ScalingConfig", "FilterCriteria"),
        )
        source = str(found["EventSourceArn"])
        if not source.startswith("arn:aws:sqs:") or "FilterCriteria" in found:
            raise TemplateUnsupported(f"{logical_id}: only unfiltered SQS sources are supported")
        scaling = found.get("ScalingConfig", {})
        return QueueMapping(
            logical_id=logical_id,
            queue=_last(source),
            function=_last(found["FunctionName"]),
            batch_size=int(found.get("BatchSize", 10)),
            window=int(found.get("MaximumBatchingWindowInSeconds", 0)),
            partial_failures="ReportBatchItemFailures" in found.get("FunctionResponseTypes", []),
            max_concurrency=int(scaling.get("MaximumConcurrency", DEFAULT_CONCURRENCY)),
        )

    def _rule(self, scope: Scope, logical_id: str) -> IotRule:
        payload = self._properties(scope, logical_id, "TopicRulePayload")["TopicRulePayload"]
        error = payload.get("ErrorAction")
        return IotRule(
            name=self._identities.name(scope, logical_id),
            sql=str(payload["Sql"]),
            actions=tuple(_action(item, logical_id) for item in payload["Actions"]),
            error_action=None if error is None else _action(error, logical_id),
        )

    def _schedule(self, scope: Scope, logical_id: str) -> Schedule:
        found = self._properties(scope, logical_id, "ScheduleExpression", "State", "Target")
        target = found["Target"]
        return Schedule(
            name=self._identities.name(scope, logical_id),
            expression=str(found["ScheduleExpression"]),
            function=_function_of(target["Arn"], logical_id),
            input=target.get("Input"),
            enabled=found.get("State", "ENABLED") == "ENABLED",
        )

    def _scheduled_rules(self) -> Iterator[Schedule]:
        for scope, logical_id in self._all("AWS::Events::Rule"):
            found = self._properties(scope, logical_id, "ScheduleExpression", "State", "Targets")
            if "ScheduleExpression" not in found:
                continue
            for target in found.get("Targets", []):
                yield Schedule(
                    name=self._identities.name(scope, logical_id),
                    expression=str(found["ScheduleExpression"]),
                    function=_function_of(target["Arn"], logical_id),
                    input=target.get("Input"),
                    enabled=found.get("State", "ENABLED") == "ENABLED",
                )

    def _event_rule(self, scope: Scope, logical_id: str) -> EventRule:
        found = self._properties(scope, logical_id, "EventPattern", "Targets")
        targets = cast("list[Json]", found.get("Targets", []))
        return EventRule(
            name=self._identities.name(scope, logical_id),
            pattern=found["EventPattern"],
            functions=tuple(_function_of(target["Arn"], logical_id) for target in targets),
        )

    def _task(self, scope: Scope, logical_id: str, origins: Mapping[str, str]) -> TaskDefinition:
        found = self._properties(
            scope, logical_id, "Cpu", "Memory", "TaskRoleArn", "ContainerDefinitions"
        )
        containers = (
            Container(
                name=str(item["Name"]),
                image=str(item["Image"]),
                environment=addresses.adapted(self._stack, origins, _variables(item, logical_id)),
                essential=item.get("Essential", True) in {True, "true"},
                stop_timeout=int(item.get("StopTimeout", 30)),
                command=tuple(str(word) for word in item.get("Command", [])),
            )
            for item in cast("list[Json]", found["ContainerDefinitions"])
        )
        return TaskDefinition(
            logical_id=logical_id,
            family=self._identities.name(scope, logical_id),
            arn=self._identities.arn(scope, logical_id),
            cpu=str(found.get("Cpu", "256")),
            memory=int(found.get("Memory", 512)),
            role=_last(found.get("TaskRoleArn", "role/none")),
            containers=tuple(containers),
        )

    def _service(self, scope: Scope, logical_id: str) -> Service:
        found = self._properties(scope, logical_id, "ServiceName", "TaskDefinition", "DesiredCount")
        return Service(
            name=str(found["ServiceName"]),
            family=str(found["TaskDefinition"]).rsplit("/", 1)[-1].partition(":")[0],
            count=int(found.get("DesiredCount", 1)),
        )

    def _policy(self, scope: Scope, logical_id: str) -> IotPolicy:
        found = self._properties(scope, logical_id, "PolicyDocument")
        return IotPolicy(
            name=self._identities.name(scope, logical_id), document=found["PolicyDocument"]
        )


def _variables(container: Json, logical_id: str) -> dict[str, str]:
    """A container's variables; a secret among them is one that the laptop has a value for."""
    secrets = {str(each["Name"]): str(each["ValueFrom"]) for each in container.get("Secrets", [])}
    unknown = secrets.keys() - addresses.OVERRIDES.keys()
    if unknown:
        raise TemplateUnsupported(f"{logical_id}: the laptop has no secret {sorted(unknown)}")
    plain = {str(each["Name"]): str(each["Value"]) for each in container.get("Environment", [])}
    return plain | secrets


def _texts(variables: Mapping[str, Any]) -> dict[str, str]:
    return {name: _text(value) for name, value in variables.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(str(item) for item in cast("list[Any]", value))
    return str(value)


def _last(name_or_arn: object) -> str:
    """The name at the end of an ARN or URL, or the name itself."""
    return re.split(r"[:/]", str(name_or_arn))[-1]


def _function_of(arn: object, logical_id: str) -> str:
    if ":lambda:" not in str(arn):
        raise TemplateUnsupported(f"{logical_id}: only functions are supported as targets")
    return _last(arn)


def _action(action: Json, logical_id: str) -> RuleAction:
    if set(action) != {"Sqs"}:
        raise TemplateUnsupported(f"{logical_id}: rule action {sorted(action)} is not supported")
    sqs = action["Sqs"]
    return RuleAction(queue=_last(sqs["QueueUrl"]), base64=sqs.get("UseBase64") in {True, "true"})
