"""A grid that is stopped and started again trades back what it holds, and buys it no second time.

The exchange's markets stand still unless they are told to go on, so that nothing is left to luck.
"""

from collections.abc import Generator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from janym.hummingbot import strategies
from tests.integration.engine import paper, worker

AMOUNT = Decimal("0.05")
STARTING_BASE = Decimal(10)
MOST_STEPS = 500


@pytest.fixture
def exchange(tmp_path: Path) -> Generator[paper.Paper]:
    with paper.running(tmp_path, tick_ms=0) as running:
        yield running


def grid(price: Decimal) -> dict[str, Any]:
    levels = (round(price * (1 + Decimal(step) / 2000), 2) for step in range(-6, 3))
    return {
        "direction": "long",
        "order_amount": str(AMOUNT),
        "starting_base": str(STARTING_BASE),
        "level_prices": [str(level) for level in levels],
    }


def start_line(
    exchange: paper.Paper, account: paper.Account, config: dict[str, Any], work_dir: Path
) -> worker.Line:
    parsed = strategies.parse("grid", config)
    return worker.start_line(
        engine=strategies.render("grid", parsed, exchange="binance", trading_pair="ETH-USDT"),
        prefix=f"jnabc123{work_dir.name}",
        keys=account.keys(),
        venue=exchange.venue(),
        work_dir=work_dir,
    )


def trade_until_something_is_bought(exchange: paper.Paper, account: paper.Account) -> None:
    for _ in range(MOST_STEPS):
        exchange.advance()
        if exchange.ledger(account)["fills"]:
            return
    raise AssertionError(f"nothing was bought: {exchange.ledger(account)}")


def held(exchange: paper.Paper, account: paper.Account) -> Decimal:
    balance = exchange.ledger(account)["balances"]["ETH"]
    return Decimal(balance["free"]) + Decimal(balance["locked"]) - STARTING_BASE


def test_a_restarted_grid_does_not_double_its_exposure(
    exchange: paper.Paper, tmp_path: Path
) -> None:
    """S3-015, K-30a: no engine's end makes the next one buy the same levels again."""
    account, config = exchange.account(), grid(exchange.price())
    first = start_line(exchange, account, config, tmp_path / "11")
    with worker.running(first, tmp_path / "11") as engine:
        engine.until_type("order_created")
        trade_until_something_is_bought(exchange, account)
        engine.tell(type="stop", mode="cancel_orders")
        assert engine.end() == 0
    position = held(exchange, account)

    second = start_line(exchange, account, config, tmp_path / "12")
    with worker.running(second, tmp_path / "12") as engine:
        quoting = engine.until(
            lambda said: (
                {order["side"] for order in said.get("active_orders", ())} == {"buy", "sell"}
            )
        )
        engine.tell(type="stop", mode="cancel_orders")
        assert engine.end() == 0

    wanted = {"buy": Decimal(0), "sell": Decimal(0)}
    for order in quoting["active_orders"]:
        wanted[order["side"]] += Decimal(order["quantity"])
    cells = len(config["level_prices"]) - 1
    assert 0 < position == wanted["sell"]
    assert position + wanted["buy"] <= cells * AMOUNT
    assert exchange.ledger(account)["open_orders"] == []
