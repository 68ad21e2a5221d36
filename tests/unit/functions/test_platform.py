"""The functions that no person calls: queues, events, schedules, runs."""

import base64
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from janym.domain.bot import BotStatus
from janym.domain.credential import Permissions
from janym.domain.errors import OutcomeUnknown, StoreAway, VenueRefused
from janym.domain.ids import RunId, TaskId
from janym.domain.job import JobName, JobState
from janym.domain.run import RunState
from janym.domain.telemetry import LogLine, Report
from tests.fakes.functions import Answered, Functions, answered
from tests.fakes.told import MemoryTelemetry
from tests.fakes.world import CSR, EVE, World

EVENTS = Path(__file__).parents[3] / "events"
ROLE = "arn:aws:sts::000000000000:assumed-role/janym-bot-task"


def sample(name: str) -> dict[str, Any]:
    return json.loads((EVENTS / f"{name}.json").read_text())


def record(bot: object, suffix: str, payload: bytes, key: str = "m1") -> dict[str, Any]:
    forwarded = {
        "body": base64.b64encode(payload).decode(),
        "bot_id": str(bot),
        "topic": f"hbot/{bot}/{suffix}",
        "client_id": str(bot),
        "received_ms": 1795251619500,
    }
    return {"messageId": key, "body": json.dumps(forwarded)}


def status(told: str, seq: int = 2) -> bytes:
    at = "2026-11-21T12:00:05Z"
    message = {"v": 1, "session": 1, "seq": seq, "timestamp": at, "uptime_seconds": 5}
    return json.dumps(message | {"status": told}).encode()


def log(text: str, seq: int = 3) -> bytes:
    at = "2026-11-21T12:00:05Z"
    return json.dumps({"v": 1, "session": 1, "seq": seq, "timestamp": at, "message": text}).encode()


# ---- ingest_current, ingest_history


def test_good_messages_are_stored_beside_bad_ones(functions: Functions) -> None:
    bot = functions.world.running_bot().id
    records = [
        record(bot, "status", b"{not json", "m1"),
        record(bot, "status", status("paused"), "m2"),
        {"messageId": "m3", "body": "not an envelope"},
    ]

    assert functions.invoke("ingest_current", {"Records": records}) == {"batchItemFailures": []}

    assert functions.world.bot(bot).status is BotStatus.PAUSED
    assert len(functions.world.units.tables.rejected) == 2


def test_a_store_that_is_away_fails_the_whole_batch(functions: Functions) -> None:
    """The poller slows down only where the function raises, and no retry is used up in vain."""
    bot = functions.world.running_bot().id
    functions.world.units.away = True

    with pytest.raises(StoreAway):
        functions.invoke("ingest_current", {"Records": [record(bot, "status", status("paused"))]})


