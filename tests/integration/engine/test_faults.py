"""What the venue does wrong, and how the engine still leaves no order behind."""

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from janym.hummingbot import strategies
from tests.integration.engine import paper, worker

FAR: dict[str, Any] = {
    "bid_spread": "0.05",
    "ask_spread": "0.05",
    "order_amount": "0.05",
    "order_refresh_time": "60",
}
NEAR = {**FAR, "bid_spread": "0.001", "ask_spread": "0.001", "order_amount": "0.05"}


BRISK = {**NEAR, "order_refresh_time": "4", "filled_order_delay": "1"}

CONNECTORS = ("binance", "bybit")
CANCELS = {"binance": {"method": "DELETE"}, "bybit": {"path": "/v5/order/cancel"}}
TRADES = {
    "binance": {"event": "executionReport", "execution": "TRADE"},
    "bybit": {"event": "execution"},
}


@pytest.fixture(params=CONNECTORS)
def connector(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def exchange(tmp_path_factory: pytest.TempPathFactory) -> Generator[paper.Paper]:
    with paper.running(tmp_path_factory.mktemp("exchange")) as running:
        yield running


def start(
    exchange: paper.Paper,
    account: paper.Account,
    connector: str,
    work_dir: Path,
    config: dict[str, Any] = FAR,
    strategy: str = "pure_market_making",
) -> worker.Line:
    parsed = strategies.parse(strategy, config)
    return worker.start_line(
        engine=strategies.render(strategy, parsed, exchange=connector, trading_pair="ETH-USDT"),
        prefix="jnabc12321",
        keys=account.keys(connector),
        venue=exchange.venue(connector),
        work_dir=work_dir,
        connector=connector,
    )


def test_an_order_whose_answer_was_lost_does_not_stay(
    exchange: paper.Paper, connector: str, tmp_path: Path
) -> None:
    """The venue accepts and answers 500: Hummingbot gives the order up, the engine does not."""
    account = exchange.account()
    exchange.strike(account, kind="error_after_accept", on="order", nth=1, count=1, status=500)
    with worker.running(
        start(exchange, account, connector, tmp_path / "work"), tmp_path / "work"
    ) as engine:
        lost = engine.until_type("order_failed")["client_order_id"]
        engine.until(
            lambda said: said["type"] == "log" and f"Order {lost} rests" in said["message"]
        )
        engine.tell(type="stop", mode="keep_orders")

        assert engine.end() == 0

    left = {order["client_order_id"] for order in exchange.ledger(account)["open_orders"]}
    assert lost not in left
    assert left


def test_a_controllers_order_is_not_sent_again_while_the_first_may_rest(
    exchange: paper.Paper, tmp_path: Path
) -> None:
    """K-16: Hummingbot's own executor would send another at once."""
    account = exchange.account()
    exchange.strike(account, kind="error_after_accept", on="order", nth=1, count=1, status=500)
    line = start(exchange, account, "binance", tmp_path / "work", FAR, "pmm")
    with worker.running(line, tmp_path / "work") as engine:
        lost = engine.until_type("order_failed")
        found = engine.until(
            lambda said: (
                said["type"] == "log"
                and f"Order {lost['client_order_id']} rests" in said["message"]
            )
        )

    until_then = engine.lines[: engine.lines.index(found)]
    sides = [said["side"] for said in until_then if said["type"] == "order_created"]
    assert lost["side"] not in sides


def test_a_venue_that_refuses_cancels_for_a_while_is_asked_again(
    exchange: paper.Paper, connector: str, tmp_path: Path
) -> None:
    """K-30a: the stop ends when nothing is open, not when cancels were sent."""
    account = exchange.account()
    with worker.running(
        start(exchange, account, connector, tmp_path / "work"), tmp_path / "work"
    ) as engine:
        engine.until(lambda said: len(said.get("active_orders", ())) == 2)
        struck = exchange.strike(
            account,
            kind="error_before_accept",
            on="request",
            nth=1,
            count=3,
            status=500,
            **CANCELS[connector],
        )
        engine.process.terminate()

        assert engine.end() == 0

    assert exchange.hits(struck) == 3
    assert exchange.ledger(account)["open_orders"] == []
    assert engine.lines[-1] == {"v": 1, "type": "stopped", "mode": "cancel_orders"}


@pytest.mark.parametrize("wrong", ["secret", "key"])
def test_a_key_that_the_venue_refuses_ends_the_start(
    exchange: paper.Paper, connector: str, wrong: str, tmp_path: Path
) -> None:
    account = exchange.account()
    line = start(exchange, account, connector, tmp_path / "work")
    line["keys"][f"{connector}_api_{wrong}"] = "canary" * 8
    with worker.running(line, tmp_path / "work") as engine:
        assert engine.end() == 1

    assert engine.lines[-1]["code"] == "KEY_REJECTED"
    assert engine.of("order_created") == []


def test_fills_that_the_stream_lost_or_doubled_are_told_once(
    exchange: paper.Paper, connector: str, tmp_path: Path
) -> None:
    """What the stream loses, the engine asks for before it stops."""
    account = exchange.account(fee_asset=None)
    trades = {"on": "frame", **TRADES[connector]}
    exchange.strike(account, kind="drop_frame", nth=1, count=2, **trades)
    exchange.strike(account, kind="duplicate_frame", nth=3, count=None, **trades)
    line = start(exchange, account, connector, tmp_path / "work", NEAR)
    with worker.running(line, tmp_path / "work") as engine:
        engine.until_type("ready")
        engine.until(lambda _: len(exchange.ledger(account)["fills"]) >= 3)
        engine.tell(type="stop", mode="cancel_orders")

        assert engine.end() == 0

    ledger = exchange.ledger(account)
    booked = sorted(str(fill["trade_id"]) for fill in ledger["fills"])
    assert sorted(said["trade_id"] for said in engine.of("fill")) == booked
    assert ledger["open_orders"] == []
    assert engine.of("order_failed") == []


def test_an_order_that_ended_unheard_is_found_out(
    exchange: paper.Paper, connector: str, tmp_path: Path
) -> None:
    """Its last frame is lost and its cancel refused: the venue is asked, the next one comes."""
    account = exchange.account(fee_asset=None)
    trades = {"on": "frame", **TRADES[connector]}
    exchange.strike(account, kind="drop_frame", nth=1, count=None, **trades)
    line = start(exchange, account, connector, tmp_path / "work", BRISK)
    with worker.running(line, tmp_path / "work") as engine:
        found = engine.until(
            lambda said: said["type"] == "log" and "the venue says FILLED" in said["message"]
        )
        ended = found["message"].split()[1]
        fill = engine.until(
            lambda said: said["type"] == "fill" and said["client_order_id"] == ended
        )
        engine.until(
            lambda said: said["type"] == "order_created" and said["side"] == fill["side"],
            since=engine.lines.index(fill),
        )


def test_an_order_that_never_arrived_is_found_out(exchange: paper.Paper, tmp_path: Path) -> None:
    """Binance's connector takes a 503 for an order without a name, and waits for it."""
    account = exchange.account()
    exchange.strike(
        account, kind="error_before_accept", on="request", path="/api/v3/order", method="POST",
        nth=1, count=1, status=503,
    )  # fmt: skip
    config = {**FAR, "order_refresh_time": "4"}
    line = start(exchange, account, "binance", tmp_path / "work", config)
    with worker.running(line, tmp_path / "work") as engine:
        failed = engine.until_type("order_failed")
        (created,) = [
            said
            for said in engine.of("order_created")
            if said["client_order_id"] == failed["client_order_id"]
        ]
        assert created["exchange_order_id"] is None
        assert failed["exchange_order_id"] is None
        engine.until(
            lambda said: said["type"] == "order_created" and said["side"] == failed["side"],
            since=engine.lines.index(failed),
        )


def test_an_order_that_arrived_after_all_gets_its_name(
    exchange: paper.Paper, tmp_path: Path
) -> None:
    """The venue accepts and answers 503: what is filled of it is told, and it is cancelled."""
    account = exchange.account()
    exchange.strike(account, kind="drop_frame", on="frame", event="executionReport", nth=1, count=1)
    exchange.strike(account, kind="error_after_accept", on="order", nth=1, count=1, status=503)
    line = start(exchange, account, "binance", tmp_path / "work")
    with worker.running(line, tmp_path / "work") as engine:
        created = engine.until_type("order_created")
        assert created["exchange_order_id"] is None
        name = created["client_order_id"]
        engine.until(
            lambda said: any(
                order["client_order_id"] == name and order["exchange_order_id"]
                for order in said.get("active_orders", ())
            )
        )
        engine.tell(type="stop", mode="cancel_orders")

        assert engine.end() == 0

    assert exchange.ledger(account)["open_orders"] == []
    assert engine.of("order_failed") == []
