"""What our controller decides, asked of its real class: when it places, replaces and rests."""

from typing import Any

import pytest

from janym.hummingbot import strategies
from tests.integration.engine.probe import answers

CONFIG: dict[str, Any] = {
    "bid_spread": "0.001",
    "ask_spread": "0.001",
    "order_amount": "0.05",
    "order_refresh_time": "30",
    "filled_order_delay": "60",
}
BID = ["place", "buy_0", "LIMIT_MAKER", "1998", "0.05"]
ASK = ["place", "sell_0", "LIMIT_MAKER", "2002", "0.05"]


def asked(*executors: dict[str, Any], **changes: object) -> dict[str, Any]:
    config = strategies.parse("pmm", {**CONFIG, **changes})
    return {
        "ask": "controller",
        "config": config.render(exchange="binance", trading_pair="ETH-USDT"),
        "mid": "2000",
        "executors": executors,
    }


def resting(level: str, *, age: int, price: str) -> dict[str, Any]:
    return {"level": level, "age": age, "price": price, "order": "x"}


def ended(level: str, how: str, *, ago: int, order: str | None = None) -> dict[str, Any]:
    return {
        "level": level,
        "age": ago + 10,
        "price": "1998",
        "closed": how,
        "closed_ago": ago,
        "order": order,
    }


YOUNG_ASK = resting("sell_0", age=5, price="2002")
STOP_BID = ["stop", "buy_0", "True"]

CASES: dict[str, tuple[dict[str, Any], list[list[str]]]] = {
    "both sides where nothing rests": (asked(), [BID, ASK]),
    "limit orders that may take where asked for": (
        asked(post_only=False),
        [["place", "buy_0", "LIMIT", *BID[3:]], ["place", "sell_0", "LIMIT", *ASK[3:]]],
    ),
    "each level of its own size": (
        asked(order_levels=2, order_level_spread="0.002", order_level_amount="0.01"),
        [
            BID,
            ["place", "buy_1", "LIMIT_MAKER", "1994", "0.06"],
            ASK,
            ["place", "sell_1", "LIMIT_MAKER", "2006", "0.06"],
        ],
    ),
    "nothing while orders are young": (
        asked(resting("buy_0", age=29, price="1990"), YOUNG_ASK),
        [],
    ),
    "an old order is taken away and its fills kept": (
        asked(resting("buy_0", age=30, price="1990"), YOUNG_ASK),
        [STOP_BID],
    ),
    "an old order within the tolerance stays": (
        asked(resting("buy_0", age=30, price="1999"), YOUNG_ASK, order_refresh_tolerance="0.001"),
        [],
    ),
    "no second order while the first is on its way out": (
        asked(ended("buy_0", "EARLY_STOP", ago=0, order="x"), YOUNG_ASK),
        [],
    ),
    "the next order once the first is gone": (
        asked(ended("buy_0", "EARLY_STOP", ago=0), YOUNG_ASK),
        [BID],
    ),
    "a rest after a fill": (asked(ended("buy_0", "POSITION_HOLD", ago=59), YOUNG_ASK), []),
    "an order after the rest": (asked(ended("buy_0", "POSITION_HOLD", ago=60), YOUNG_ASK), [BID]),
    "no hammering after a refusal": (
        asked(ended("buy_0", "INSUFFICIENT_BALANCE", ago=29), YOUNG_ASK),
        [],
    ),
    "another try after a while": (asked(ended("buy_0", "FAILED", ago=30), YOUNG_ASK), [BID]),
    "nothing is bought above the ceiling": (asked(price_ceiling="1999"), [ASK]),
    "nothing is sold below the floor": (asked(price_floor="2001"), [BID]),
    "a bid above the ceiling is taken away at once": (
        asked(resting("buy_0", age=1, price="1998"), YOUNG_ASK, price_ceiling="1999"),
        [STOP_BID],
    ),
    "nothing without a price": ({**asked(), "mid": "NaN"}, []),
}
ENDED = "an executor that ended"


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return answers(
        {case: question for case, (question, _) in CASES.items()}
        | {ENDED: {**asked(), "ask": "runner"}},
        tmp_path_factory.mktemp("probe"),
    )


@pytest.mark.parametrize("case", CASES)
def test_the_controller_decides(decided: dict[str, Any], case: str) -> None:
    _, expected = CASES[case]

    assert decided[case] == expected


def test_an_executor_that_ended_stays_ended(decided: dict[str, Any]) -> None:
    """Filled after the controller looked and before its stop arrives, it must not rise again.

    It would be shutting down for ever, and its level would never be quoted again.
    """
    assert decided[ENDED] == ["RUNNING", "TERMINATED", "TERMINATED"]
