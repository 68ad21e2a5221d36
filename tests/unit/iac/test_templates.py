"""What the templates promise about bots, people and logs, whoever writes them next."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from iac.templates import Json, Project, Template, references
from janym.domain.job import PERIOD, JobName

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    "entry",
    [
        "functions", "containers", "iac", "shared", "events", "tests",
        "template.yaml", "pyproject.toml", "README.md",
    ],
)  # fmt: skip
def test_the_tree_is_laid_out_as_agreed(entry: str) -> None:
    """SU-009."""
    assert (ROOT / entry).exists()


def test_each_bot_is_a_task_with_limits(project: Project) -> None:
    """S0-136, S0-137: a task is one bot; Fargate holds it to its processor and memory."""
    task = project.templates["iac/containers.yaml"].properties("BotTask")

    assert [container["Name"] for container in task["ContainerDefinitions"]] == ["bot"]
    assert task["RequiresCompatibilities"] == ["FARGATE"]
    assert task["Cpu"]
    assert task["Memory"]


def test_nobody_can_reach_a_bot(project: Project) -> None:
    """S0-138: the bots' security group lets nothing in, from other bots least of all."""
    network = project.templates["iac/network.yaml"]
    group = network.properties("BotSecurityGroup")
    opened = {
        name
        for _, ingress in network.of_type("AWS::EC2::SecurityGroupIngress")
        for name in references(ingress["GroupId"])
    }

    assert "SecurityGroupIngress" not in group
    assert "BotSecurityGroup" not in opened


def test_bots_have_no_way_to_the_database(project: Project) -> None:
    network = project.templates["iac/network.yaml"]
    let_in = {
        name for rule in ingress_of(network, "DatabaseSecurityGroup") for name in references(rule)
    }

    assert let_in == {"AppSecurityGroup", "DatabaseSecurityGroup"}


def test_people_show_a_token_and_runs_sign(project: Project) -> None:
    """S0-140: nothing of an organization is open; claim alone is for tasks."""
    schemes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for name, api in project.root.of_type("AWS::ApiGatewayV2::Api"):
        for path, operations in api.get("Body", {"paths": {}})["paths"].items():
            for operation in operations.values():
                [[scheme]] = operation["security"]
                schemes[name, scheme].add(path)

    assert set(schemes) == {("Api", "Oidc"), ("Api", "NONE"), ("RunApi", "AWS_IAM")}
    assert schemes["Api", "NONE"] == {"/docs", "/openapi.json"}
    assert schemes["RunApi", "AWS_IAM"] == {"/claim"}


def test_what_asks_for_no_token_answers_seldom(project: Project) -> None:
    """S0-140: the web ACL does not stand before the API's own name."""
    [stage] = [
        stage
        for _, stage in project.root.of_type("AWS::ApiGatewayV2::Stage")
        if set(references(stage["ApiId"])) == {"Api"}
    ]
    [api] = [api for name, api in project.root.of_type("AWS::ApiGatewayV2::Api") if name == "Api"]
    open_to_all = {
        f"{method.upper()} {path}"
        for path, operations in api["Body"]["paths"].items()
        for method, operation in operations.items()
        if operation["security"] == [{"NONE": []}]
    }
    usual = stage["DefaultRouteSettings"]["ThrottlingRateLimit"]

    assert open_to_all == set(stage["RouteSettings"])
    for limits in stage["RouteSettings"].values():
        assert limits["ThrottlingRateLimit"] * 10 < usual
        assert limits["DetailedMetricsEnabled"]


def test_every_log_expires(project: Project) -> None:
    """S0-159."""
    groups = [
        (name, group)
        for template in project.templates.values()
        for name, group in template.of_type("AWS::Logs::LogGroup")
    ]

    assert groups
    assert [name for name, group in groups if not group.get("RetentionInDays")] == []


def test_every_function_logs_json_in_one_place(project: Project) -> None:
    """S0-156, S0-158."""
    logging = [f["LoggingConfig"] for _, f in project.root.of_type("AWS::Lambda::Function")]

    assert {config["LogFormat"] for config in logging} == {"JSON"}
    assert {name for config in logging for name in references(config)} == {"FunctionLogs"}


