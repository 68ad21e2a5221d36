"""Side by side: what SIGTERM leaves at the exchange under Hummingbot's launcher, and under ours."""

import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from janym.hummingbot import strategies
from local.instruments.waiting import until
from tests.integration.engine import paper, worker

OFFICIAL = Path(__file__).parent / "official.py"
QUOTING_IN_S = 90
ENDED_IN_S = 60
FAR = {
    "bid_spread": "0.05",
    "ask_spread": "0.05",
    "order_amount": "0.05",
    "order_levels": 2,
    "order_refresh_time": "30",
}
"""Four orders that nobody fills."""


@pytest.fixture
def exchange(tmp_path: Path) -> Generator[paper.Paper]:
    (tmp_path / "exchange").mkdir()
    with paper.running(tmp_path / "exchange") as running:
        yield running


@pytest.fixture
def engine() -> dict[str, Any]:
    parsed = strategies.parse("pure_market_making", FAR)
    return strategies.render(
        "pure_market_making", parsed, exchange="binance", trading_pair="ETH-USDT"
    )


def quoting(exchange: paper.Paper, account: paper.Account) -> int:
    """Wait until all four orders are in the book."""
    return until(
        "four open orders",
        lambda: left(exchange, account),
        lambda count: count == 4,
        limit_s=QUOTING_IN_S,
    )


def left(exchange: paper.Paper, account: paper.Account) -> int:
    return len(exchange.ledger(account)["open_orders"])


def test_hummingbots_own_launcher_leaves_its_orders(
    exchange: paper.Paper, engine: dict[str, Any], tmp_path: Path
) -> None:
    """Why Janym has a launcher of its own: a fact about the pinned version, not a promise."""
    account = exchange.account()
    file = tmp_path / "quotes.yml"
    file.write_text(json.dumps(engine["config"]))
    host, port = exchange.address
    arguments = [tmp_path / "root", f"{host}:{port}", account.api_key, account.api_secret, file]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [str(worker.ENGINE_PYTHON), str(OFFICIAL), *map(str, arguments)],
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        before = quoting(exchange, account)
        process.terminate()
        code = process.wait(ENDED_IN_S)
    finally:
        process.kill()
        process.wait()
    after = left(exchange, account)
    sys.stdout.write(f"Hummingbot's launcher: {before} before SIGTERM, {after} after, {code}\n")

    assert (before, after) == (4, 4)


def test_ours_leaves_none(exchange: paper.Paper, engine: dict[str, Any], tmp_path: Path) -> None:
    """K-30a."""
    account = exchange.account()
    line = worker.start_line(
        engine=engine,
        prefix="jnside1211",
        keys=account.keys(),
        venue=exchange.venue(),
        work_dir=tmp_path / "work",
    )
    with worker.running(line, tmp_path / "work") as ours:
        before = quoting(exchange, account)
        ours.process.terminate()
        code = ours.end()
    after = left(exchange, account)
    sys.stdout.write(f"Janym's engine: {before} before SIGTERM, {after} after, {code}\n")

    assert (before, after) == (4, 0)
