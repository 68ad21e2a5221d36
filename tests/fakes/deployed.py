"""Who calls AWS, as the template deploys them: functions, tasks, and AWS itself for either.

A function is named by its folder, a task by its container, AWS by the role that it takes.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from iac.templates import as_list
from local.aws import addresses, template
from local.aws.intrinsics import Scope
from local.aws.stack import Stack
from local.environment import ACCOUNT, REGION
from tests.fakes.authorizations import Place
from tests.fakes.iam import Call, Statement

ROOT = Path(__file__).parents[2]
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
IMAGES = {"BotImage": "bridge", "CollectorImage": "services", "PaperExchangeImage": "services"}
"""The repository of each image: the ARNs that the laptop's template is given name these."""
PULLS = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
TAKEN_BY = {"lambda.amazonaws.com", "ecs-tasks.amazonaws.com"}

At = tuple[Scope, str]
Asked = tuple[str, str]
"""Action and resource."""


@dataclass(frozen=True)
class Deployed:
    """A caller as the template deploys it."""

    role: str
    statements: tuple[Statement, ...]
    variables: Mapping[str, str]
    calls: tuple[Call, ...]
    """What is called of AWS without a request of boto3, or without any code of ours."""


@dataclass(frozen=True)
class Template:
    """The template as everybody who calls sees it."""

    callers: Mapping[str, Deployed]
    place: Place
    roles: frozenset[str]
    """Every role that functions and tasks take."""


def read(home: Path) -> Template:
    """Read the template for a stack whose files are in `home`."""
    (home / "ca.crt").write_text("authority")
    anywhere = defaultdict[str, str](lambda: "http://127.0.0.1:9000")
    stack = Stack(home=home, addresses=anywhere, paths=defaultdict(lambda: home))
    with pytest.MonkeyPatch.context() as patch:
        for parameter, repository in IMAGES.items():
            image = f"{REGISTRY}/{repository}:1"
            patch.setitem(addresses.PARAMETERS, parameter, lambda _, image=image: image)
        root, _, code = template.resolved(ROOT / "template.yaml", stack)
    bot_roles = ("BotTaskRoleArn", "ExecutionRoleArn")
    return Template(
        callers=dict([*_functions(root, code), *_tasks(root), *_topic_rules(root)]),
        place=Place(
            api=str(root.ref("LiveApi", "")),
            bot_roles=tuple(
                str(root.attribute("Containers", f"Outputs.{role}", "")) for role in bot_roles
            ),
        ),
        roles=frozenset(_name(at) for at in _all(root, "AWS::IAM::Role") if _taken(at)),
    )


def _all(scope: Scope, kind: str) -> Iterator[At]:
    """Every resource of a kind, of those too whose condition does not hold here."""
    yield from ((scope, name) for name, each in scope.resources.items() if each["Type"] == kind)
    for child in scope.children.values():
        yield from _all(child, kind)


def _name(at: At) -> str:
    scope, logical_id = at
    return f"{scope.name}/{logical_id}"


def _taken(at: At) -> bool:
    scope, logical_id = at
    trust = scope.properties(logical_id)["AssumeRolePolicyDocument"]["Statement"]
    return any(TAKEN_BY & set(as_list(each["Principal"]["Service"])) for each in trust)


def _properties(at: At) -> Any:
    scope, logical_id = at
    return scope.resolve(scope.properties(logical_id), logical_id)


def _caller(
    scope: Scope, role: Any, calls: Iterable[Asked], variables: Mapping[str, Any] | None = None
) -> Deployed:
    """Give who takes a role; `role` is the reference to its ARN."""
    at = (scope, role["Fn::GetAtt"][0])
    given = {name: str(value) for name, value in (variables or {}).items()}
    return Deployed(
        role=_name(at),
        statements=tuple(
            statement
            for policy in _properties(at).get("Policies", [])
            for statement in as_list(policy["PolicyDocument"]["Statement"])
        ),
        variables=given,
        calls=tuple(Call(role=_name(at), action=does, resource=arn) for does, arn in calls),
    )


def _functions(root: Scope, code: Mapping[str, Path]) -> Iterator[tuple[str, Deployed]]:
    """Lambda itself sends what a function failed at to its queue."""
    failures = dict(_destinations(root))
    for at in _all(root, "AWS::Lambda::Function"):
        properties = _properties(at)
        variables = properties.get("Environment", {}).get("Variables", {})
        calls = [*_database(root, variables), *failures.get(properties.get("FunctionName"), ())]
        role = root.properties(at[1])["Role"]
        yield code[at[1]].name, _caller(root, role, calls, variables)


def _destinations(root: Scope) -> Iterator[tuple[str, list[Asked]]]:
    for at in _all(root, "AWS::Lambda::EventInvokeConfig"):
        found = _properties(at)
        target = found.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
        if target is not None:
            yield found["FunctionName"], [("sqs:SendMessage", target)]


def _database(root: Scope, variables: Mapping[str, Any]) -> Iterator[Asked]:
    """Signing in to RDS."""
    if variables.get("DATABASE_AUTH") == "iam":
        user = variables["DATABASE_URL"].removeprefix("postgresql://").partition("@")[0]
        database = root.attribute("Data", "Outputs.DatabaseResourceId", "")
        yield "rds-db:connect", f"arn:aws:rds-db:{REGION}:{ACCOUNT}:dbuser:{database}/{user}"


def _tasks(root: Scope) -> Iterator[tuple[str, Deployed]]:
    for at in _all(root, "AWS::ECS::TaskDefinition"):
        scope, written = at[0], at[0].properties(at[1])
        [container] = _properties(at)["ContainerDefinitions"]
        variables = {each["Name"]: each["Value"] for each in container.get("Environment", [])}
        if "TaskRoleArn" in written:
            calls = _database(root, variables)
            yield container["Name"], _caller(scope, written["TaskRoleArn"], calls, variables)
        host = _caller(scope, written["ExecutionRoleArn"], _prepared(container))
        yield host.role, host


def _prepared(container: Mapping[str, Any]) -> Iterator[Asked]:
    """What Fargate does for a container: its image, its secrets, its log.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    """
    yield "ecr:GetAuthorizationToken", "*"
    repository = container["Image"].removeprefix(f"{REGISTRY}/").partition(":")[0]
    for action in PULLS:
        yield action, f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{repository}"
    for secret in container.get("Secrets", []):
        yield "secretsmanager:GetSecretValue", secret["ValueFrom"]
    log = container["LogConfiguration"]["Options"]
    stream = f"{log['awslogs-group']}:log-stream:{log['awslogs-stream-prefix']}/x/{'7' * 32}"
    for action in LOGS:
        yield action, f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{stream}"


def _topic_rules(root: Scope) -> Iterator[tuple[str, Deployed]]:
    """IoT sends what a rule selects, and what it could not send."""
    sent = defaultdict[str, list[Asked]](list)
    given: dict[str, Any] = {}
    for scope, logical_id in _all(root, "AWS::IoT::TopicRule"):
        rule = scope.properties(logical_id)["TopicRulePayload"]
        for action in (*rule["Actions"], rule["ErrorAction"]):
            queue = str(scope.resolve(action["Sqs"]["QueueUrl"], logical_id)).rpartition("/")[2]
            role = action["Sqs"]["RoleArn"]
            given[_name((scope, role["Fn::GetAtt"][0]))] = (scope, role)
            sent[_name((scope, role["Fn::GetAtt"][0]))].append(
                ("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}")
            )
    for name, (scope, role) in given.items():
        yield name, _caller(scope, role, sent[name])