def test_each_capability_is_a_service_of_its_own(project: Project) -> None:
    """S0-039: a function each behind the API, with code and rights that no other one has."""
    functions = dict(project.root.of_type("AWS::Lambda::Function"))
    roles = [next(references(each["Role"])) for each in functions.values()]

    assert {"BotsFunction", "MetricsFunction", "OrdersFunction"} <= functions.keys()
    assert {"ExchangesFunction", "PortfolioFunction", "AlertsFunction"} <= functions.keys()
    assert len({each["FunctionName"]["Fn::Sub"] for each in functions.values()}) == len(functions)
    assert len(set(roles)) == len(functions)


def test_rules_end_in_functions_that_write(project: Project) -> None:
    """SU-006: rule, queue, function, for current state and for history."""
    root = project.root
    sent = {
        name
        for _, rule in root.of_type("AWS::IoT::TopicRule")
        for action in rule["TopicRulePayload"]["Actions"]
        for name in references(action["Sqs"]["QueueUrl"])
    }
    read = {
        next(references(mapping["EventSourceArn"])): next(references(mapping["FunctionName"]))
        for _, mapping in root.of_type("AWS::Lambda::EventSourceMapping")
    }

    assert sent == set(read)
    assert read == {
        "CurrentQueue": "IngestCurrentFunction",
        "HistoryQueue": "IngestHistoryFunction",
    }


def test_one_origin_may_call_the_api_and_send_all_that_it_takes(project: Project) -> None:
    """S2-062: no wildcard, no cookies; every method of a route, every header a page has to read."""
    origins = project.root.source["Resources"]["Api"]["Properties"]["CorsConfiguration"]
    api = project.root.properties("Api")["Body"]
    cors = api["x-amazon-apigateway-cors"]
    methods = {method.upper() for path in api["paths"].values() for method in path}

    assert list(references(origins["AllowOrigins"])) == ["WebOrigin"]
    assert len(cors["allowOrigins"]) == 1
    assert not cors.get("allowCredentials", False)
    assert methods - {"OPTIONS"} <= set(cors["allowMethods"])
    assert {"authorization", "content-type", "idempotency-key"} <= set(cors["allowHeaders"])
    assert {"idempotency-replayed", "retry-after", "x-next-cursor"} <= set(cors["exposeHeaders"])


def scheduled(project: Project) -> dict[JobName, timedelta]:
    """Give what the clock calls, and how often."""
    found: dict[JobName, timedelta] = {}
    for resource in project.root.source["Resources"].values():
        properties = resource.get("Properties", {})
        for event in properties.get("Events", {}).values():
            if event["Type"] == "ScheduleV2":
                rate = event["Properties"]["ScheduleExpression"]
                number, unit = rate.removeprefix("rate(").removesuffix(")").split()
                name = JobName(Path(properties["CodeUri"]).name)
                found[name] = timedelta(**{unit.rstrip("s") + "s": int(number)})
    return found


def test_janym_status_knows_what_the_clock_calls_and_how_often(project: Project) -> None:
    """S0-165: else a job would be overdue that is not, or missing."""
    assert scheduled(project) == PERIOD


@pytest.mark.parametrize("job", JobName)
def test_somebody_hears_when_scheduled_work_fails(project: Project, job: JobName) -> None:
    """S0-165: an alarm whose periods are long enough for as many failures as it waits for."""
    name = f"${{Prefix}}-{job.replace('_', '-')}"
    alarms = [
        alarm
        for _, alarm in project.templates["iac/alarms.yaml"].of_type("AWS::CloudWatch::Alarm")
        if alarm["MetricName"] == "Errors"
        and alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Fn::Sub": name}}]
    ]

    (alarm,) = alarms
    needed = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
    turn = PERIOD[job].total_seconds()
    assert (alarm["Namespace"], alarm["Threshold"]) == ("AWS/Lambda", 0)
    assert alarm["AlarmActions"]
    assert needed == 1 or alarm["Period"] >= turn, "its failures never lie close enough"


def ingress_of(network: Template, group: str) -> Iterator[Json]:
    """Sources that a security group lets in, written in it or beside it."""
    yield from network.properties(group).get("SecurityGroupIngress", [])
    for _, ingress in network.of_type("AWS::EC2::SecurityGroupIngress"):
        if group in references(ingress["GroupId"]):
            yield {"from": ingress["SourceSecurityGroupId"]}
