"""A bot's life as the platform sees it, told by the real bridge process."""

import json
import os
import signal
from pathlib import Path

from janym.domain import topics
from janym.domain.bot import Desired
from janym.domain.command import CommandKind
from janym.mqtt import sequence
from tests.integration.bridge.cloud import until
from tests.integration.bridge.conftest import CANARY, CONFIG, Start, Task

AT = "2026-01-01T00:00:00Z"
FILL = {
    "type": "fill",
    "at": AT,
    "client_order_id": "jnabc12371x",
    "exchange_order_id": "9",
    "trading_pair": "ETH-USDT",
    "side": "buy",
    "price": "2000",
    "quantity": "0.1",
    "fees": [{"asset": "BNB", "amount": "0.001"}],
    "maker": True,
}


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def seen(task: Task) -> object:
    return [(each.topic, each.body) for each in task.platform.heard[-12:]]


def test_it_claims_connects_runs_and_publishes(start: Start) -> None:
    """S0-038, S0-084, S0-085, S0-087, S0-088, S0-089, S0-090, S0-098, S0-103, S0-104."""
    task = start(refusals=(425, 503))

    running = task.platform.wait("status", status="running")
    metrics = task.platform.wait("metrics")

    assert running.body["session"] == 7
    for part in ("balance", "pnl", "orders"):
        told = task.platform.wait(f"metrics/{part}").body
        assert told[part] == task.platform.on("metrics")[0].body[part]
    assert task.platform.wait("status/ready").body["engine_version"] == "scripted"
    assert metrics.body["balance"] == {"total": "5600", "available": "5500", "locked": "100"}
    assert task.noted("start")["client_order_id_prefix"] == "jnabc12371"
    assert "AWS4-HMAC-SHA256 Credential=AKIDTASK" in task.claims.signatures[-1]


def test_orders_and_fills_are_told_once_each(start: Start) -> None:
    """S0-038, S0-091, S0-092, S0-093, S0-094."""
    task = start()
    task.platform.wait("status", status="running")
    order = {
        "at": AT, "client_order_id": "jnabc12371x", "exchange_order_id": "9",
        "trading_pair": "ETH-USDT", "side": "buy", "order_type": "limit",
        "price": "2000", "quantity": "1",
    }  # fmt: skip

    task.engine(type="order_created", **order)
    task.engine(**FILL, trade_id="t1")
    task.engine(**FILL, trade_id="t1")
    task.engine(type="order_cancelled", **order)
    task.engine(type="order_failed", **order, reason="insufficient balance")
    failed = task.platform.wait("orders/failed")

    assert failed.body["reason"] == "insufficient balance"
    assert task.platform.on("orders/new")[0].body["quantity"] == "1"
    assert len(task.platform.on("orders/cancelled")) == 1
    [fill] = task.platform.on("orders/filled")
    assert fill.body["fee_price"] == "600"
    until(
        lambda: any(each.body["pnl"]["realized"] == "-0.6" for each in task.platform.on("metrics")),
        "the fee in the metrics",
        lambda: seen(task),
    )