def test_one_message_that_the_store_cannot_take_fails_alone(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    bot = functions.world.running_bot().id
    apply = MemoryTelemetry.apply

    def stumble(telemetry: MemoryTelemetry, reports: Sequence[Report]) -> Any:
        if any(isinstance(each, LogLine) and each.message == "poison" for each in reports):
            raise ValueError("no text that a store knows")
        return apply(telemetry, reports)

    monkeypatch.setattr(MemoryTelemetry, "apply", stumble)
    poison = log("poison", seq=9)
    records = [record(bot, "logs/info", poison, "m1"), record(bot, "logs/info", log("good"), "m2")]

    answer = functions.invoke("ingest_current", {"Records": records})

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert [line.message for line in functions.world.units.tables.logs.values()] == ["good"]


def test_history_gets_metrics_and_logs(functions: Functions) -> None:
    bot = functions.world.running_bot().id
    records = [
        record(bot, "logs/error", log("worse"), "m1"),
        record(bot, "logs/error", b"nonsense", "m2"),
    ]

    functions.invoke("ingest_history", {"Records": records})

    assert [line.message for line in functions.world.history.logs.values()] == ["worse"]


def test_a_history_that_is_away_fails_the_whole_batch(functions: Functions) -> None:
    bot = functions.world.running_bot().id
    functions.world.history.away = StoreAway("ClickHouse does not answer")

    with pytest.raises(StoreAway):
        functions.invoke("ingest_history", {"Records": [record(bot, "logs/info", log("x"))]})


@pytest.mark.parametrize("name", ["sqs_current_status", "sqs_current_metrics"])
def test_the_sample_messages_can_be_read(functions: Functions, name: str) -> None:
    """SU-011: of a bot that nobody has, so each is kept as refused, and for that alone."""
    functions.invoke("ingest_current", sample(name))

    kept = list(functions.world.units.tables.rejected)
    assert kept
    assert {each.reason.split(" ")[0] for each in kept} == {"no"}


# ---- task_events, reconcile, venue_check, migrate


def test_a_task_event_ends_its_run(functions: Functions) -> None:
    """SU-011."""
    bot = functions.world.running_bot().id
    event = sample("ecs_task_stopped")
    event["detail"]["taskArn"] = (
        f"arn:aws:ecs:us-east-1:1:task/janym/{functions.world.task(bot).id}"
    )

    functions.invoke("task_events", event)

    (run,) = functions.world.runs(bot)
    assert (run.end_reason, run.exit_code, run.event_version) == ("OUT_OF_MEMORY", 137, 6)
    assert run.ended_at == datetime(2026, 11, 21, 10, 12, 30, 774000, tzinfo=UTC)
    assert functions.world.bot(bot).reason == "OUT_OF_MEMORY"


def test_the_minutes_sweep_does_errands_and_looks_at_all(functions: Functions) -> None:
    """SU-011."""
    bot = functions.world.stopped_bot().id
    functions.world.start(bot)

    functions.invoke("reconcile", sample("schedule_reconcile"))

    assert functions.world.task(bot).running
    assert len(functions.world.bus.published) == 1


def test_a_sweep_says_what_it_left(functions: Functions, caplog: pytest.LogCaptureFixture) -> None:
    bot = functions.world.stopped_bot().id
    functions.world.start(bot)
    functions.world.launcher.away = True

    functions.invoke("reconcile", {})

    assert "left to a later pass" in caplog.text


def test_a_bots_own_errands_that_wait_are_told(
    functions: Functions, caplog: pytest.LogCaptureFixture
) -> None:
    bot = functions.world.stopped_bot().id
    functions.world.start(bot)
    functions.world.bus.away = True

    functions.invoke("reconcile", {"bot_id": str(bot)})

    assert "errand put off" in caplog.text


def test_venue_check_tells_what_a_key_may_do(functions: Functions) -> None:
    functions.world.create_organization()
    key = functions.world.create_credential().id
    functions.world.venue.key_permissions = Permissions(trade=True, withdraw=None)

    answer = functions.invoke("venue_check", {"credential_id": str(key)})

    assert answer == {"trade": True, "withdraw": None}


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            VenueRefused("binance", "-2015", "Invalid API-key."),
            {
                "code": "VENUE_REFUSED",
                "venue": "binance",
                "venue_code": "-2015",
                "message": "Invalid API-key.",
            },
        ),
        (OutcomeUnknown("no answer"), {"code": "OUTCOME_UNKNOWN", "message": "no answer"}),
    ],
)
def test_venue_check_tells_why_not(
    functions: Functions, refusal: Exception, said: dict[str, str]
) -> None:
    functions.world.create_organization()
    key = functions.world.create_credential().id
    functions.world.venue.refusal = refusal

    assert functions.invoke("venue_check", {"credential_id": str(key)}) == {"error": said}


def test_migrate_tells_the_revision(functions: Functions) -> None:
    assert functions.invoke("migrate", {}) == {"revision": "0001"}


def test_housekeeping_tidies(functions: Functions) -> None:
    """S0-015, S0-016."""
    assert functions.invoke("housekeeping", {}) == {}

    job = functions.world.units.tables.jobs[JobName.HOUSEKEEPING]
    assert (job.state, job.detail) == (JobState.DONE, "dropped 3 receipts, 0 log lines")
    assert functions.world.retention.ready == [functions.world.clock.now().date()]


