"""Tasks of the laptop: real processes, their end, their events and their credentials (K-07)."""

import json
import os
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from containers.bridge import usage
from janym.cloud.clients import translated
from janym.domain.errors import Unavailable
from local import remains
from local.aws.ecs_task import Status
from local.layout import Stack as Layout
from tests.fakes.functions import functions_of
from tests.fakes.world import World
from tests.integration.local_aws.stacks import WITHIN, Issuer, SmallStack, alive, eventually

NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"]}}


class Tasks:
    """The task runner as a launcher uses it."""

    def __init__(self, small: SmallStack) -> None:
        self.small = small
        self.ecs = small.client("ecs")

    def run(self, *, token: str | None = None, family: str = "small-bot", **variables: str) -> str:
        environment = [{"name": name, "value": value} for name, value in variables.items()]
        answer = self.ecs.run_task(
            cluster="small",
            taskDefinition=family,
            networkConfiguration=NETWORK,
            overrides={"containerOverrides": [{"name": "bot", "environment": environment}]},
            **({"clientToken": token} if token else {}),
        )
        return str(answer["tasks"][0]["taskArn"])

    def describe(self, arn: str) -> dict[str, Any]:
        return self.ecs.describe_tasks(cluster="small", tasks=[arn])["tasks"][0]

    def told(self, arn: str) -> dict[str, Any]:
        """What the task wrote about itself when it was up."""
        file = self.small.seen / f"{arn.rsplit('/', 1)[-1]}.json"
        return json.loads(
            eventually(lambda: file.read_text() if file.exists() else None, "the task to be up")
        )

    def until(self, arn: str, status: Status) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            task = self.describe(arn)
            return task if task["lastStatus"] == status else None

        return eventually(look, f"{arn} to be {status}")

    def stop(self, arn: str, reason: str = "enough") -> None:
        self.ecs.stop_task(cluster="small", task=arn, reason=reason)


@pytest.fixture(scope="module")
def running(small: SmallStack, issuer: Issuer) -> SmallStack:
    assert issuer.url
    small.start("gateway", "ecs")
    return small


@pytest.fixture
def tasks(running: SmallStack) -> Generator[Tasks]:
    if "ecs" not in running.processes:
        running.start("ecs")
    tasks = Tasks(running)
    yield tasks
    for arn in tasks.ecs.list_tasks(cluster="small")["taskArns"]:
        tasks.stop(arn)
        tasks.until(arn, Status.STOPPED)


def gone(pids: list[int]) -> None:
    eventually(lambda: not any(map(alive, pids)), f"{pids} to end")


def events(tasks: Tasks, arn: str, status: Status) -> dict[str, Any]:
    """The event of that status, as the function that listens got it."""

    def look() -> dict[str, Any] | None:
        for event in tasks.small.lines("events"):
            detail = event["detail"]
            if detail["taskArn"] == arn and detail["lastStatus"] == status:
                return event
        return None

    return eventually(look, f"the event {status}")


def test_a_task_is_told_what_it_needs_and_no_more(tasks: Tasks) -> None:
    arn = tasks.run(BOT_ID="b1")
    told = tasks.told(arn)
    variables = told["environment"]

    assert tasks.until(arn, Status.RUNNING)["desiredStatus"] == "RUNNING"
    assert variables["BOT_ID"] == "b1"
    assert variables["CLAIM_URL"] == tasks.small.addresses["run_api"] + "/claim"
    assert variables["ENGINE_PYTHON"]
    assert told["work_dir_exists"]
    assert not {"PYTEST_CURRENT_TEST", "USER", "AWS_ACCESS_KEY_ID"} & set(variables)


def test_an_exit_code_is_kept_and_reported(tasks: Tasks) -> None:
    arn = tasks.run(MODE="exit", CODE="7")
    task = tasks.until(arn, Status.STOPPED)
    detail = events(tasks, arn, Status.STOPPED)["detail"]

    assert task["containers"][0]["exitCode"] == 7
    assert task["stopCode"] == "EssentialContainerExited"
    assert detail["containers"][0]["exitCode"] == 7
    assert detail["stopCode"] == "EssentialContainerExited"
    assert detail["version"] > events(tasks, arn, Status.RUNNING)["detail"]["version"]