def test_a_killed_engine_is_swept_and_replaced(start: Start) -> None:
    """Its orders are cancelled by their tag, its untold fills fetched, the next has a prefix.

    S0-172: the configuration is kept beside the engine; nobody is asked for it again.
    """
    task = start()
    task.platform.wait("status", status="running")
    task.engine(**FILL, trade_id="t1")
    task.platform.wait("orders/filled", trade_id="t1")
    task.at_venue(
        open=["jnabc12371a", "jnabc12371b", "jnother171c"],
        orders=["jnabc12371a", "jnother171c"],
        trades=[
            {"trade_id": "t1", "client_order_id": "jnabc12371a"},
            {"trade_id": "t2", "client_order_id": "jnabc12371a"},
            {"trade_id": "t3", "client_order_id": "jnother171c"},
        ],
    )

    os.kill(task.engine_pid, signal.SIGKILL)

    assert task.platform.wait("status/error").body["reason"] == "ENGINE_DIED"
    again = task.noted("start", 2)
    assert again["client_order_id_prefix"] == "jnabc12372"
    assert again["engine"] == task.noted("start")["engine"]
    assert len(task.claims.claims) == 1
    assert task.venue["open"] == ["jnother171c"]
    cancelled = {each.body["client_order_id"] for each in task.platform.on("orders/cancelled")}
    assert cancelled == {"jnabc12371a", "jnabc12371b"}
    assert task.platform.wait("orders/filled", source="venue").body["trade_id"] == "t2"
    until(
        lambda: len(task.platform.on("status", status="running")) > 1,
        "second running",
        lambda: seen(task),
    )
    assert len(task.platform.on("orders/filled")) == 2


def test_a_hung_engine_is_ended_swept_and_replaced(start: Start) -> None:
    """Some seconds without an answer; the kernel holds the process still."""
    task = start(pong_s=5)
    task.platform.wait("status", status="running")
    hung = task.engine_pid
    task.at_venue(open=["jnabc12371a"])

    os.kill(hung, signal.SIGSTOP)

    assert task.platform.wait("status/error").body["reason"] == "ENGINE_HUNG"
    assert not lives(hung)
    assert task.noted("start", 2)["client_order_id_prefix"] == "jnabc12372"
    assert task.venue["open"] == []
    until(
        lambda: len(task.platform.on("status", status="running")) > 1,
        "second running",
        lambda: seen(task),
    )


def test_an_engine_that_does_not_quote_is_said_to(start: Start) -> None:
    """Ten refresh times without an order; the engine lives, and is believed once it quotes."""
    bot = {
        "name": "a bot", "strategy_type": "pure_market_making", "exchange": "binance",
        "environment": "paper", "trading_pair": "ETH-USDT",
        "config": CONFIG | {"order_refresh_time": "1", "filled_order_delay": "1"},
    }  # fmt: skip
    task = start(bot=bot)
    task.platform.wait("status", status="running")
    poor = {asset: {"total": "1", "available": "0"} for asset in ("USDT", "ETH")}
    now = {"type": "snapshot", "at": AT, "mid_price": "2000", "connector_ready": True}

    task.engine(**now, balances=poor, active_orders=[])

    error = task.platform.wait("status", status="error", reason="NOT_QUOTING").body
    assert "a bid needs about 20 USDT, 0 are free" in error["detail"]
    assert lives(task.engine_pid)
    task.engine(**now, balances=poor, active_orders=[{"client_order_id": "one"}])
    until(
        lambda: task.platform.on("status", status="running")[-1].body["seq"] > error["seq"],
        "word that it runs again",
        lambda: seen(task),
    )
    assert not (task.work / "start-2.json").exists()


def test_termination_stops_as_the_owner_would(start: Start) -> None:
    """K-30a: nothing stays open, `stopped` is said, and a second signal changes nothing."""
    task = start(venue_holds={})
    task.platform.wait("status", status="running")
    task.at_venue(open=["jnabc12371a"])

    task.send(signal.SIGTERM)
    task.send(signal.SIGTERM)

    assert task.ended() == 0
    assert task.noted("stop")["mode"] == "cancel_orders"
    assert task.venue["open"] == []
    stopped = task.platform.wait("status", status="stopped")
    assert stopped.body["seq"] < sequence.EPOCH_SIZE


def test_a_configuration_is_taken_up_in_place(start: Start) -> None:
    """S0-038, S0-082: swept between, acknowledged when the new engine runs, and told."""
    task = start()
    task.platform.wait("status", status="running")
    task.at_venue(open=["jnabc12371a"])

    command = task.platform.command(
        topics.CONFIG_UPDATE, config=CONFIG | {"bid_spread": "0.002"}, restart=True
    )

    task.platform.wait("ack", command_id=command, state="done")
    assert task.noted("start", 2)["engine"]["config"]["bid_spread"] == "0.2"
    assert task.venue["open"] == []
    until(
        lambda: any(
            each.body["config"]["bid_spread"] == "0.002" for each in task.platform.on("config")
        ),
        "the configuration in force",
        lambda: seen(task),
    )


