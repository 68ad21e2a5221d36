"""Rules on who may do what: actions, resources, conditions and principals that AWS knows."""

import json
import re
from collections.abc import Iterator
from typing import Any, cast

from iac.fault import Fault, Rule
from iac.templates import Json, Project, as_list, references, text

EVERYTHING = {
    "ecs:ListTasks": "lists container instances or nothing; the condition names the cluster",
}
"""Actions granted on `*` although AWS lets them name something, and why."""
PRINCIPALS = {
    "cloudfront",
    "cloudwatch",
    "ecs-tasks",
    "events",
    "iot",
    "lambda",
    "rds",
    "scheduler",
}
CONDITION_OPERATORS = {
    "ArnEquals", "ArnLike", "Bool", "ForAllValues:StringEquals", "Null", "StringEquals",
}  # fmt: skip
CONDITION_KEYS = {
    "aws:PrincipalArn", "aws:SecureTransport", "aws:SourceAccount", "aws:SourceArn",
    "ecs:CreateAction", "ecs:cluster", "iam:PassedToService", "iot:Connection.Thing.IsAttached",
    "kms:EncryptionContextKeys", "kms:EncryptionContext:channel_id",
    "kms:EncryptionContext:credential_id", "kms:EncryptionContext:kind",
    "kms:EncryptionContext:exchange", "kms:EncryptionContext:organization_id",
    "kms:EncryptionContext:purpose", "lambda:SourceFunctionArn",
}  # fmt: skip
"""AWS takes any spelling; a condition on a key that never comes refuses, or worse, allows."""
LONGEST_ROLE_POLICIES = 10_240


def actions_exist(project: Project) -> Iterator[Fault]:
    for where, statement in project.statements():
        for action in as_list(statement.get("Action")):
            if _action(project, action) is None and "*" not in action:
                yield Fault(where=where, message=f"AWS has no action {action}")


def actions_fit_their_resources(project: Project) -> Iterator[Fault]:
    """AWS accepts `ecs:RunTask` on a cluster, and then refuses every call."""
    for where, statement in project.statements():
        if statement["Effect"] != "Allow":
            continue
        resources = [text(resource) for resource in as_list(statement["Resource"])]
        if None in resources or "*" in resources:
            continue
        for action in as_list(statement["Action"]):
            formats = _formats(project, action)
            if formats and not any(
                re.fullmatch(shape, str(arn)) for shape in formats for arn in resources
            ):
                yield Fault(where=where, message=f"{action} takes none of {resources}")


def wildcards_have_a_reason(project: Project) -> Iterator[Fault]:
    for where, statement in project.statements():
        if statement["Effect"] != "Allow" or "*" not in as_list(statement["Resource"]):
            continue
        for action in as_list(statement["Action"]):
            takes = (_action(project, action) or {}).get("Resources")
            if "*" in action or (takes and action not in EVERYTHING):
                yield Fault(where=where, message=f"{action} on everything, without a reason")


def condition_keys_exist(project: Project) -> Iterator[Fault]:
    for where, condition in _conditions(project):
        for operator, keys in condition.items():
            if operator not in CONDITION_OPERATORS:
                yield Fault(where=where, message=f"unknown condition operator {operator}")
            for key in sorted(set(keys) - CONDITION_KEYS):
                yield Fault(where=where, message=f"unknown condition key {key}")


def principals_exist(project: Project) -> Iterator[Fault]:
    for template in project.templates.values():
        for found in re.findall(r'"Service": "([^"]+)"', json.dumps(template.resources)):
            if found.removesuffix(".amazonaws.com") not in PRINCIPALS:
                yield Fault(where=template.name, message=f"unknown service principal {found}")


def role_policies_fit(project: Project) -> Iterator[Fault]:
    """All inline policies of a role together, without spaces."""
    for template in project.templates.values():
        for name, role in template.of_type("AWS::IAM::Role"):
            size = len(re.sub(r"\s", "", json.dumps(role.get("Policies", []))))
            if size > LONGEST_ROLE_POLICIES:
                message = f"policies of {size} characters, IAM takes {LONGEST_ROLE_POLICIES}"
                yield Fault(where=f"{template.name}: {name}", message=message)


def invoked_functions_are_allowed(project: Project) -> Iterator[Fault]:
    """A function that is told another's name may call it, and only such a one that exists."""
    root = project.root
    names = {
        text(function["FunctionName"]) for _, function in root.of_type("AWS::Lambda::Function")
    }
    for name, function in root.of_type("AWS::Lambda::Function"):
        variables: Json = function.get("Environment", {}).get("Variables", {})
        told = {
            text(value) for variable, value in variables.items() if variable.endswith("_FUNCTION")
        }
        role = root.properties(next(references(function["Role"])))
        allowed = {
            str(text(statement["Resource"])).rsplit(":", maxsplit=1)[-1]
            for policy in role.get("Policies", [])
            for statement in policy["PolicyDocument"]["Statement"]
            if statement.get("Action") == "lambda:InvokeFunction"
        }
        if told != allowed or not told <= names:
            message = f"is told of {told or 'nobody'}, may call {allowed or 'nobody'}"
            yield Fault(where=name, message=message)


def _action(project: Project, action: str) -> Json | None:
    """AWS's entry for an action; empty for a service that the table lacks."""
    service, _, verb = action.partition(":")
    if service not in project.actions:
        return {}
    return cast("Json | None", project.actions[service]["Actions"].get(verb.lower()))


def _formats(project: Project, action: str) -> list[str]:
    service = action.partition(":")[0]
    kinds: Json = project.actions.get(service, {}).get("Resources", {})
    taken = (_action(project, action) or {}).get("Resources", [])
    shapes = (shape for kind in taken for shape in kinds.get(kind, {}).get("ARNFormats", []))
    return [re.sub(r"\$\{\w+\}", "[^:]*", shape) for shape in shapes]


def _conditions(project: Project) -> Iterator[tuple[str, Json]]:
    for template in project.templates.values():
        for name, resource in template.resources.items():
            for condition in _condition_blocks(resource.get("Properties", {})):
                yield f"{template.name}: {name}", condition


def _condition_blocks(node: Any) -> Iterator[Json]:
    if isinstance(node, list):
        for item in cast("list[Any]", node):
            yield from _condition_blocks(item)
    elif isinstance(node, dict):
        block = cast("Json", node)
        if "Effect" in block and "Condition" in block:
            yield block["Condition"]
        for value in block.values():
            yield from _condition_blocks(value)


RULES: tuple[Rule, ...] = (
    actions_exist,
    actions_fit_their_resources,
    wildcards_have_a_reason,
    condition_keys_exist,
    principals_exist,
    role_policies_fit,
    invoked_functions_are_allowed,
)
