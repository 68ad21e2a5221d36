"""The HTTP APIs and Lambda of the laptop, over real sockets and AWS's own bootstrap."""

import base64
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.aws.stack import Stack, StackFileInvalid
from tests.integration.local_aws.stacks import Issuer, SmallStack, alive, eventually

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def running(small: SmallStack, issuer: Issuer) -> SmallStack:
    assert issuer.url
    small.start("gateway", "sqs")
    return small


@pytest.fixture(scope="module")
def ask(running: SmallStack, issuer: Issuer) -> Ask:
    token = issuer.mint(org_id="acme", org_role="trader", n=3, flags=["a", "b"], on=True)
    http = running.http()

    def ask(method: str, path: str, *, token: str | None = token, **more: Any) -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        more["headers"] = {**headers, **more.get("headers", {})}
        return http.request(method, running.addresses["gateway"] + path, **more)

    return ask


def test_a_request_arrives_as_an_event_of_format_two(ask: Ask) -> None:
    answer = ask(
        "GET",
        "/api/bots/b%201?a=1&a=2&c=x%20y",
        headers={"X-Many": "1", "Cookie": "k=v; l=w"},
    )
    event = answer.json()["event"]

    assert answer.status == 201
    assert event["version"] == "2.0"
    assert event["routeKey"] == "GET /api/bots/{bot_id}"
    assert event["rawPath"] == "/api/bots/b 1"
    assert event["rawQueryString"] == "a=1&a=2&c=x%20y"
    assert event["queryStringParameters"] == {"a": "1,2", "c": "x y"}
    assert event["pathParameters"] == {"bot_id": "b 1"}
    assert event["cookies"] == ["k=v", "l=w"]
    assert event["headers"]["x-many"] == "1"
    assert event["requestContext"]["http"]["method"] == "GET"


def test_claims_arrive_as_text(ask: Ask) -> None:
    claims = ask("GET", "/api/me").json()["event"]["requestContext"]["authorizer"]["jwt"]["claims"]

    assert claims["org_id"] == "acme"
    assert claims["n"] == "3"
    assert claims["flags"] == "[a b]"
    assert claims["on"] == "true"


def test_bytes_arrive_in_base64_and_text_as_it_is(ask: Ask) -> None:
    binary = ask("POST", "/api/x", body=b"\xff\x00", headers={"content-type": "image/png"})
    text = ask("POST", "/api/x", body=b'{"a":1}', headers={"content-type": "application/json"})

    assert base64.b64decode(binary.json()["echo"]) == b"\xff\x00"
    assert binary.json()["event"]["isBase64Encoded"] is True
    assert text.json()["echo"] == '{"a":1}'
    assert text.json()["event"]["isBase64Encoded"] is False


def test_cookies_and_headers_of_the_answer_are_sent(ask: Ask) -> None:
    answer = ask("GET", "/api/me")

    assert answer.headers.getlist("set-cookie") == ["a=1", "b=2"]
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "claims",
    [{"exp": 1}, {"aud": "another"}, {"iss": "https://other"}, {"nbf": 4_102_444_800}],
    ids=lambda claims: next(iter(claims)),
)
def test_a_token_that_does_not_fit_is_refused(
    ask: Ask, issuer: Issuer, claims: dict[str, Any]
) -> None:
    answer = ask("GET", "/api/me", token=issuer.mint(**claims))

    assert answer.status == 401
    assert answer.json() == {"message": "Unauthorized"}
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_a_token_of_another_key_is_refused(ask: Ask, issuer: Issuer) -> None:
    header, payload, signature = issuer.mint().split(".")
    forged = f"{header}.{payload}.{signature[:-8]}AAAAAAAA"

    assert ask("GET", "/api/me", token=forged).status == 401


def test_no_token_is_refused_except_where_the_route_is_open(ask: Ask) -> None:
    closed = ask("GET", "/api/me", token=None)

    assert closed.status == 401
    assert closed.headers["www-authenticate"] == "Bearer"
    assert ask("POST", "/open", token=None).status == 201


def test_an_unknown_route_is_404(ask: Ask) -> None:
    answer = ask("GET", "/nowhere")

    assert (answer.status, answer.json()) == (404, {"message": "Not Found"})


