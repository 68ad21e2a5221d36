"""Real Hummingbot trades on the paper exchange, and the two tell the same story."""

from collections.abc import Generator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psutil
import pytest

from janym.hummingbot import strategies
from tests.integration.engine import canary, paper, worker

RESTING = {
    "pure_market_making": 4,
    "pmm": 4,
    "liquidity_mining": 2,
    "avellaneda_market_making": 2,
    "grid": 4,
}
"""How many orders of each strategy rest when nothing fills."""
ON_BOTH = ("pure_market_making", "pmm", "grid")
BOTS = [("binance", each) for each in RESTING] + [("bybit", each) for each in ON_BOTH]
PREFIX = "jnabc12321"
NEAR = Decimal("0.001")
FAR = Decimal("0.05")
TICK = Decimal("0.01")
HALF = Decimal("0.5")
QUOTES: dict[str, Any] = {
    "order_amount": "0.05",
    "order_refresh_time": "5",
    "order_levels": 2,
    "order_level_spread": "0.001",
    "filled_order_delay": "1",
}
AVELLANEDA: dict[str, Any] = {
    "order_amount": "0.05",
    "order_refresh_time": "5",
    "filled_order_delay": "1",
    "volatility_samples": 2,
    "trading_intensity_samples": 2,
}
GRID: dict[str, Any] = {"direction": "long", "order_amount": "0.05", "starting_base": "10"}


