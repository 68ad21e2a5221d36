"""Rules on bots: what their policy, their role and their task let them do."""

import fnmatch
import json
import re
from collections.abc import Iterator
from typing import Any

from iac.fault import Fault, Rule
from iac.templates import PREFIX, Json, Project, as_list, text
from janym.domain import topics
from janym.domain.topics import Direction

BOT = "${iot:Connection.Thing.ThingName}"
LONGEST_STOP_S = 120
LONGEST_IOT_POLICY = 2048
CLAIM = re.compile(r"arn:aws:execute-api:[\w-]+:\d+:[\w-]+/\$default/POST/claim")


def bot_policy_is_the_topic_table(project: Project) -> Iterator[Fault]:
    """Every topic of the table is allowed in its direction, no other is, and no grant is idle."""
    policy = project.templates["iac/iot.yaml"].properties("BotPolicy")["PolicyDocument"]
    telemetry = f"{PREFIX}_telemetry"
    outward = {
        topics.published(BOT, topic, telemetry_rule=telemetry)
        for topic in topics.TOPICS
        if topic.direction is Direction.FROM_BOT
    }
    inward = {topics.of(BOT, t) for t in topics.TOPICS if t.direction is Direction.TO_BOT}
    retained = {topics.of(BOT, topic) for topic in topics.TOPICS if topic.retained}
    every = outward | inward
    grants = {
        "iot:Publish": ("topic", outward, every),
        "iot:RetainPublish": ("topic", retained, every),
        "iot:Receive": ("topic", inward, every),
        # A filter under which nothing is received does no harm; other bots' topics would.
        "iot:Subscribe": ("topicfilter", inward, inward),
    }
    for action, (kind, wanted, known) in grants.items():
        allowed = _allowed(policy, action, kind)
        for problem in _difference(allowed, wanted, known):
            yield Fault(where="iac/iot.yaml: BotPolicy", message=f"{action} {problem}")


def bot_policy_names_one_bot(project: Project) -> Iterator[Fault]:
    policy = project.templates["iac/iot.yaml"].properties("BotPolicy")["PolicyDocument"]
    for statement in policy["Statement"]:
        for resource in as_list(statement["Resource"]):
            if f"/{BOT}" not in (text(resource) or ""):
                message = f"{text(resource)} does not name the bot by {BOT}"
                yield Fault(where="iac/iot.yaml: BotPolicy", message=message)


def iot_policies_fit(project: Project) -> Iterator[Fault]:
    """IoT Core counts characters without spaces."""
    for template in project.templates.values():
        for name, policy in template.of_type("AWS::IoT::Policy"):
            size = len(re.sub(r"\s", "", json.dumps(_plain(policy["PolicyDocument"]))))
            if size > LONGEST_IOT_POLICY:
                message = f"{size} characters, IoT Core takes {LONGEST_IOT_POLICY}"
                yield Fault(where=f"{template.name}: {name}", message=message)


def tasks_stop_in_time(project: Project) -> Iterator[Fault]:
    for name, container in _containers(project):
        seconds = container.get("StopTimeout", 30)
        if not 0 < seconds <= LONGEST_STOP_S:
            message = f"StopTimeout {seconds} s, Fargate takes 1..{LONGEST_STOP_S}"
            yield Fault(where=name, message=message)


def bridge_is_the_first_process(project: Project) -> Iterator[Fault]:
    """SIGTERM and orphans go to process 1; it needs all the time there is to cancel orders."""
    for name, container in _containers(project):
        if container["Name"] != "bot":
            continue
        if container.get("LinuxParameters", {}).get("InitProcessEnabled") is not False:
            yield Fault(where=name, message="the bot's InitProcessEnabled must be false")
        if container.get("StopTimeout") != LONGEST_STOP_S:
            yield Fault(where=name, message=f"the bot's StopTimeout must be {LONGEST_STOP_S}")


def bot_role_may_only_claim(project: Project) -> Iterator[Fault]:
    role = project.templates["iac/containers.yaml"].properties("BotTaskRole")
    granted = [
        (action, text(resource) or "?")
        for policy in role["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]
    right = [action == "execute-api:Invoke" and CLAIM.fullmatch(arn) for action, arn in granted]
    if not right or not all(right) or role.get("ManagedPolicyArns"):
        message = f"may do more or less than POST /claim: {granted}"
        yield Fault(where="iac/containers.yaml: BotTaskRole", message=message)


def _allowed(policy: Json, action: str, kind: str) -> set[str]:
    """Topic patterns granted, without their ARN's head."""
    resources = (
        text(resource) or ""
        for statement in policy["Statement"]
        if action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    )
    return {resource.split(f":{kind}/", maxsplit=1)[-1] for resource in resources}


def _difference(allowed: set[str], wanted: set[str], known: set[str]) -> Iterator[str]:
    for topic in sorted(wanted):
        if not any(_covers(pattern, topic) for pattern in allowed):
            yield f"does not allow {topic}"
    for topic in sorted(known - wanted):
        if any(_covers(pattern, topic) for pattern in allowed):
            yield f"allows {topic}"
    for pattern in sorted(allowed):
        if not any(_covers(pattern, topic) for topic in wanted):
            yield f"allows {pattern}, which no topic needs"


def _covers(pattern: str, topic: str) -> bool:
    return fnmatch.fnmatchcase(topic, pattern.replace("[", "[[]"))


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(item) for item in node]  # pyright: ignore[reportUnknownVariableType] - a template has any shape
    if isinstance(node, dict):
        filled = text(node)
        if filled is not None:
            return filled
        return {key: _plain(value) for key, value in node.items()}  # pyright: ignore[reportUnknownVariableType] - as above
    return node


def _containers(project: Project) -> Iterator[tuple[str, Json]]:
    for template in project.templates.values():
        for name, task in template.of_type("AWS::ECS::TaskDefinition"):
            for container in task["ContainerDefinitions"]:
                yield f"{template.name}: {name}", container


RULES: tuple[Rule, ...] = (
    bot_policy_is_the_topic_table,
    bot_policy_names_one_bot,
    iot_policies_fit,
    tasks_stop_in_time,
    bridge_is_the_first_process,
    bot_role_may_only_claim,
)
