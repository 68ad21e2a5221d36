"""An organization in the middle of its day, for every example and every call of every route.

What a route's path names, `{bot_id}`, is a thing that stands here under that name.
"""

from datetime import timedelta
from typing import Any

from tests.fakes import outside
from tests.fakes.functions import Functions, answered
from tests.fakes.life import ROLE, claim_event, done, queue_event, said
from tests.fakes.world import ADMIN, CONFIG, CSR

Names = dict[str, str]
SOMEBODY = {"user_id": "user_ada", "role": "trader", "name": "Ada"}


def set_up(functions: Functions) -> Names:
    """Let it all happen, through the functions alone; give each thing's id by its name."""
    done(functions.http("PUT /api/organization", {"name": "Acme"}, caller=ADMIN))
    done(functions.http("POST /api/organization/members", SOMEBODY, caller=ADMIN))
    names = {
        "user_id": SOMEBODY["user_id"],
        "credential_id": _key(functions, "main"),
        "unused_credential_id": _key(functions, "spare"),
    }
    names["bot_id"] = _bot(functions, "Maker", names["credential_id"])
    names["stopped_bot_id"] = _bot(functions, "Idle", _key(functions, "idle"))
    names["paused_bot_id"] = _bot(functions, "Resting", _key(functions, "resting"))
    _run(functions, names["paused_bot_id"])
    _ask(functions, names["paused_bot_id"], "pause")
    names["command_id"] = _run(functions, names["bot_id"])
    _trade(functions, names["bot_id"])
    functions.invoke("balances", {})
    for key in functions.world.functions.read:
        functions.invoke("venue_check", {"credential_id": str(key), "ask": "balances"})
    functions.world.clock.advance(seconds=1)
    names["number"] = _version(functions, names["bot_id"])
    names["template_name"] = _template(functions)
    names["monitoring_id"] = _monitoring(functions)
    names |= _alert(functions)
    names["integrator_id"] = _integrator(functions)
    functions.world.clock.advance(minutes=1)
    return names


def _integrator(functions: Functions) -> str:
    """Let a program outside read what happens; give its id."""
    asked = {"name": "Reporting", "csr": outside.CSR}
    issued = done(functions.http("POST /api/integrators", asked, caller=ADMIN))
    return issued["integrator"]["integrator_id"]


def _version(functions: Functions, bot: str) -> str:
    """Change a bot, so that it was something else before; give that version."""
    done(functions.http(f"PUT /api/bots/{bot}", {"config": {"ask_spread": "0.002"}}))
    return "1"


def _template(functions: Functions) -> str:
    asked = {
        "strategy_type": "pure_market_making",
        "config": {"bid_spread": "0.005", "ask_spread": "0.005"},
    }
    return done(functions.http("PUT /api/templates/wide", asked))["name"]


def _monitoring(functions: Functions) -> str:
    asked = {"exchange": "binance", "market": "spot", "pair": "BTC/USDT", "depth": "full"}
    return str(done(functions.http("POST /api/monitoring", asked))["monitoring_id"])


def _alert(functions: Functions) -> Names:
    """Have a bot's gain told to an address of the organization's own."""
    target = {
        "kind": "webhook",
        "url": "https://alerts.example.com/janym",
        "secret": "a-secret-of-the-scene",
    }
    channel = done(
        functions.http("POST /api/alerts/channels", {"label": "Desk", "target": target})
    )["channel_id"]
    for rule in ({"kind": "drawdown", "threshold": "0.2"}, {"kind": "bot_error"}):
        done(functions.http("POST /api/alerts/rules", rule))
    goal = {"kind": "goal_reached", "threshold": "0.1", "channels": [channel]}
    rule = done(functions.http("POST /api/alerts/rules", goal))["rule_id"]
    functions.invoke("alerts_watch", {})
    [alert] = done(functions.http("GET /api/alerts"))["items"]
    return {"channel_id": channel, "rule_id": rule, "alert_id": alert["alert_id"]}