def test_a_paused_bot_keeps_its_task_and_gets_a_fresh_engine(start: Start) -> None:
    """S0-003, S0-080, S0-081: paused is nothing open and no engine, on the same session."""
    task = start()
    task.platform.wait("status", status="running")
    task.at_venue(open=["jnabc12371a"])
    before = task.engine_pid

    pause = task.platform.command(topics.STOP, mode="cancel_orders", pause=True)

    task.platform.wait("ack", command_id=pause, state="done")
    assert task.platform.wait("status", status="paused").body["session"] == 7
    assert task.venue["open"] == []
    assert not lives(before)
    resume = task.platform.command(topics.START, config=CONFIG, resume=True)
    task.platform.wait("ack", command_id=resume, state="done")
    assert task.noted("start", 2)["client_order_id_prefix"] == "jnabc12372"
    assert len(task.claims.claims) == 1


def test_a_stop_can_flatten_the_bots_own_position(start: Start) -> None:
    """S0-081, K-30a: asked for in words; the outcome is in the command and in the status."""
    task = start()
    task.platform.wait("status", status="running")
    task.engine(**FILL, trade_id="t1")
    task.platform.wait("orders/filled", trade_id="t1")

    command = task.platform.command(topics.STOP, mode="flatten")

    assert task.ended() == 0
    close = task.noted("close")
    assert (close["side"], close["quantity"], close["slippage"]) == ("sell", "0.1", "0.01")
    said = "sold 0.1 ETH at 1999.5 on average; 0 ETH left"
    assert task.platform.wait("ack", command_id=command, state="done").body["reason"] == said
    stopped = task.platform.wait("status", status="stopped").body
    assert (stopped["reason"], stopped["detail"]) == ("FLATTENED", said)
    assert task.platform.wait("orders/filled", trade_id="flat").body["order_side"] == "sell"


def test_without_an_engine_nothing_is_flattened(start: Start) -> None:
    """The orders are cancelled all the same, and the owner is told what is left."""
    task = start()
    task.platform.wait("status", status="running")
    task.engine(**FILL, trade_id="t1")
    task.platform.wait("orders/filled", trade_id="t1")
    pause = task.platform.command(topics.STOP, mode="cancel_orders", pause=True)
    task.platform.wait("ack", command_id=pause, state="done")
    task.at_venue(open=["jnabc12371a"])

    command = task.platform.command(topics.STOP, mode="flatten")

    assert task.ended() == 0
    reason = task.platform.wait("ack", command_id=command, state="failed").body["reason"]
    assert reason.startswith("FLATTEN_NEEDS_ENGINE: ")
    assert reason.endswith("0.1 ETH left")
    assert task.platform.wait("status", status="stopped").body["reason"] == "NOT_FLATTENED"
    assert task.venue["open"] == []


def test_an_earlier_flatten_does_not_outlive_its_stop(start: Start) -> None:
    """A task that is asked to end cancels orders, and closes no position."""
    task = start(stop_mode="flatten")
    task.platform.wait("status", status="running")

    task.send(signal.SIGTERM)

    assert task.ended() == 0
    assert task.noted("stop")["mode"] == "cancel_orders"


def test_stop_can_keep_orders(start: Start) -> None:
    """S0-081."""
    task = start()
    task.platform.wait("status", status="running")
    task.at_venue(open=["jnabc12371a"])

    command = task.platform.command(topics.STOP, mode="keep_orders")

    assert task.ended() == 0
    assert task.noted("stop")["mode"] == "keep_orders"
    assert task.venue["open"] == ["jnabc12371a"]
    task.platform.wait("ack", command_id=command, state="acknowledged")
    task.platform.wait("ack", command_id=command, state="done")


