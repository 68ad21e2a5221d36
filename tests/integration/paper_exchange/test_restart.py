"""What survives: everything acknowledged, after a clean stop and after SIGKILL alike."""

import signal
import stat
import subprocess
import threading
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
OFF = 4
"""USDT off the top: within reach of seeded takers, out of the way of everyday trades."""


def test_a_kill_loses_no_acknowledged_order_or_fill(start: Any) -> None:
    exchange = start()
    keys = exchange.account(fee_asset="BNB")
    bid, ask = exchange.top()
    exchange.order(keys, price=str(bid - OFF), quantity="0.3")
    exchange.order(keys, side="SELL", price=str(ask + OFF), quantity="0.2")
    exchange.order(keys, price="1500")
    exchange.steps(8)
    before = exchange.ledger(keys)

    exchange.kill()
    exchange.start()

    assert exchange.ledger(keys) == before
    assert len(before["fills"]) == 2
    assert {order["status"] for order in before["open_orders"]} == {"new", "partially_filled"}


def test_orders_placed_while_it_dies_are_there_if_acknowledged(start: Any) -> None:
    exchange = start()
    keys = exchange.account()
    acknowledged: list[int] = []
    enough = threading.Event()

    def place_until_it_dies() -> None:
        while True:
            try:
                answer = exchange.order(keys, quantity="0.01")
            except OSError:
                return
            acknowledged.append(answer.body["orderId"])
            if len(acknowledged) >= 20:
                enough.set()

    client = threading.Thread(target=place_until_it_dies)
    client.start()
    assert enough.wait(30), f"only {len(acknowledged)} orders were acknowledged"
    exchange.kill()
    client.join(30)
    exchange.start()

    kept = {order["order_id"] for order in exchange.ledger(keys)["orders"]}
    assert set(acknowledged) <= kept
    assert len(kept) <= len(acknowledged) + 1, "at most the one in flight is there too"


def test_ids_never_repeat_and_go_on_rising(start: Any) -> None:
    exchange = start()
    keys = exchange.account()
    market = {"type": "MARKET", "timeInForce": None, "price": None, "quantity": "0.01"}
    orders: list[int] = []
    trades: list[int] = []
    updates: list[int] = []
    for _ in range(3):
        placed = exchange.order(keys, **market).body
        orders.append(placed["orderId"])
        trades.append(placed["fills"][0]["tradeId"])
        updates.append(exchange.get("/api/v3/depth", symbol="ETHUSDT")["lastUpdateId"])
        exchange.kill()
        exchange.start()

    for ids in (orders, trades, updates):
        assert ids == sorted(set(ids))


def test_a_restored_order_still_trades(start: Any) -> None:
    exchange = start()
    keys = exchange.account()
    bid, _ = exchange.top()
    order = exchange.order(keys, price=str(bid - OFF), quantity="0.3").body["orderId"]
    exchange.kill()
    exchange.start()

    exchange.steps(16)

    ledger = exchange.ledger(keys)
    assert {fill["order_id"] for fill in ledger["fills"]} == {order}
    assert ledger["open_orders"] == []


def test_it_stops_cleanly_and_says_nothing_secret(start: Any) -> None:
    exchange = start()
    keys = exchange.account()
    exchange.order(keys)
    exchange.signed(keys, "GET", "/api/v3/account")

    code, printed = exchange.stop()

    assert code == 0
    assert '"message": "stopped"' in printed
    assert keys.secret not in printed
    assert keys.api_key not in printed


def test_only_its_owner_may_read_the_data(start: Any) -> None:
    exchange = start()
    exchange.account()

    files = list(exchange.data.iterdir())

    assert files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_the_control_token_is_asked_for(start: Any, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("open sesame\n")
    exchange = start("--control-token-file", str(token))

    closed = exchange.call("GET", "/control/stats")
    opened = exchange.call("GET", "/control/stats", headers={"Authorization": "Bearer open sesame"})
    health = exchange.call("GET", "/control/health")

    assert (closed.status, opened.status, health.status) == (401, 200, 200)


def test_a_port_in_use_is_told(exchange: Any, start: Any) -> None:
    mine = start()

    other = subprocess.run(
        [
            *mine.command,
            *("--port", str(exchange.port), "--data", str(mine.data.parent / "other")),
        ],
        cwd=ROOT,
        env=mine.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert other.returncode == 1
    assert "address already in use" in other.stdout.lower()


def test_the_market_moves_by_itself(start: Any) -> None:
    """The default pace, hurried: no hand advances the steps."""
    exchange = start("--tick-ms", "5")
    first = exchange.control("GET", "stats")["steps"]
    seen = first
    for _ in range(10_000):
        seen = exchange.control("GET", "stats")["steps"]
        if seen > first + 3:
            break

    assert seen > first + 3
    assert exchange.process.poll() is None
    exchange.process.send_signal(signal.SIGTERM)
    assert exchange.process.wait(30) == 0
