"""The sample events are what AWS would send to these templates' functions (SU-011)."""

import base64
import json
from pathlib import Path

import pytest

from iac.templates import Json, Project, references, text
from janym.api.messages import AckMessage, Forwarded, Message, MetricsMessage, StatusMessage
from janym.domain import topics

EVENTS = Path(__file__).parents[3] / "events"
MODELS: dict[str, type[Message]] = {
    "ack": AckMessage,
    "status": StatusMessage,
    "metrics": MetricsMessage,
}


def sample(name: str) -> Json:
    return json.loads((EVENTS / f"{name}.json").read_text())


@pytest.mark.parametrize(("name", "api"), [("http_start_bot", "Api"), ("runapi_claim", "RunApi")])
def test_an_http_sample_calls_a_route_of_its_api(name: str, api: str, project: Project) -> None:
    event = sample(name)
    method, _, path = event["routeKey"].partition(" ")
    http = event["requestContext"]["http"]
    paths = project.root.properties(api)["Body"]["paths"]

    assert method.lower() in paths[path]
    assert http == {**http, "method": method, "path": event["rawPath"]}
    assert path.format(**event.get("pathParameters", {})) == event["rawPath"]


def test_a_person_is_known_by_claims() -> None:
    claims = sample("http_start_bot")["requestContext"]["authorizer"]["jwt"]["claims"]

    assert claims["org_id"]
    assert claims["org_role"] in {"admin", "trader", "viewer"}
    assert all(isinstance(value, str) for value in claims.values())


def test_a_run_is_known_by_its_session(project: Project) -> None:
    arn = sample("runapi_claim")["requestContext"]["authorizer"]["iam"]["userArn"]
    role = project.templates["iac/containers.yaml"].properties("BotTaskRole")["RoleName"]
    task = sample("ecs_task_stopped")["detail"]["taskArn"].rsplit("/", maxsplit=1)[-1]

    assert arn.endswith(f":assumed-role/{text(role)}/{task}")


@pytest.mark.parametrize("name", ["sqs_current_status", "sqs_current_metrics"])
def test_a_queue_sample_holds_what_rules_forward(name: str, project: Project) -> None:
    queues = {
        text(project.root.properties(next(references(m["EventSourceArn"])))["QueueName"])
        for _, m in project.root.of_type("AWS::Lambda::EventSourceMapping")
    }
    for record in sample(name)["Records"]:
        forwarded = Forwarded.model_validate_json(record["body"])
        bot, topic = topics.parse(forwarded.topic)

        assert record["eventSourceARN"].rsplit(":", maxsplit=1)[-1] in queues
        assert bot == forwarded.bot_id == forwarded.client_id
        assert topic is not None
        MODELS[topic.suffix].model_validate_json(base64.b64decode(forwarded.body))


def test_a_task_sample_tells_which_run_ended() -> None:
    detail = sample("ecs_task_stopped")["detail"]
    (override,) = detail["overrides"]["containerOverrides"]

    assert {"BOT_ID", "RUN_ID"} <= {variable["name"] for variable in override["environment"]}
    assert detail["lastStatus"] == "STOPPED"
    assert [container["exitCode"] for container in detail["containers"]] == [137]


def test_a_schedule_sample_comes_from_the_schedule(project: Project) -> None:
    (arn,) = sample("schedule_reconcile")["resources"]
    schedules = [name for name, _ in project.root.of_type("AWS::Scheduler::Schedule")]

    assert arn.rsplit("/", maxsplit=1)[-1] in schedules
