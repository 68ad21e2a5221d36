"""A stop that flattens: real Hummingbot closes its own position with one order."""

from collections.abc import Generator
from decimal import Decimal
from pathlib import Path

import pytest

from janym.hummingbot import strategies
from tests.integration.engine import paper, worker

PREFIX = "jnabc12331"
FAR = {
    "bid_spread": "0.05",
    "ask_spread": "0.05",
    "order_amount": "0.05",
    "order_refresh_time": "60",
}


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Generator[paper.Paper]:
    with paper.running(tmp_path_factory.mktemp("exchange")) as running:
        yield running


@pytest.mark.parametrize("connector", ["binance", "bybit"])
@pytest.mark.parametrize(("side", "asked"), [("sell", "0.12345678"), ("buy", "0.1")])
def test_a_position_is_closed_with_one_order(
    exchange: paper.Paper, tmp_path: Path, connector: str, side: str, asked: str
) -> None:
    """K-30a: nothing of the bot is open before the order, and nothing after it."""
    account = exchange.account(fee_asset="BNB" if connector == "binance" else None)
    start = worker.start_line(
        engine=strategies.render(
            "pure_market_making",
            strategies.parse("pure_market_making", FAR),
            exchange=connector,
            trading_pair="ETH-USDT",
        ),
        prefix=PREFIX,
        keys=account.keys(connector),
        venue=exchange.venue(connector),
        work_dir=tmp_path / "work",
        connector=connector,
    )

    with worker.running(start, tmp_path / "work") as engine:
        engine.until(lambda line: line["type"] == "snapshot" and line["active_orders"])
        engine.tell(type="stop", mode="flatten")
        engine.until_type("quiet")
        assert exchange.ledger(account)["open_orders"] == []
        engine.tell(type="close", side=side, quantity=asked, slippage="0.01")
        closed = engine.until_type("closed")
        assert engine.end() == 0

    ledger = exchange.ledger(account)
    assert ledger["open_orders"] == []
    traded = [fill for fill in ledger["fills"] if fill["side"].lower() == side]
    total = sum((Decimal(fill["quantity"]) for fill in traded), Decimal(0))
    assert Decimal(closed["filled"]) == total == Decimal(closed["ordered"]) > 0
    assert 0 <= Decimal(asked) - total < Decimal("0.001")
    assert len({fill["client_order_id"] for fill in traded}) == 1
    told = {fill["trade_id"] for fill in engine.of("fill")}
    assert told == {str(fill["trade_id"]) for fill in ledger["fills"]}
    worth = sum((Decimal(f["price"]) * Decimal(f["quantity"]) for f in traded), Decimal(0))
    assert abs(Decimal(closed["average_price"]) - worth / total) < Decimal("0.0001")
    assert engine.of("stopped")[-1]["mode"] == "flatten"


def test_what_is_worth_less_than_the_least_order_is_left(
    exchange: paper.Paper, tmp_path: Path
) -> None:
    """K-30a: no order goes out that the venue's least worth forbids."""
    account = exchange.account(fee_asset="BNB")
    start = worker.start_line(
        engine=strategies.render(
            "pure_market_making",
            strategies.parse("pure_market_making", FAR),
            exchange="binance",
            trading_pair="ETH-USDT",
        ),
        prefix=PREFIX,
        keys=account.keys("binance"),
        venue=exchange.venue("binance"),
        work_dir=tmp_path / "work",
        connector="binance",
    )

    with worker.running(start, tmp_path / "work") as engine:
        engine.until(lambda line: line["type"] == "snapshot" and line["active_orders"])
        engine.tell(type="stop", mode="flatten")
        engine.until_type("quiet")
        engine.tell(type="close", side="sell", quantity="0.0024", slippage="0.01")
        closed = engine.until_type("closed")
        assert engine.end() == 0

    assert Decimal(closed["ordered"]) == Decimal(closed["filled"]) == 0
    assert "least order" in closed["reason"]
    assert exchange.ledger(account)["fills"] == []