def test_scheduled_work_that_fails_is_noted_and_fails_aloud(
    functions: Functions, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise StoreAway("PostgreSQL does not answer")

    monkeypatch.setattr(functions.world.retention, "make_ready", refuse)

    with pytest.raises(StoreAway):
        functions.invoke("housekeeping", {})
    job = functions.world.units.tables.jobs[JobName.HOUSEKEEPING]
    assert (job.state, job.detail) == (JobState.FAILED, "StoreAway: PostgreSQL does not answer")


# ---- claim


def claim(
    functions: Functions, body: dict[str, Any], *, caller: str, context: str = "iam"
) -> Answered:
    event = sample("runapi_claim")
    event["requestContext"]["authorizer"] = {context: {"userArn": caller}}
    return answered(functions.invoke("claim", event | {"body": json.dumps(body)}))


def launched(world: World) -> tuple[RunId, TaskId, dict[str, Any]]:
    bot = world.stopped_bot()
    world.start(bot.id)
    world.dispatch()
    task = world.task(bot.id)
    return task.run, task.id, {"v": 1, "token": task.token, "run_id": str(task.run), "csr": CSR}


def test_a_claim_answers_what_the_bridge_reads(functions: Functions) -> None:
    _, task, body = launched(functions.world)

    answer = claim(functions, body, caller=f"{ROLE}/{task}")

    assert answer.status == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json.keys() >= {
        "v", "bot_id", "session", "tag", "desired", "stop_mode", "certificate_pem", "ca_pem",
        "mqtt_host", "mqtt_port", "telemetry_rule", "bot", "credential", "venue", "fills",
        "totals",
        "commands", "metrics_interval_s",
    }  # fmt: skip
    assert answer.json["venue"] == {"rest": "http://binance.paper.test"}


@pytest.mark.parametrize(
    "caller",
    [
        "arn:aws:sts::000000000000:assumed-role/another-role/{task}",
        "arn:aws:sts::000000000000:assumed-role/janym-bot-task/another-task",
        "arn:aws:iam::000000000000:user/janym-bot-task/{task}",
        "arn:aws:iam::000000000000:role/janym-bot-task",
        "",
    ],
)
def test_a_claim_of_anybody_else_is_refused(functions: Functions, caller: str) -> None:
    _, task, body = launched(functions.world)

    answer = claim(functions, body, caller=caller.format(task=task))

    assert (answer.status, answer.json["code"]) == (403, "FORBIDDEN")
    assert functions.world.vault.decrypted == 0


def test_a_claim_with_a_members_token_is_refused(functions: Functions) -> None:
    _, task, body = launched(functions.world)

    assert claim(functions, body, caller=f"{ROLE}/{task}", context="jwt").status == 403


def test_a_claim_before_its_launch_is_on_record_is_asked_to_wait(functions: Functions) -> None:
    world = functions.world
    run, task, body = launched(world)
    world.units.tables.runs[run] = replace(
        world.units.tables.runs[run], state=RunState.WAITING, task=None, launched_at=None
    )

    answer = claim(functions, body, caller=f"{ROLE}/{task}")

    assert (answer.status, answer.json["code"]) == (425, "LAUNCH_NOT_READY")
    assert answer.headers["Retry-After"] == "1"


@pytest.mark.parametrize(
    ("wrong", "field"), [({"v": 2}, "v"), ({"run_id": "7"}, "run_id"), ({"csr": ""}, "csr")]
)
def test_a_claim_with_a_wrong_field(
    functions: Functions, wrong: dict[str, Any], field: str
) -> None:
    _, task, body = launched(functions.world)

    answer = claim(functions, body | wrong, caller=f"{ROLE}/{task}")

    assert (answer.status, answer.fields) == (422, [field])


def test_a_key_that_kms_denies_ends_the_claim(functions: Functions) -> None:
    _, task, body = launched(functions.world)
    functions.world.vault.denied = True

    answer = claim(functions, body, caller=f"{ROLE}/{task}")

    assert (answer.status, answer.json["code"]) == (403, "KEY_ACCESS_DENIED")


# ---- bots: what a start leads to


def test_a_start_is_acted_on_at_once(functions: Functions) -> None:
    bot = functions.world.stopped_bot().id
    event = sample("http_start_bot")
    event["rawPath"] = event["requestContext"]["http"]["path"] = f"/api/bots/{bot}/start"
    event["requestContext"]["authorizer"]["jwt"]["claims"]["org_id"] = "org_acme"

    answer = answered(functions.invoke("wishes", event))

    assert answer.status == 202, answer.text
    assert functions.world.functions.reconciled == [bot]


def test_a_start_counts_even_where_nobody_can_be_asked_to_act(functions: Functions) -> None:
    bot = functions.world.stopped_bot().id
    functions.world.functions.away = True

    assert functions.http(f"POST /api/bots/{bot}/start").status == 202
    assert len(functions.world.units.tables.outbox) == 2


def test_an_update_of_a_running_bot_says_when_it_counts(functions: Functions) -> None:
    """S0-053."""
    bot = functions.world.running_bot().id

    answer = functions.http(f"PUT /api/bots/{bot}", {"config": {"ask_spread": "0.002"}})

    assert (answer.status, answer.json["takes_effect"]) == (200, "on_restart")
    functions.world.stop(bot)


def test_a_bad_message_can_be_read_by_its_owner_alone(functions: Functions) -> None:
    """S0-141: what was refused is told with the reason, newest first, to nobody else."""
    bot = functions.world.stopped_bot().id
    functions.invoke("ingest_current", {"Records": [record(bot, "status", b'{"v": 1}')]})

    (seen,) = functions.http(f"GET /api/bots/{bot}/rejected").json["items"]

    assert seen["topic"] == f"hbot/{bot}/status"
    assert (seen["body"], seen["encoding"]) == ('{"v": 1}', "text")
    assert "session" in seen["reason"]
    assert functions.http(f"GET /api/bots/{bot}/rejected", caller=EVE).status == 404


def test_a_key_says_by_which_address_its_bots_leave(functions: Functions) -> None:
    """S0-136."""
    functions.world.create_organization()
    functions.world.create_credential()

    (seen,) = functions.http("GET /api/exchanges/credentials").json["items"]

    assert seen["egress_address"] == f"203.0.113.1{seen['egress_shard']}"


def test_the_configuration_in_force_is_shown_beside_the_stored_one(functions: Functions) -> None:
    """S0-083."""
    bot = functions.world.running_bot()
    at = "2026-11-21T12:00:05Z"
    told = {"v": 1, "session": 1, "seq": 9, "timestamp": at, "config": bot.config | {"x": "1"}}
    body = json.dumps(told).encode()
    functions.invoke("ingest_current", {"Records": [record(bot.id, "config", body)]})

    answer = functions.http(f"GET /api/bots/{bot.id}/config")

    assert answer.json["stored"] == bot.config
    assert answer.json["in_force"]["x"] == "1"
    assert answer.json["same"] is False


def test_parts_of_metrics_are_checked_and_not_stored_again(functions: Functions) -> None:
    """S0-088, S0-089, S0-090."""
    bot = functions.world.running_bot().id
    position = {"v": 1, "session": 1, "seq": 9, "timestamp": "2026-11-21T12:00:05Z"}
    amounts = {"total": "1", "available": "1", "locked": "0"}
    profit = {"total": "1", "total_pct": "0.1", "realized": "1", "unrealized": "0"}
    orders = {"active": 1, "filled_24h": 1, "cancelled_24h": 0, "volume_24h": "9"}
    good = {"balance": {"balance": amounts}, "pnl": {"pnl": profit}, "orders": {"orders": orders}}
    records = [
        record(bot, f"metrics/{kind}", json.dumps(position | part).encode(), f"m-{kind}")
        for kind, part in good.items()
    ]
    bad = record(bot, "metrics/pnl", json.dumps(position | {"pnl": {}}).encode(), "m-bad")

    answer = functions.invoke("ingest_current", {"Records": [*records, bad]})
    functions.invoke("ingest_history", {"Records": [*records, bad]})

    assert answer == {"batchItemFailures": []}
    (rejected,) = functions.world.units.tables.rejected
    assert rejected.topic == f"hbot/{bot}/metrics/pnl"
    assert functions.http(f"GET /api/bots/{bot}/metrics").json["latest"] is None