def test_a_stop_that_leaves_orders_says_so(start: Start) -> None:
    task = start()
    task.platform.wait("status", status="running")
    task.at_venue(away=True)

    command = task.platform.command(topics.STOP, mode="cancel_orders")

    assert task.ended() == 1
    assert task.platform.wait("ack", command_id=command, state="failed").body["reason"]
    error = task.platform.wait("status", status="error").body
    assert error["reason"] == "VENUE_AWAY", seen(task)


def test_a_pause_that_an_ended_task_left_is_done_by_the_next(start: Start) -> None:
    """K-03, S0-070: who ends a task does not make its owner's wish fail."""
    task = start()
    task.platform.wait("status", status="running")
    task.at_venue(away=True)
    pause = task.platform.command(topics.STOP, mode="cancel_orders", pause=True)
    task.platform.wait("status", status="error", reason="VENUE_AWAY")

    task.send(signal.SIGTERM)
    assert task.ended() == 1
    task.at_venue(away=False)
    payload: dict[str, str] = {}
    left = {"id": pause, "kind": CommandKind.PAUSE, "payload": payload, "expires_at": AT}
    task.follow(session=8, desired=Desired.PAUSED, commands=[left])

    task.platform.wait("ack", command_id=pause, state="done", session=8)
    assert {each.body["state"] for each in task.platform.on("ack")} == {"acknowledged", "done"}


def test_a_lost_bridge_is_said_by_its_will_and_takes_the_engine_along(start: Start) -> None:
    """K-04: the will is retained and beats everything that was sent over its connection."""
    task = start()
    task.platform.wait("status", status="running")
    engine = task.engine_pid

    task.send(signal.SIGKILL)

    will = task.platform.wait("status", reason="BRIDGE_LOST")
    assert will.body["seq"] == sequence.EPOCH_SIZE - 1
    assert will.body["session"] == 7
    until(lambda: not lives(engine), "end of the engine", lambda: engine)


def test_a_command_delivered_twice_acts_once(start: Start) -> None:
    """K-03, S0-080."""
    task = start()
    task.platform.wait("status", status="running")
    command = task.platform.command(topics.START, restart=True, config={})
    task.platform.command(topics.START, restart=True, config={}, command_id=command)
    task.platform.wait("ack", command_id=command, state="done")
    task.platform.command(topics.START, restart=True, config={}, command_id=command)

    asked = task.platform.command(topics.CONFIG_GET)

    task.platform.wait("ack", command_id=asked, state="done")
    assert task.platform.wait("config").body["config"]["bid_spread"] == "0.001"
    assert len(task.platform.on("ack", command_id=command)) == 2
    assert not (task.work / "start-3.json").exists()


def test_keys_leave_in_no_spelling(start: Start) -> None:
    task = start()
    task.platform.wait("status", status="running")

    for text in (CANARY, CANARY.encode().hex()):
        task.engine(type="log", at=AT, level="error", logger="x", message=f"key {text}!")
        task.engine(stderr=f"oh {text}")
    task.engine(exit=5)

    error = task.platform.wait("status/error").body
    assert error["detail"] == "exit code 5"
    words = task.platform.wait("logs/error", logger="containers.bridge.life").body["message"]
    assert "oh ***" in words
    assert task.platform.wait("logs/error", logger="x").body["message"] == "key ***!"
    said = json.dumps(seen(task)) + task.log.read_text()
    assert CANARY not in said
    assert CANARY.encode().hex() not in said


def test_a_refused_claim_ends_the_task(start: Start) -> None:
    task = start(refusals=(403,))

    assert task.ended() == 2
    assert "403 LAUNCH_NOT_READY ask again" in task.log.read_text()
