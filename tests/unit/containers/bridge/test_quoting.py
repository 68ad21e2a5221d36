"""Whether an engine quotes, and why it may not (DESIGN: `error: NOT_QUOTING`)."""

from typing import Any

import pytest

from containers.bridge import lines
from containers.bridge.lines import OrderEvent, Snapshot
from containers.bridge.quoting import Quoting

CONFIG = {"order_refresh_time": "10", "filled_order_delay": "5", "order_amount": "0.5"}
LATE = 106.0


@pytest.fixture
def quoting() -> Quoting:
    return Quoting(base="ETH", quote="USDT", config=CONFIG, since=0)


def snapshot(
    *, usdt: str = "10000", eth: str = "10", orders: int = 0, mid: str | None = "2000"
) -> Snapshot:
    line = lines.decode(
        lines.encode(
            "snapshot",
            at="2026-01-01T00:00:00Z",
            balances={
                "USDT": {"total": "10000", "available": usdt},
                "ETH": {"total": "10", "available": eth},
            },
            active_orders=[{"client_order_id": str(number)} for number in range(orders)],
            mid_price=mid,
            connector_ready=True,
        )
    )
    assert isinstance(line, Snapshot)
    return line


def event(kind: str, **fields: Any) -> OrderEvent:
    line = lines.decode(
        lines.encode(
            kind,
            at="2026-01-01T00:00:00Z",
            client_order_id="a",
            trading_pair="ETH-USDT",
            side="buy",
            order_type="limit",
            quantity="1",
            **fields,
        )
    )
    assert isinstance(line, OrderEvent)
    return line


def test_one_that_never_quotes_is_told_after_ten_refreshes(quoting: Quoting) -> None:
    assert quoting.trouble(snapshot(), now=105) is None
    assert quoting.trouble(snapshot(), now=LATE) == (
        "no order rests and none was placed for 105 s: see the bot's log"
    )


def test_resting_orders_are_quotes(quoting: Quoting) -> None:
    assert quoting.trouble(snapshot(orders=1), now=LATE) is None
    assert quoting.trouble(snapshot(), now=LATE + 105) is None
    assert quoting.trouble(snapshot(), now=LATE + 106) is not None


def test_orders_that_came_and_went_were_quotes(quoting: Quoting) -> None:
    quoting.heard(event("order_created"), now=100)

    assert quoting.trouble(snapshot(), now=LATE) is None


def test_a_refused_order_is_the_cause(quoting: Quoting) -> None:
    quoting.heard(event("order_failed", reason="-2010 insufficient balance"), now=100)

    assert "refused, -2010 insufficient balance" in str(quoting.trouble(snapshot(), now=LATE))


@pytest.mark.parametrize(
    ("holdings", "cause"),
    [
        ({"usdt": "999"}, "a bid needs about 1000 USDT, 999 are free"),
        ({"eth": "0.4"}, "an ask needs 0.5 ETH, 0.4 are free"),
        ({"mid": None}, "one side of the venue's order book is empty"),
    ],
)
def test_the_likely_cause_is_named(quoting: Quoting, holdings: dict[str, Any], cause: str) -> None:
    assert cause in str(quoting.trouble(snapshot(**holdings), now=LATE))


@pytest.mark.parametrize(
    ("bound", "cause"),
    [
        ({"price_ceiling": "1900"}, "above price_ceiling, so nothing is bought"),
        ({"price_floor": "2100"}, "below price_floor, so nothing is sold"),
    ],
)
def test_a_price_out_of_bounds_is_a_cause(bound: dict[str, str], cause: str) -> None:
    quoting = Quoting(base="ETH", quote="USDT", config=CONFIG | bound, since=0)

    assert cause in str(quoting.trouble(snapshot(), now=LATE))


def test_a_strategy_without_a_refresh_time_may_wait_for_its_price() -> None:
    quoting = Quoting(base="ETH", quote="USDT", config={}, since=0)

    assert quoting.trouble(snapshot(), now=1e9) is None