def test_a_killed_main_process_takes_everything_with_it(tasks: Tasks) -> None:
    arn = tasks.run()
    told = tasks.told(arn)
    main, child, apart = told["pids"]
    os.kill(main, signal.SIGKILL)
    task = tasks.until(arn, Status.STOPPED)

    gone([main, child, apart])
    assert task["containers"][0]["exitCode"] == 137
    assert events(tasks, arn, Status.STOPPED)["detail"]["stoppedReason"] == (
        "Essential container in task exited"
    )
    assert not Path(told["environment"]["WORK_DIR"]).exists()


def test_a_task_beyond_its_memory_is_killed_and_its_bot_says_so(
    tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    """K-07, S0-070: the laptop's task runner ends it as Fargate does; seen in both places."""
    arn = tasks.run(family="small-lean", MODE="hungry")
    pids = tasks.told(arn)["pids"]
    task = tasks.until(arn, Status.STOPPED)
    event = events(tasks, arn, Status.STOPPED)

    gone(pids)
    assert task["containers"][0]["exitCode"] == 137
    assert task["containers"][0]["reason"].startswith("OutOfMemoryError")
    with functions_of(World(), monkeypatch) as functions:
        bot = functions.world.running_bot().id
        event["detail"]["taskArn"] = f"task/{functions.world.task(bot).id}"
        functions.invoke("task_events", event)
        seen = functions.http(f"GET /api/bots/{bot}").json
        (run,) = functions.http(f"GET /api/bots/{bot}/runs").json["items"]
    assert (seen["status"], seen["reason"]) == ("error", "OUT_OF_MEMORY")
    assert "memory usage" in seen["detail"]
    assert (run["end_reason"], run["exit_code"]) == ("OUT_OF_MEMORY", 137)


def test_the_biggest_process_dies_for_its_task_and_the_rest_can_tell(tasks: Tasks) -> None:
    """K-07: as in a container, where the kernel counts what it killed."""
    arn = tasks.run(family="small-lean", MODE="hungry child")
    told = tasks.told(arn)
    main, child, _ = told["pids"]
    gone([child])

    cgroup = Path(told["environment"]["CGROUP_DIR"])
    assert usage.memory_kills(cgroup) == 1
    assert alive(main)
    assert tasks.describe(arn)["lastStatus"] == "RUNNING"
    tasks.stop(arn)
    tasks.until(arn, Status.STOPPED)
    assert not cgroup.exists()


def test_a_task_that_another_outlives_leaves_the_other_alone(tasks: Tasks) -> None:
    other, first = tasks.run(), tasks.run()
    survivors = tasks.told(other)["pids"]
    tasks.told(first)
    tasks.stop(first)
    tasks.until(first, Status.STOPPED)

    assert all(map(alive, survivors))


def test_stopping_asks_first(tasks: Tasks) -> None:
    arn = tasks.run()
    tasks.told(arn)
    tasks.stop(arn, "halted")
    task = tasks.until(arn, Status.STOPPED)

    assert task["containers"][0]["exitCode"] == 0
    assert (task["stopCode"], task["stoppedReason"]) == ("UserInitiated", "halted")


def test_a_deaf_task_is_killed_after_its_stop_timeout(tasks: Tasks) -> None:
    arn = tasks.run(MODE="deaf")
    pids = tasks.told(arn)["pids"]
    tasks.stop(arn)
    task = tasks.until(arn, Status.STOPPED)

    gone(pids)
    assert task["containers"][0]["exitCode"] == 137


def test_the_same_client_token_gives_the_same_task(tasks: Tasks) -> None:
    first = tasks.run(token="run-1", BOT_ID="b1")

    assert tasks.run(token="run-1", BOT_ID="b1") == first
    with pytest.raises(ClientError, match="ConflictException"):
        tasks.run(token="run-1", BOT_ID="b2")


def test_tasks_are_listed_by_who_started_them(tasks: Tasks) -> None:
    arn = tasks.ecs.run_task(
        cluster="small", taskDefinition="small-bot", networkConfiguration=NETWORK, startedBy="me"
    )["tasks"][0]["taskArn"]
    tasks.run()

    assert tasks.ecs.list_tasks(cluster="small", startedBy="me")["taskArns"] == [arn]
    assert len(tasks.ecs.list_tasks(cluster="small", family="small-bot")["taskArns"]) == 2
    assert tasks.ecs.list_tasks(cluster="other")["taskArns"] == []


def test_what_cannot_run_is_refused(tasks: Tasks) -> None:
    with pytest.raises(ClientError, match="TaskDefinition not found"):
        tasks.ecs.run_task(taskDefinition="nobody", networkConfiguration=NETWORK)
    with pytest.raises(ClientError, match="Network Configuration must be provided"):
        tasks.ecs.run_task(taskDefinition="small-bot")
    with pytest.raises(ClientError, match="was not found"):
        tasks.ecs.stop_task(cluster="small", task="nobody")
    missing = tasks.ecs.describe_tasks(cluster="small", tasks=["nobody"])
    assert missing["failures"] == [{"arn": "nobody", "reason": "MISSING"}]


def test_a_killed_runner_finds_its_tasks_again(tasks: Tasks) -> None:
    lives, dies = tasks.run(), tasks.run()
    survivors, victims = tasks.told(lives)["pids"], tasks.told(dies)["pids"]
    tasks.until(lives, Status.RUNNING)
    tasks.until(dies, Status.RUNNING)
    tasks.small.kill("ecs")
    os.kill(victims[0], signal.SIGKILL)
    eventually(lambda: not alive(victims[0]), "the victim to end")
    tasks.small.start("ecs")

    assert tasks.describe(lives)["lastStatus"] == "RUNNING"
    assert all(map(alive, survivors))
    lost = tasks.until(dies, Status.STOPPED)
    assert "task runner was away" in lost["containers"][0]["reason"]
    events(tasks, dies, Status.STOPPED)
    gone(victims[:2])
    tasks.stop(lives)
    tasks.until(lives, Status.STOPPED)
    gone(survivors[:2])
    # The one that had left its task's session and environment is ours to end.
    for pid in (survivors[2], victims[2]):
        os.kill(pid, signal.SIGKILL)


def test_tasks_of_a_killed_stack_are_ended_with_all_they_began(tasks: Tasks) -> None:
    """K-07: the next start finds them, asks their main process first, and leaves nothing."""
    arn = tasks.run(BOT_ID="b7")
    pids = tasks.told(arn)["pids"]
    tasks.until(arn, Status.RUNNING)
    for name in list(tasks.small.processes):
        tasks.small.kill(name)

    said = list(remains.clear(Layout.at(tasks.small.home)))
    gone(pids)
    tasks.small.start("gateway", "ecs")

    # Functions of the gateway may still be on their way out.
    said_of_tasks = [line for line in said if "the task of" in line]
    assert said_of_tasks == [f"ending process {pids[0]} (the task of bot b7), which is left over"]
    assert tasks.until(arn, Status.STOPPED)["stopCode"] == "EssentialContainerExited"
    events(tasks, arn, Status.STOPPED)


def test_events_wait_for_the_gateway(tasks: Tasks) -> None:
    tasks.small.kill("gateway")
    arn = tasks.run(MODE="exit", CODE="3")
    tasks.until(arn, Status.STOPPED)
    tasks.small.start("gateway")

    assert events(tasks, arn, Status.STOPPED)["detail"]["containers"][0]["exitCode"] == 3


class Claimant:
    """Signs as a task does, with what the task was given."""

    def __init__(self, tasks: Tasks, arn: str) -> None:
        self.small = tasks.small
        variables = tasks.told(arn)["environment"]
        answer = self.small.http().request(
            "GET",
            variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
            headers={"Authorization": variables["AWS_CONTAINER_AUTHORIZATION_TOKEN"]},
        )
        assert answer.status == 200, answer.data
        self.keys = answer.json()

    def claim(self, *, body: bytes = b"{}", sent: bytes | None = None, **changed: str) -> Any:
        keys = {**self.keys, **changed}
        url = self.small.addresses["run_api"] + "/claim"
        request = AWSRequest("POST", url, data=body, headers={"content-type": "application/json"})
        credentials = Credentials(keys["AccessKeyId"], keys["SecretAccessKey"], keys["Token"])
        SigV4Auth(credentials, "execute-api", "us-east-1").add_auth(request)
        headers = dict(request.headers.items())
        return self.small.http().request(
            "POST", url, body=body if sent is None else sent, headers=headers
        )


def test_a_signed_claim_names_its_task(tasks: Tasks) -> None:
    arn = tasks.run()
    answer = Claimant(tasks, arn).claim(body=b'{"v":1}')

    assert answer.status == 200
    assert answer.json()["body"] == '{"v":1}'
    assert answer.json()["caller"]["userArn"] == (
        f"arn:aws:sts::000000000000:assumed-role/small-bot-task/{arn.rsplit('/', 1)[-1]}"
    )


def test_a_claim_that_is_not_signed_right_is_refused(tasks: Tasks) -> None:
    claimant = Claimant(tasks, tasks.run())

    assert claimant.claim(body=b"{}", sent=b'{"x":1}').status == 403
    assert claimant.claim(SecretAccessKey="guessed").status == 403
    assert claimant.claim(Token="guessed").status == 403
    assert claimant.claim(AccessKeyId="ASIA0000000000000000").status == 403


def test_credentials_end_with_their_task(tasks: Tasks) -> None:
    arn = tasks.run()
    claimant = Claimant(tasks, arn)
    tasks.stop(arn)
    tasks.until(arn, Status.STOPPED)

    assert claimant.claim().status == 403


def test_credentials_are_for_the_holder_of_the_token(tasks: Tasks) -> None:
    variables = tasks.told(tasks.run())["environment"]
    answer = tasks.small.http().request(
        "GET", variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"], headers={"Authorization": "x"}
    )
    url = f"{tasks.small.addresses['ecs']}/_credentials/keys/ASIA"

    assert answer.status == 401
    assert tasks.small.http().request("GET", url).status == 403


def test_a_stopped_runner_stops_its_tasks(tasks: Tasks) -> None:
    arn = tasks.run()
    pids = tasks.told(arn)["pids"]

    assert tasks.small.stop("ecs") == 0
    gone(pids)
    tasks.small.start("ecs")
    assert tasks.describe(arn)["stopCode"] == "TerminationNotice"


def test_a_runner_that_is_stopped_starts_nothing_more(tasks: Tasks) -> None:
    """Who hears of an end starts anew: at a stop nobody hears, and nobody is let."""
    slow = tasks.run(family="small-patient", MODE="slow to end")
    quick = tasks.run(token="twice")
    pids = [*tasks.told(slow)["pids"], *tasks.told(quick)["pids"]]
    asked = tasks.small.seen / f"{slow.rsplit('/', 1)[-1]}.asked"
    ending = tasks.small.processes.pop("ecs")
    ending.terminate()
    eventually(asked.exists, "the slow task to be asked")
    tasks.until(quick, Status.STOPPED)

    with pytest.raises(Unavailable, match="ServerException"), translated("AWS ECS"):
        tasks.run()
    assert tasks.run(token="twice") == quick
    os.kill(pids[0], signal.SIGTERM)

    assert ending.wait(WITHIN) == 0
    gone(pids)
    assert (quick, Status.STOPPED) not in told(tasks)
    tasks.small.start("ecs")
    events(tasks, quick, Status.STOPPED)


def told(tasks: Tasks) -> list[tuple[str, str]]:
    """List the tasks and states that the function which listens got."""
    details = [event["detail"] for event in tasks.small.lines("events")]
    return [(detail["taskArn"], detail["lastStatus"]) for detail in details]