def _key(functions: Functions, label: str) -> str:
    asked = {
        "exchange": "binance",
        "environment": "paper",
        "label": label,
        "api_key": f"paper-key-{label}-4f2a",
        "api_secret": "paper-secret-of-the-scene",
    }
    return done(functions.http("POST /api/exchanges/credentials", asked))["credential_id"]


def _bot(functions: Functions, name: str, credential: str) -> str:
    asked = {
        "name": name,
        "strategy_type": "pure_market_making",
        "exchange": "binance",
        "environment": "paper",
        "trading_pair": "ETH-USDT",
        "credential_id": credential,
        "config": CONFIG,
    }
    once = {"idempotency-key": f"the scene's {name}"}
    return done(functions.http("POST /api/bots", asked, headers=once))["bot_id"]


def _ask(functions: Functions, bot: str, wish: str) -> str:
    command = done(functions.http(f"POST /api/bots/{bot}/{wish}"))["command_id"]
    functions.invoke("reconcile", {"bot_id": bot})
    functions.world.clock.advance(seconds=1)
    return command


def _run(functions: Functions, bot: str) -> str:
    """Start a bot, have its task claim and say that it runs; give the command."""
    command = _ask(functions, bot, "start")
    task = next(task for task in functions.world.launcher.tasks.values() if str(task.bot) == bot)
    asked = {"v": 1, "token": task.token, "run_id": str(task.run), "csr": CSR}
    claimed = answered(functions.invoke("claim", claim_event(asked, caller=f"{ROLE}/{task.id}")))
    done(claimed)
    _tell(functions, bot, "status", said("running", seq=1))
    return command


def _tell(functions: Functions, bot: str, suffix: str, *payloads: dict[str, Any]) -> None:
    told = functions.invoke("ingest_current", queue_event(bot, suffix, *payloads))
    assert told == {"batchItemFailures": []}, told


def _trade(functions: Functions, bot: str) -> None:
    """Have a bot say what it did within a minute."""
    clock = functions.world.clock

    def message(seq: int, **fields: Any) -> dict[str, Any]:
        at = clock.now() + timedelta(seconds=seq)
        return {"v": 1, "session": 1, "seq": seq, "timestamp": at.isoformat(), **fields}

    bought = {
        "client_order_id": "jnscene1a0B0001",
        "exchange_order_id": "70021",
        "trading_pair": "ETH-USDT",
        "order_side": "buy",
        "price": "2997.00",
        "quantity": "0.05",
    }
    sold = bought | {
        "client_order_id": "jnscene1a0S0002",
        "exchange_order_id": "70022",
        "order_side": "sell",
        "price": "3003.00",
    }
    limit = {"order_type": "limit"}
    _tell(
        functions,
        bot,
        "orders/new",
        *(message(n, **limit, **o) for n, o in ((2, bought), (3, sold))),
    )
    fee = {"fee": "0.000025", "fee_asset": "BNB", "fee_price": "600"}
    _tell(functions, bot, "orders/filled", message(4, trade_id="9001", **bought, **fee, maker=True))
    figures = {
        "balance": {"total": "50020.15", "available": "49719.85", "locked": "300.30"},
        "pnl": {
            "total": "0.135",
            "total_pct": "0.0000027",
            "realized": "-0.015",
            "unrealized": "0.15",
        },
        "orders": {"active": 1, "filled_24h": 1, "cancelled_24h": 0, "volume_24h": "149.85"},
        "assets": {"ETH": {"total": "10.05", "available": "10", "locked": "0.05"}},
        "mid_price": "3000",
    }
    _tell(functions, bot, "metrics", message(5, **figures), message(10, **figures))
    _tell(functions, bot, "logs/warning", message(6, message="price is 20 s old", logger="janym"))
    _tell(functions, bot, "logs/info", message(7, message="order filled", logger="janym"))
    _tell(functions, bot, "config", message(8, config=CONFIG))
    _tell(functions, bot, "orders/failed", message(9, **(limit | sold | {"quantity": "much"})))
