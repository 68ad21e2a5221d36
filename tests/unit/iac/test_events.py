"""The sample events are what AWS would send to these templates' functions (SU-011)."""

import json
from datetime import UTC, datetime
from hashlib import md5
from pathlib import Path

import pytest

from iac.rules import messages
from iac.templates import Json, Project, references, text
from janym.api import task_events, telemetry
from janym.api.claims import ClaimRequest
from janym.usecases.ingest import Heard

EVENTS = Path(__file__).parents[3] / "events"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


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
def test_a_queue_sample_can_be_read(name: str, project: Project) -> None:
    queues = {
        text(project.root.properties(next(references(m["EventSourceArn"])))["QueueName"])
        for _, m in project.root.of_type("AWS::Lambda::EventSourceMapping")
    }
    for record in sample(name)["Records"]:
        heard = telemetry.decode(record["body"], received_at=NOON)

        assert isinstance(heard, Heard), heard
        assert record["eventSourceARN"].rsplit(":", maxsplit=1)[-1] in queues


@pytest.mark.parametrize("name", ["sqs_current_status", "sqs_current_metrics"])
def test_a_queue_sample_holds_what_rules_select(name: str) -> None:
    selected = {column.rpartition(" AS ")[2] for column in messages.COLUMNS}

    for record in sample(name)["Records"]:
        assert set(json.loads(record["body"])) == selected
        assert record["md5OfBody"] == md5(record["body"].encode()).hexdigest()  # noqa: S324 - what SQS sends


def test_a_claim_sample_can_be_read() -> None:
    asked = ClaimRequest.model_validate_json(sample("runapi_claim")["body"])
    (override,) = sample("ecs_task_stopped")["detail"]["overrides"]["containerOverrides"]

    assert {"name": "RUN_ID", "value": str(asked.run_id)} in override["environment"]


def test_a_task_sample_tells_which_run_ended() -> None:
    claimed = ClaimRequest.model_validate_json(sample("runapi_claim")["body"])

    event = task_events.read(sample("ecs_task_stopped"), container="bot")

    assert (event.stopped, event.exit_code, event.run) == (True, 137, claimed.run_id)


def test_a_schedule_sample_comes_from_the_schedule(project: Project) -> None:
    (arn,) = sample("schedule_reconcile")["resources"]
    schedules = [name for name, _ in project.root.of_type("AWS::Scheduler::Schedule")]

    assert arn.rsplit("/", maxsplit=1)[-1] in schedules