def configuration(strategy_type: str, spread: Decimal, price: Decimal) -> dict[str, Any]:
    """A configuration whose first orders rest so far, as a part of it, from the price."""
    match strategy_type:
        case "grid":
            steps = (1 + spread * (step + HALF) for step in range(-4, 3))
            return {**GRID, "level_prices": [str(round(price * step, 2)) for step in steps]}
        case "avellaneda_market_making":
            return {**AVELLANEDA, "min_spread": str(2 * spread)}
        case "liquidity_mining":
            exactly = {"spread": str(spread), "max_spread": str(spread)}
            return {**exactly, "order_amount": "0.05", "order_refresh_time": "5"}
        case _:
            return {**QUOTES, "bid_spread": str(spread), "ask_spread": str(spread)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One engine from start to stop, in its own words and in the exchange's."""

    worker: worker.Worker
    code: int
    ledger: dict[str, Any]
    leaks: list[str]
    peers: set[tuple[str, int]]
    exchange: tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One engine that was stopped while its orders rested, and what was left of them."""

    strategy_type: str
    worker: worker.Worker
    code: int
    left: list[dict[str, Any]]
    levels: list[str]


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Generator[paper.Paper]:
    with paper.running(tmp_path_factory.mktemp("exchange")) as running:
        yield running


def opened(exchange: paper.Paper, connector: str) -> paper.Account:
    """An account that pays its fees as the connector expects it of the venue."""
    return exchange.account(fee_asset="BNB" if connector == "binance" else None)


def start(
    exchange: paper.Paper,
    account: paper.Account,
    bot: tuple[str, str],
    spread: Decimal,
    work_dir: Path,
) -> worker.Line:
    connector, strategy_type = bot
    config = configuration(strategy_type, spread, exchange.price())
    parsed = strategies.parse(strategy_type, config)
    return worker.start_line(
        engine=strategies.render(
            strategy_type, parsed, exchange=connector, trading_pair="ETH-USDT"
        ),
        prefix=PREFIX,
        keys=account.keys(connector),
        venue=exchange.venue(connector),
        work_dir=work_dir,
        connector=connector,
    )


def places(engine: worker.Worker, work_dir: Path) -> dict[str, bytes]:
    """Everywhere that a living engine could leave a secret."""
    process = Path(f"/proc/{engine.process.pid}")
    files = {str(file): file.read_bytes() for file in work_dir.rglob("*") if file.is_file()}
    return {
        **files,
        "environment": (process / "environ").read_bytes(),
        "arguments": (process / "cmdline").read_bytes(),
        "stderr": engine.log.read_bytes(),
        "lines": b"".join(engine.spoken),
    }


@pytest.fixture(scope="module", params=BOTS, ids="-".join)
def run(
    request: pytest.FixtureRequest,
    exchange: paper.Paper,
    tmp_path_factory: pytest.TempPathFactory,
) -> Run:
    """Trade until both sides filled, then stop and cancel."""
    bot: tuple[str, str] = request.param
    account = opened(exchange, bot[0])
    work_dir = tmp_path_factory.mktemp("-".join(bot)) / "work"
    with worker.running(start(exchange, account, bot, NEAR, work_dir), work_dir) as engine:
        for side in ("buy", "sell"):
            engine.until(lambda line, side=side: line["type"] == "fill" and line["side"] == side)
        engine.tell(type="ping", id=7)
        engine.until_type("pong")
        leaks = canary.found(account.keys(bot[0]), places(engine, work_dir))
        peers = {
            (connection.raddr.ip, connection.raddr.port)
            for connection in psutil.Process(engine.process.pid).net_connections()
            if connection.raddr
        }
        engine.tell(type="stop", mode="cancel_orders")
        code = engine.end()
    return Run(
        worker=engine,
        code=code,
        ledger=exchange.ledger(account),
        leaks=leaks,
        peers=peers,
        exchange=exchange.address,
    )


def test_the_engine_names_itself_first(run: Run) -> None:
    hello = run.worker.lines[0]

    assert (hello["type"], hello["hummingbot_version"]) == ("hello", "20260922")
    assert hello["pid"] == run.worker.process.pid
    assert hello["modules"]
    assert all(path.endswith(".so") for path in hello["modules"])


def test_it_says_ready_once(run: Run) -> None:
    assert len(run.worker.of("ready")) == 1


def test_a_snapshot_shows_balances_orders_and_price(run: Run) -> None:
    quoting = [line for line in run.worker.of("snapshot") if line["active_orders"]]

    snapshot = quoting[-1]
    assert {"ETH", "USDT"} <= set(snapshot["balances"])
    assert Decimal(snapshot["balances"]["USDT"]["total"]) > 0
    assert Decimal(snapshot["mid_price"]) > 0
    assert snapshot["connector_ready"] is True
    assert {order["side"] for order in snapshot["active_orders"]} <= {"buy", "sell"}


def test_every_order_carries_the_prefix(run: Run) -> None:
    ids = {order["client_order_id"] for order in run.ledger["orders"]}

    assert ids
    assert all(each.startswith(PREFIX) for each in ids)


def test_every_order_was_sent_as_one_that_may_not_take(run: Run) -> None:
    assert {order["type"] for order in run.ledger["orders"]} == {"limit_maker"}
    assert all(fill["maker"] for fill in run.ledger["fills"])


def test_fills_and_fees_agree_with_the_exchange(run: Run) -> None:
    """Each execution once, to the last digit, with what it cost."""
    told = [
        (
            line["trade_id"],
            line["client_order_id"],
            line["side"],
            Decimal(line["price"]),
            Decimal(line["quantity"]),
            [(fee["asset"], Decimal(fee["amount"])) for fee in line["fees"]],
        )
        for line in run.worker.of("fill")
    ]
    booked = [
        (
            str(fill["trade_id"]),
            fill["client_order_id"],
            fill["side"],
            Decimal(fill["price"]),
            Decimal(fill["quantity"]),
            [(fill["fee_asset"], Decimal(fill["fee"]))],
        )
        for fill in run.ledger["fills"]
    ]

    assert sorted(told) == sorted(booked)


def test_every_order_that_the_exchange_took_was_told(run: Run) -> None:
    told = {line["client_order_id"] for line in run.worker.of("order_created")}

    assert told == {order["client_order_id"] for order in run.ledger["orders"]}


def test_no_event_is_told_twice(run: Run) -> None:
    types = ("order_created", "order_cancelled", "order_completed", "order_failed")
    told = [(line["type"], line["client_order_id"]) for line in run.worker.of(*types)]

    assert len(told) == len(set(told))


def test_cancel_orders_leaves_nothing_open(run: Run) -> None:
    assert run.ledger["open_orders"] == []
    assert run.worker.lines[-1] == {"v": 1, "type": "stopped", "mode": "cancel_orders"}
    assert run.code == 0


def test_nothing_goes_wrong_aloud(run: Run) -> None:
    """But for a cancel that a fill overtook, which Bybit's connector calls an error."""
    filled = [one["client_order_id"] for one in run.ledger["orders"] if one["status"] == "filled"]
    overtaken = tuple(f"Failed to cancel order {name}" for name in filled)
    errors = [line["message"] for line in run.worker.of("log") if line["level"] == "error"]

    assert [error for error in errors if not error.startswith(overtaken)] == []


def test_it_speaks_to_the_exchange_alone(run: Run) -> None:
    """No metrics, no error reports, no third party's prices."""
    assert run.peers == {run.exchange}


def test_the_keys_are_nowhere(run: Run) -> None:
    """Not on disk, in the environment, the arguments, a log or a line."""
    assert run.leaks == []


@pytest.mark.parametrize("bot", BOTS, ids="-".join)
def test_a_terminated_engine_cancels_its_orders(
    exchange: paper.Paper, bot: tuple[str, str], tmp_path: Path
) -> None:
    """K-30a: SIGTERM ends the strategy and leaves no order at the exchange."""
    account = opened(exchange, bot[0])
    line = start(exchange, account, bot, FAR, tmp_path / "work")
    with worker.running(line, tmp_path / "work") as engine:
        engine.until_type("order_created")
        engine.process.terminate()

        assert engine.end() == 0

    ledger = exchange.ledger(account)
    assert ledger["orders"]
    assert ledger["open_orders"] == []


@pytest.fixture(scope="module", params=BOTS, ids="-".join)
def kept(
    request: pytest.FixtureRequest,
    exchange: paper.Paper,
    tmp_path_factory: pytest.TempPathFactory,
) -> Kept:
    """Quote where nobody trades, then stop and keep the orders."""
    bot: tuple[str, str] = request.param
    account = opened(exchange, bot[0])
    work_dir = tmp_path_factory.mktemp("-".join(bot)) / "work"
    line = start(exchange, account, bot, FAR, work_dir)
    with worker.running(line, work_dir) as engine:
        engine.until(lambda said: len(said.get("active_orders", ())) == RESTING[bot[1]])
        engine.tell(type="stop", mode="keep_orders")
        code = engine.end()
    return Kept(
        strategy_type=bot[1],
        worker=engine,
        code=code,
        left=exchange.ledger(account)["open_orders"],
        levels=line["engine"]["config"].get("level_prices", []),
    )


def test_keep_orders_leaves_them_where_they_are(kept: Kept) -> None:
    created = {said["client_order_id"] for said in kept.worker.of("order_created")}

    assert kept.code == 0
    assert {order["client_order_id"] for order in kept.left} == created
    assert len(kept.left) == RESTING[kept.strategy_type]


def test_orders_rest_as_far_from_the_price_as_they_are_told(kept: Kept) -> None:
    """K-29: 0.05 of ours is 5 % at the exchange, whichever unit Hummingbot takes."""
    prices: dict[str, list[Decimal]] = {"buy": [], "sell": []}
    for order in kept.left:
        prices[order["side"]].append(Decimal(order["price"]))
    if kept.levels:
        assert sorted(prices["buy"]) == [Decimal(level) for level in kept.levels[:4]]
        return
    bid, ask = max(prices["buy"]), min(prices["sell"])
    mid = (bid + ask) / 2
    assert abs((ask - bid) / 2 / mid - FAR) <= TICK / mid
    seen = [Decimal(line["mid_price"]) for line in kept.worker.of("snapshot")]
    assert min(abs(mid - each) / each for each in seen) < NEAR / 2


def test_an_engine_that_lost_its_bridge_is_gone_at_once(
    exchange: paper.Paper, tmp_path: Path
) -> None:
    account = exchange.account()
    line = start(exchange, account, ("binance", "pmm"), FAR, tmp_path / "work")
    with worker.running(line, tmp_path / "work") as engine:
        engine.until_type("ready")
        engine.hang_up()

        assert engine.end() == 3

    assert engine.of("stopped", "fatal") == []
