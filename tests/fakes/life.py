"""A bot's whole life as a script of requests and events, over any store."""

import base64
import json
from dataclasses import dataclass
from typing import Any

from tests.fakes.functions import Answered, Functions, answered
from tests.fakes.world import ADMIN, CONFIG, CSR

SECRET = "the-exchange-secret"
BOT = {
    "name": "maker",
    "strategy_type": "pure_market_making",
    "exchange": "binance",
    "trading_pair": "ETH-USDT",
    "config": CONFIG,
}
ROLE = "arn:aws:sts::000000000000:assumed-role/janym-bot-task"


def claim_event(body: dict[str, Any], *, caller: str) -> dict[str, Any]:
    return {
        "version": "2.0",
        "rawPath": "/claim",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "authorizer": {"iam": {"userArn": caller}},
            "http": {"method": "POST", "path": "/claim", "sourceIp": "198.51.100.20"},
            "requestId": "request-2",
            "stage": "$default",
        },
        "body": json.dumps(body),
        "isBase64Encoded": False,
    }


def queue_event(bot: str, suffix: str, *payloads: dict[str, Any]) -> dict[str, Any]:
    records = [
        {
            "messageId": f"message-{number}",
            "body": json.dumps(
                {
                    "body": base64.b64encode(json.dumps(payload).encode()).decode(),
                    "bot_id": bot,
                    "topic": f"hbot/{bot}/{suffix}",
                    "client_id": bot,
                    "received_ms": 1795262406250,
                }
            ),
        }
        for number, payload in enumerate(payloads)
    ]
    return {"Records": records}


def said(status: str, *, seq: int, session: int = 1) -> dict[str, Any]:
    return {
        "v": 1,
        "session": session,
        "seq": seq,
        "timestamp": "2026-11-21T12:00:05Z",
        "status": status,
        "uptime_seconds": 5,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What was to be seen of a life; who had it lived says what is right."""

    statuses: list[str]
    """The bot's, as `GET` shows it after each step."""
    told_before: int
    """How much was published before the start was acted on."""
    told: list[str]
    """What the start had published: commands' ids."""
    started: dict[str, Any]
    """The start's command, at last."""
    claimed: dict[str, Any]
    stopped: dict[str, Any]
    """What was published to stop it."""
    checked: bool
    """Whether the venue was asked what is left of its orders, and of nobody else's."""
    runs: list[dict[str, Any]]
    left: int
    """HTTP's status of asking for the bot once it is deleted."""


def live(functions: Functions) -> Lived:
    """Store a key, create a bot, start it, claim, run, stop, be checked, be deleted."""
    world, http = functions.world, functions.http
    done(http("PUT /api/organization", {"name": "Acme"}, caller=ADMIN))
    key = {"exchange": "binance", "api_key": "key-abcd", "api_secret": SECRET}
    stored = done(http("POST /api/exchanges/credentials", key))
    wanted = BOT | {"credential_id": stored["credential_id"]}
    bot = f"/api/bots/{done(http('POST /api/bots', wanted))['bot_id']}"
    bot_id = bot.rpartition("/")[2]
    statuses: list[str] = []

    def look() -> None:
        statuses.append(done(http(f"GET {bot}"))["status"])

    look()
    command = done(http(f"POST {bot}/start"))
    look()
    told_before = len(world.bus.published)
    functions.invoke("reconcile", {"bot_id": bot_id})
    told = [payload["command_id"] for _, _, payload in world.bus.published]
    (task,) = world.launcher.tasks.values()
    asked = {"v": 1, "token": task.token, "run_id": str(task.run), "csr": CSR}
    caller = f"{ROLE}/{task.id}"
    claimed = done(answered(functions.invoke("claim", claim_event(asked, caller=caller))))
    functions.invoke("ingest_current", queue_event(bot_id, "status", said("running", seq=2)))
    look()
    done(http(f"POST {bot}/stop", {"mode": "cancel_orders"}))
    look()
    functions.invoke("reconcile", {"bot_id": bot_id})
    stopped = world.bus.published[-1][2]
    functions.invoke("ingest_current", queue_event(bot_id, "status", said("stopped", seq=3)))
    world.launcher.end(task.id, exit_code=0)
    functions.invoke("reconcile", {})
    checked = {str(each) for each in world.functions.venue_checks} == {bot_id}
    functions.invoke("venue_check", {"bot_id": bot_id})
    look()
    return Lived(
        statuses=statuses,
        told_before=told_before,
        told=told,
        started=done(http(f"GET /api/commands/{command['command_id']}")),
        claimed=claimed,
        stopped=stopped,
        checked=checked,
        runs=done(http(f"GET {bot}/runs"))["items"],
        left=_gone(functions, bot),
    )


def _gone(functions: Functions, bot: str) -> int:
    done(functions.http(f"DELETE {bot}"))
    return functions.http(f"GET {bot}").status


def done(answer: Answered) -> Any:
    """Give what a success shows."""
    assert answer.status < 300, answer.text
    return answer.json if answer.text else None
