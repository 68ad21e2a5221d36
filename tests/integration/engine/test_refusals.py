"""An engine that cannot start says why in its last line and exits 1."""

from pathlib import Path
from typing import Any

import pytest

from janym.hummingbot import strategies
from tests.integration.engine.worker import running, start_line

CONFIG = {
    "bid_spread": "0.001",
    "ask_spread": "0.001",
    "order_amount": "0.05",
    "order_refresh_time": "30",
}
NOBODY = {"rest": "http://127.0.0.1:1", "stream": "ws://127.0.0.1:1", "ws_api": "ws://127.0.0.1:1"}


def line(work_dir: Path, **changes: Any) -> dict[str, Any]:
    config = strategies.parse("pmm", CONFIG)
    engine = strategies.render("pmm", config, exchange="binance", trading_pair="ETH-USDT")
    start = start_line(
        engine={**engine, **changes.pop("engine", {})},
        prefix="jnabcdef11",
        keys={"binance_api_key": "k", "binance_api_secret": "s"},
        venue=NOBODY,
        work_dir=work_dir,
    )
    return {**start, **changes}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "ping", "id": 1}, "BAD_START_LINE"),
        ({"bot_id": 7}, "BAD_START_LINE"),
        ({"connector": "coinex"}, "UNSUPPORTED_CONNECTOR"),
        ({"connector": "bybit"}, "BAD_START_LINE"),
        ({"engine": {"strategy": "avellaneda"}}, "UNSUPPORTED_STRATEGY"),
        ({"engine": {"config": {"surprise": "1"}}}, "CONFIG_REFUSED"),
    ],
    ids=[
        "not a start",
        "a field",
        "the connector",
        "another's addresses",
        "the strategy",
        "the configuration",
    ],
)
def test_a_start_that_cannot_be_is_refused(
    changes: dict[str, Any], code: str, tmp_path: Path
) -> None:
    with running(line(tmp_path / "work", **changes), tmp_path / "work") as worker:
        assert worker.end() == 1

    assert worker.lines[-1]["type"] == "fatal"
    assert worker.lines[-1]["code"] == code


def test_a_bridge_that_hangs_up_ends_the_engine(tmp_path: Path) -> None:
    with running(None, tmp_path / "work") as worker:
        worker.hang_up()

        assert worker.end() == 3

    assert worker.lines == []


@pytest.mark.parametrize("mode", ["cancel_orders", "keep_orders"])
def test_an_engine_that_waits_for_its_venue_stops_when_told(mode: str, tmp_path: Path) -> None:
    """A stop before the connector was ready needs no venue: there is nothing to cancel."""
    with running(line(tmp_path / "work"), tmp_path / "work") as worker:
        worker.until_type("hello")
        worker.tell(type="stop", mode=mode)

        assert worker.end() == 0

    assert worker.lines[-1] == {"v": 1, "type": "stopped", "mode": mode}


def test_an_engine_that_is_terminated_while_it_loads_ends_as_asked(tmp_path: Path) -> None:
    """SIGTERM means cancel_orders from the start line on."""
    with running(line(tmp_path / "work"), tmp_path / "work") as worker:
        loads = Path(f"/proc/{worker.process.pid}/cwd")
        while loads.resolve() != tmp_path / "work":
            assert worker.process.poll() is None
        worker.process.terminate()

        assert worker.end() == 0

    assert worker.lines[-1] == {"v": 1, "type": "stopped", "mode": "cancel_orders"}