def test_a_body_over_ten_mebibytes_is_413(ask: Ask) -> None:
    answer = ask("POST", "/api/x", body=b"x" * (10 * 1024 * 1024 + 1))

    assert (answer.status, answer.json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize("path", ["/api/fail", "/api/nothing", "/api/slow"])
def test_a_function_that_fails_is_500(ask: Ask, path: str) -> None:
    answer = ask("GET", path)

    assert (answer.status, answer.json()) == (500, {"message": "Internal Server Error"})


def test_an_idle_worker_is_used_again(ask: Ask) -> None:
    assert (
        ask("GET", "/api/me").headers["x-instance"] == ask("GET", "/api/me").headers["x-instance"]
    )


def test_a_worker_handles_one_event_at_a_time(ask: Ask) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, ["GET"] * 12, ["/api/me"] * 12))

    assert [answer.status for answer in answers] == [201] * 12


def test_a_function_sees_its_own_variables_and_no_others(running: SmallStack, ask: Ask) -> None:
    variables = ask("GET", "/api/variables").json()
    port = running.stack.port("postgres")

    assert variables["DATABASE_URL"] == f"postgresql://app:app%20word@127.0.0.1:{port}/janym"
    assert variables["DATABASE_AUTH"] == "url"
    assert variables["QUEUE_URL"] == f"{running.addresses['sqs']}/000000000000/small-current"
    assert variables["AWS_ENDPOINT_URL_SQS"] == running.addresses["sqs"]
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "small-people"
    assert variables["AWS_ACCESS_KEY_ID"] == "janym-PeopleFunctionRole"
    assert not {"PYTEST_CURRENT_TEST", "USER"} & set(variables)


def test_what_a_function_prints_is_in_its_log(running: SmallStack, ask: Ask) -> None:
    ask("GET", "/api/fail")
    file = running.home / "logs" / "functions" / "small-people.log"

    assert "asked to fail" in eventually(file.read_text, "the log")


def test_invoke_answers_and_says_when_the_function_failed(running: SmallStack) -> None:
    client = running.client("lambda")
    good = client.invoke(FunctionName="small-taskevents", Payload=b'{"a": 1}')
    bad = client.invoke(FunctionName="small-taskevents", Payload=b'{"fail": true}')

    assert "FunctionError" not in good
    assert bad["FunctionError"] == "Unhandled"
    assert json.loads(bad["Payload"].read())["errorType"] == "RuntimeError"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client.invoke(FunctionName="nobody", Payload=b"{}")


def test_an_event_that_fails_too_often_goes_to_its_destination(running: SmallStack) -> None:
    running.client("lambda").invoke(
        FunctionName="small-taskevents", InvocationType="Event", Payload=b'{"fail": "late"}'
    )
    sqs = running.client("sqs")
    url = sqs.get_queue_url(QueueName="small-events-dlq")["QueueUrl"]

    def look() -> list[Any]:
        return sqs.receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", [])

    record = json.loads(eventually(look, "the failure record")[0]["Body"])

    assert record["requestPayload"] == {"fail": "late"}
    assert record["requestContext"]["approximateInvokeCount"] == 2


def test_an_event_reaches_the_functions_whose_rule_fits(running: SmallStack) -> None:
    detail = {"clusterArn": "arn:aws:ecs:us-east-1:000000000000:cluster/small"}
    base = {"source": "aws.ecs", "detail-type": "ECS Task State Change", "mark": "rule"}
    url = running.addresses["lambda"] + "/_events"

    def put(status: str) -> int:
        event = {**base, "detail": {**detail, "lastStatus": status}}
        return running.http().request("POST", url, json=event).json()["matched"]

    assert put("PENDING") == 0
    assert put("RUNNING") == 1
    assert [e["detail"]["lastStatus"] for e in running.lines("events") if e.get("mark")] == [
        "RUNNING"
    ]


def test_a_request_to_the_api_of_runs_without_signature_is_refused(running: SmallStack) -> None:
    url = running.addresses["run_api"] + "/claim"
    answer = running.http().request("POST", url, body=b"{}")

    assert (answer.status, answer.json()) == (403, {"message": "Forbidden"})


def test_workers_end_with_the_gateway(running: SmallStack, ask: Ask) -> None:
    ask("GET", "/api/me")
    parent = running.processes["gateway"].pid
    children = eventually(lambda: _children(parent), "workers")
    running.kill("gateway")

    eventually(lambda: not any(alive(pid) for pid in children), "the workers to end")


def _children(parent: int) -> list[int]:
    with open(f"/proc/{parent}/task/{parent}/children") as file:  # noqa: PTH123 - the kernel's
        return [int(pid) for pid in file.read().split()]


def test_the_stack_file_must_be_one(small: SmallStack) -> None:
    (small.home / "other.json").write_text("[]")
    with pytest.raises(StackFileInvalid, match="is not a stack file"):
        Stack.load(small.home / "other.json")
