"""A bot's whole life as a script of requests and events, over any store."""

import base64
import json
from typing import Any
from uuid import UUID

from janym.domain.ids import BotId
from tests.fakes.functions import Functions, answered
from tests.fakes.world import ADMIN, CONFIG, CSR

SECRET = "the-exchange-secret"
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


def live(functions: Functions) -> None:
    """Store a key, create a bot, start it, claim, run, stop, be checked, be deleted."""
    world = functions.world
    assert functions.http("PUT /api/organization", {"name": "Acme"}, caller=ADMIN).status == 200
    key = functions.http(
        "POST /api/exchanges/credentials",
        {"exchange": "binance", "api_key": "key-abcd", "api_secret": SECRET},
    )
    assert key.status == 201, key.text
    bot = functions.http(
        "POST /api/bots",
        {
            "name": "maker",
            "strategy_type": "pure_market_making",
            "exchange": "binance",
            "trading_pair": "ETH-USDT",
            "credential_id": key.json["credential_id"],
            "config": CONFIG,
        },
    )
    assert (bot.status, bot.json["status"]) == (201, "stopped"), bot.text
    bot_id = bot.json["bot_id"]

    command = functions.http(f"POST /api/bots/{bot_id}/start")
    assert (command.status, command.json["state"]) == (202, "accepted"), command.text
    assert functions.http(f"GET /api/bots/{bot_id}").json["status"] == "starting"
    assert world.bus.published == [], "S0-070: nothing is published before the status is written"

    functions.invoke("reconcile", {"bot_id": bot_id})
    (task,) = world.launcher.tasks.values()
    assert [payload["command_id"] for _, _, payload in world.bus.published] == [
        command.json["command_id"]
    ]

    claimed = answered(
        functions.invoke(
            "claim",
            claim_event(
                {"v": 1, "token": task.token, "run_id": str(task.run), "csr": CSR},
                caller=f"{ROLE}/{task.id}",
            ),
        )
    )
    assert claimed.status == 200, claimed.text
    assert claimed.json["session"] == 1
    assert claimed.json["credential"]["api_secret"] == SECRET
    assert claimed.json["commands"][0]["kind"] == "start"

    functions.invoke("ingest_current", queue_event(bot_id, "status", said("running", seq=2)))

    assert functions.http(f"GET /api/bots/{bot_id}").json["status"] == "running"
    done = functions.http(f"GET /api/commands/{command.json['command_id']}")
    assert done.json["state"] == "done"

    functions.http(f"POST /api/bots/{bot_id}/stop", {"mode": "cancel_orders"})
    assert functions.http(f"GET /api/bots/{bot_id}").json["status"] == "stopping"
    functions.invoke("reconcile", {"bot_id": bot_id})
    assert world.bus.published[-1][2]["mode"] == "cancel_orders"
    functions.invoke("ingest_current", queue_event(bot_id, "status", said("stopped", seq=3)))
    world.launcher.end(task.id, exit_code=0)
    functions.invoke("reconcile", {})
    assert set(world.functions.venue_checks) == {BotId(UUID(bot_id))}
    functions.invoke("venue_check", {"bot_id": bot_id})
    assert functions.http(f"GET /api/bots/{bot_id}").json["status"] == "stopped"
    assert functions.http(f"DELETE /api/bots/{bot_id}").status == 204
