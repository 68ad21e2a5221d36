"""The template as the laptop reads it."""

from pathlib import Path

import pytest
import yaml

from local.aws import template
from local.aws.cloud import Authorization, Cloud
from local.aws.intrinsics import TemplateUnsupported
from local.aws.stack import Stack
from local.layout import ROOT

SMALL = ROOT / "tests" / "data" / "aws" / "template.yaml"


@pytest.fixture
def small(stack: Stack) -> Cloud:
    return template.read(SMALL, stack)


def test_a_function_with_what_it_depends_on(small: Cloud, stack: Stack) -> None:
    function = small.functions["small-people"]

    assert function.handler == "handler.handle"
    assert function.code == SMALL.parent / "functions" / "people"
    assert (function.timeout, function.memory) == (5, 256)
    assert function.environment == {
        "DATABASE_URL": "postgresql://app:pass%2Fword@127.0.0.1:9000/janym",
        "DATABASE_AUTH": "url",
        "QUEUE_URL": f"{stack.address('sqs')}/000000000000/small-current",
    }


def test_reserved_concurrency_retries_and_destination(small: Cloud) -> None:
    events = small.functions["small-taskevents"]

    assert small.functions["small-claim"].reserved == 1
    assert (events.retries, events.on_failure) == (1, "small-events-dlq")


def test_routes_with_who_may_call_them(small: Cloud, stack: Stack) -> None:
    found = {(r.method, r.path): r for api in small.apis for r in api.routes}
    token = found["GET", "/api/bots/{bot_id}"]

    assert token.authorization is Authorization.JWT
    assert token.jwt is not None
    assert (token.jwt.issuer, token.jwt.audience) == (stack.address("issuer"), ("janym",))
    assert found["POST", "/open"].authorization is Authorization.NONE
    assert found["POST", "/claim"].authorization is Authorization.IAM
    assert found["ANY", "/api/{proxy+}"].function == "small-people"


def test_queues_and_what_they_feed(small: Cloud) -> None:
    queue, (mapping,) = small.queues["small-current"], small.mappings

    assert (queue.visibility_timeout, queue.max_receive_count) == (30, 2)
    assert queue.dead_letter == "small-current-dlq"
    assert (mapping.queue, mapping.function) == ("small-current", "small-ingest")
    assert (mapping.batch_size, mapping.window, mapping.max_concurrency) == (50, 0, 2)
    assert mapping.partial_failures


def test_rules_schedules_tasks_policies(small: Cloud, stack: Stack) -> None:
    rules = {rule.name: rule for rule in small.rules}
    task = small.tasks["small-bot"]

    assert [action.queue for action in rules["small_state"].actions] == ["small-current"]
    assert rules["small_state"].error_action is not None
    assert [(s.expression, s.function) for s in small.schedules] == [
        ("rate(1 minute)", "small-taskevents")
    ]
    assert small.event_rules[0].pattern["detail"]["clusterArn"] == [
        "arn:aws:ecs:us-east-1:000000000000:cluster/small"
    ]
    assert (task.memory, task.role) == (1024, "small-bot-task")
    assert task.containers[0].stop_timeout == 1
    assert task.containers[0].environment == {"CLAIM_URL": stack.address("run_api") + "/claim"}
    statement = small.policies["small-bot"].document["Statement"][0]
    assert statement["Resource"].endswith("client/${iot:Connection.Thing.ThingName}")


def test_the_products_own_template_is_understood(stack: Stack) -> None:
    cloud = template.read(ROOT / "template.yaml", stack)
    variables = [
        value for function in cloud.functions.values() for value in function.environment.values()
    ]

    assert cloud.functions
    assert {mapping.function for mapping in cloud.mappings} <= set(cloud.functions)
    assert {schedule.function for schedule in cloud.schedules} <= set(cloud.functions)
    assert all(function.code.is_dir() for function in cloud.functions.values())
    assert [value for value in variables if "amazonaws.com" in value] == []


def write(folder: Path, body: object) -> Path:
    file = folder / "template.yaml"
    file.write_text(yaml.safe_dump(body))
    return file


@pytest.mark.parametrize(
    ("resource", "named"),
    [
        ({"QueueName": {"Fn::Cidr": ["10.0.0.0/8", 1, 8]}}, "Jobs: Fn::Cidr"),
        ({"QueueName": {"Ref": "Nobody"}}, "Jobs: Ref to unknown 'Nobody'"),
        ({"QueueName": {"Fn::GetAtt": ["Bucket", "DomainName"]}}, "Bucket: .*DomainName"),
        ({"QueueName": {"Fn::Select": [4, ["a"]]}}, "Jobs: Fn::Select"),
        ({"QueueName": {"Fn::If": ["Never", "a", "b"]}}, "Jobs: no condition 'Never'"),
        ({"FifoQueue": True}, "Jobs: FIFO"),
    ],
)
def test_what_the_laptop_does_not_have_is_named(
    stack: Stack, tmp_path: Path, resource: dict[str, object], named: str
) -> None:
    body = {
        "Resources": {
            "Bucket": {"Type": "AWS::S3::Bucket"},
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": resource},
        }
    }

    with pytest.raises(TemplateUnsupported, match=named):
        template.read(write(tmp_path, body), stack)


def test_a_parameter_without_a_value_is_named(stack: Stack, tmp_path: Path) -> None:
    body = {
        "Parameters": {"Word": {"Type": "String"}},
        "Resources": {
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Word"}}}
        },
    }

    with pytest.raises(TemplateUnsupported, match="parameter Word has no value"):
        template.read(write(tmp_path, body), stack)


def test_intrinsics(stack: Stack, tmp_path: Path) -> None:
    name: object = {
        "Fn::Join": [
            "-",
            [
                {"Fn::Select": [1, {"Fn::Split": [",", "a,b"]}]},
                {"Fn::Sub": ["${X}${!Y}", {"X": {"Ref": "AWS::Region"}}]},
                {"Fn::If": ["Big", "big", {"Ref": "AWS::NoValue"}]},
                {"Ref": "AWS::NoValue"},
            ],
        ]
    }
    body: object = {
        "Parameters": {"Size": {"Type": "Number", "Default": 3}},
        "Conditions": {
            "Three": {"Fn::Equals": [{"Ref": "Size"}, "3"]},
            "Small": {"Fn::Not": [{"Condition": "Three"}]},
            "Big": {"Fn::And": [{"Condition": "Three"}, {"Fn::Not": [{"Fn::Equals": [1, 2]}]}]},
        },
        "Resources": {
            "Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}},
            "Absent": {"Type": "AWS::SQS::Queue", "Condition": "Small", "Properties": {}},
        },
    }
    assert list(template.read(write(tmp_path, body), stack).queues) == ["b-us-east-1${Y}-big"]
