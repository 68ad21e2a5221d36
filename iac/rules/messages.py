"""Rules on IoT rules and events: every message arrives once, as sent, from whom it says."""

import json
import re
from collections.abc import Iterator
from typing import cast

from iac.fault import Fault, Rule
from iac.templates import Json, Project, as_list, references, statements, text
from janym.domain import topics
from janym.domain.topics import Direction, Ingest

SQL = re.compile(r"SELECT (?P<columns>.+) FROM '(?P<filter>[^']+)'(?: WHERE (?P<where>.+))?")
POSITIVE = re.compile(r"topic\((?P<level>\d)\) IN \[(?P<values>'\w+'(?:, '\w+')*)\]")
COLUMNS = (
    "encode(*, 'base64') AS body",
    "topic(2) AS bot_id",
    "topic() AS topic",
    "clientid() AS client_id",
    "timestamp() AS received_ms",
)
"""The envelope that ingestion reads. `*` beside them would let a payload's key replace one."""
TELEMETRY_RULE = "janym_telemetry"
TASK_EVENT_SAMPLE = "events/ecs_task_stopped.json"


def rule_sql_is_understood(project: Project) -> Iterator[Fault]:
    for name, payload in _rules(project):
        found = SQL.fullmatch(payload["Sql"])
        if not found:
            yield Fault(where=name, message="SQL is not SELECT ... FROM '...' [WHERE ...]")
        elif found["columns"] != ", ".join(COLUMNS):
            yield Fault(where=name, message=f"selects other than {', '.join(COLUMNS)}")


def rule_conditions_are_positive(project: Project) -> Iterator[Fault]:
    """A comparison with a level that a topic does not have is false: `<>` drops short topics."""
    for name, payload in _rules(project):
        found = SQL.fullmatch(payload["Sql"])
        if found and found["where"] and not POSITIVE.fullmatch(found["where"]):
            yield Fault(where=name, message="WHERE may only be topic(n) IN ['...', ...]")


def every_topic_reaches_one_rule(project: Project) -> Iterator[Fault]:
    """State by ordinary topics, telemetry by Basic Ingest to its own rule, commands by none."""
    for topic in topics.TOPICS:
        path = f"{topics.ROOT}/b1/{topic.suffix}"
        reached = [
            str(text(rule["RuleName"]))
            for _, rule in project.root.of_type("AWS::IoT::TopicRule")
            if _selects(rule["TopicRulePayload"]["Sql"], path)
        ]
        if topic.direction is Direction.TO_BOT:
            right, wanted = reached == [], "no rule"
        elif topic.ingest is Ingest.TELEMETRY:
            right, wanted = reached == [TELEMETRY_RULE], TELEMETRY_RULE
        else:
            right, wanted = len(reached) == 1 and reached != [TELEMETRY_RULE], "one state rule"
        if not right:
            yield Fault(where=path, message=f"reaches {reached or 'no rule'}, wanted {wanted}")


def rule_errors_are_kept(project: Project) -> Iterator[Fault]:
    for name, payload in _rules(project):
        if "ErrorAction" not in payload:
            yield Fault(where=name, message="has no ErrorAction: what it cannot hand over is lost")


def rule_role_covers_its_queues(project: Project) -> Iterator[Fault]:
    for name, payload in _rules(project):
        for action in [*payload["Actions"], payload.get("ErrorAction", {})]:
            if "Sqs" not in action:
                continue
            queue = next(references(action["Sqs"]["QueueUrl"]))
            role = project.root.properties(next(references(action["Sqs"]["RoleArn"])))
            sendable = {
                allowed
                for statement in statements(role)
                if "sqs:SendMessage" in as_list(statement.get("Action"))
                for allowed in references(statement)
            }
            if queue not in sendable:
                yield Fault(where=name, message=f"its role may not send to {queue}")


def task_events_match_their_rule(project: Project) -> Iterator[Fault]:
    """A pattern with a typing error matches nothing, and nothing says so."""
    sample = cast("Json", json.loads((project.folder / TASK_EVENT_SAMPLE).read_text()))
    for name, rule in project.root.of_type("AWS::Events::Rule"):
        if not _matches(rule["EventPattern"], sample):
            yield Fault(where=name, message=f"does not match {TASK_EVENT_SAMPLE}")


def _rules(project: Project) -> Iterator[tuple[str, Json]]:
    for name, rule in project.root.of_type("AWS::IoT::TopicRule"):
        yield name, rule["TopicRulePayload"]


def _selects(sql: str, path: str) -> bool:
    found = SQL.fullmatch(sql)
    if not found:
        return False
    wanted = re.escape(found["filter"]).replace(r"\+", "[^/]+").replace("/\\#", "(/.*)?")
    if not re.fullmatch(wanted.replace("/#", "(/.*)?"), path):
        return False
    where = POSITIVE.fullmatch(found["where"] or "")
    if not where:
        return found["where"] is None
    levels = path.split("/")
    level = int(where["level"]) - 1
    return level < len(levels) and f"'{levels[level]}'" in where["values"].split(", ")


def _matches(pattern: Json, event: Json) -> bool:
    """EventBridge's exact values and prefixes; what only AWS knows matches anything."""
    return all(
        _matches(cast("Json", wanted), event.get(key, {}))
        if isinstance(wanted, dict)
        else any(_allows(one, event.get(key)) for one in as_list(wanted))
        for key, wanted in pattern.items()
    )


def _allows(wanted: object, value: object) -> bool:
    if isinstance(wanted, dict):
        prefix = text(cast("Json", wanted).get("prefix"))
        if prefix is None:
            return value is not None
        kind = prefix.rsplit("/", maxsplit=1)[-1]  # region and account differ from the sample's
        return str(value).rsplit("/", maxsplit=1)[-1].startswith(kind)
    return wanted == value


RULES: tuple[Rule, ...] = (
    rule_sql_is_understood,
    rule_conditions_are_positive,
    every_topic_reaches_one_rule,
    rule_errors_are_kept,
    rule_role_covers_its_queues,
    task_events_match_their_rule,
)
