"""What our grid decides, asked of its real class: levels, counter-orders, bounds, restarts."""

from typing import Any

import pytest

from janym.hummingbot.grid import Grid
from tests.integration.engine.probe import answers

CONFIG: dict[str, Any] = {
    "direction": "long",
    "order_amount": "0.05",
    "starting_base": "10",
    "level_prices": ["1980", "1990", "2000", "2010", "2020"],
}
SHORT = {"direction": "short"}

Step = dict[str, Any]
Actions = list[list[str]]


def asked(*steps: Step, eth: str = "10", usdt: str = "20000", **changes: object) -> dict[str, Any]:
    config = Grid.model_validate({**CONFIG, **changes})
    return {
        "ask": "grid",
        "config": config.render(exchange="binance", trading_pair="ETH-USDT"),
        "balances": {"ETH": eth, "USDT": usdt},
        "steps": steps,
    }


def at(bid: str, *executors: Step) -> Step:
    """A moment at which the best ask is ten above the best bid, in cents."""
    return {"bid": bid, "ask": f"{bid}.10", "executors": list(executors)}


def open_(level: str, **more: object) -> Step:
    return {"level": level, **more}


def ended(level: str, traded: str = "0.05", how: str = "POSITION_HOLD") -> Step:
    return {"level": level, "id": f"{level}-ended", "traded": traded, "closed": how}


BUYS: Actions = [["entry_1", "buy", "1990", "0.05"], ["entry_0", "buy", "1980", "0.05"]]
SELLS: Actions = [["entry_2", "sell", "2010", "0.05"], ["entry_3", "sell", "2020", "0.05"]]
FIRST = at("1995")

CASES: dict[str, tuple[dict[str, Any], list[Actions]]] = {
    "a long grid buys at each level below the price, the nearest first": (asked(FIRST), [BUYS]),
    "a short grid sells at each level above the price, the nearest first": (
        asked(at("2004"), **SHORT),
        [SELLS],
    ),
    "a level is entered once": (
        asked(FIRST, at("1995", open_("entry_1"), open_("entry_0"))),
        [BUYS, []],
    ),
    "a filled buy is sold one level higher": (
        asked(FIRST, at("1989", ended("entry_1"), open_("entry_0"))),
        [BUYS, [["exit_1", "sell", "2000", "0.05"]]],
    ),
    "a filled sell is bought back one level lower": (
        asked(at("2004"), at("2011", ended("entry_2"), open_("entry_3")), **SHORT),
        [SELLS, [["exit_2", "buy", "2000", "0.05"]]],
    ),
    "a sold level is entered anew": (
        asked(
            FIRST,
            at("1989", ended("entry_1"), open_("entry_0")),
            at("2001", ended("exit_1"), open_("entry_0")),
        ),
        [
            BUYS,
            [["exit_1", "sell", "2000", "0.05"]],
            [["entry_2", "buy", "2000", "0.05"], ["entry_1", "buy", "1990", "0.05"]],
        ],
    ),
    "an ended order is counted once": (
        asked(
            FIRST,
            at("1989", ended("entry_1"), open_("entry_0")),
            at("1989", ended("entry_1"), open_("exit_1"), open_("entry_0")),
        ),
        [BUYS, [["exit_1", "sell", "2000", "0.05"]], []],
    ),
    "what was bought in part is sold": (
        asked(FIRST, at("1991", ended("entry_1", "0.02", "EARLY_STOP"), open_("entry_0"))),
        [BUYS, [["exit_1", "sell", "2000", "0.02"]]],
    ),
    "what is too little to be sold is forgotten": (
        asked(FIRST, at("1991", ended("entry_1", "0.002", "EARLY_STOP"), open_("entry_0"))),
        [BUYS, [["entry_1", "buy", "1990", "0.05"]]],
    ),
    "what was sold in part is sold to the end": (
        asked(
            FIRST,
            at("1989", ended("entry_1"), open_("entry_0")),
            at("1989", ended("exit_1", "0.02", "EARLY_STOP"), open_("entry_0")),
        ),
        [
            BUYS,
            [["exit_1", "sell", "2000", "0.05"]],
            [["exit_1", "sell", "2000", "0.03"]],
        ],
    ),
    "no order while the last one is on its way out": (
        asked(FIRST, at("1995", open_("entry_1", leaving=True), open_("entry_0"))),
        [BUYS, []],
    ),
    "no hammering after a refusal": (
        asked(FIRST, at("1995", ended("entry_1", "0", "FAILED"), open_("entry_0"))),
        [BUYS, []],
    ),
    "no more orders than are allowed, and the nearest": (
        asked(FIRST, max_open_orders=1),
        [BUYS[:1]],
    ),
    "a far entry makes room for a nearer one": (
        asked(FIRST, at("2001", open_("entry_1")), max_open_orders=1),
        [BUYS[:1], [["stop", "entry_1"]]],
    ),
    "the nearer one waits until the far one is gone": (
        asked(FIRST, at("2001", open_("entry_1", leaving=True)), max_open_orders=1),
        [BUYS[:1], []],
    ),
    "an exit goes before entries": (
        asked(FIRST, at("1989", ended("entry_1"), open_("entry_0")), max_open_orders=1),
        [BUYS[:1], [["stop", "entry_0"]]],
    ),
    "nothing is entered from the ceiling on": (
        asked(at("1999"), price_ceiling="1999"),
        [[]],
    ),
    "entries are withdrawn beyond the floor, exits stay": (
        asked(
            at("1995"),
            at("1985", ended("entry_1"), open_("entry_0")),
            at("1981", open_("exit_1"), open_("entry_0")),
            price_floor="1983",
        ),
        [BUYS, [["exit_1", "sell", "2000", "0.05"]], [["stop", "entry_0"]]],
    ),
    "nothing without a book": (asked({"bid": "NaN", "ask": "NaN"}), [[]]),
    "no buy without the quote for it": (asked(FIRST, usdt="150"), [BUYS[:1]]),
    "no sell without the base for it": (
        asked(at("2004"), eth="0", starting_base="0", **SHORT),
        [[]],
    ),
    "a fee taken from what was bought leaves less to sell": (
        asked(
            FIRST,
            at("1989", ended("entry_1"), open_("entry_0")),
            eth="0.04995",
            starting_base="0.04995",
        ),
        [BUYS, [["exit_1", "sell", "2000", "0.0499"]]],
    ),
    "a restarted long grid sells what it bought before and buys it no second time": (
        asked(at("1985"), eth="10.1"),
        [
            [
                ["exit_1", "sell", "2000", "0.05"],
                ["exit_2", "sell", "2010", "0.05"],
                ["entry_0", "buy", "1980", "0.05"],
            ]
        ],
    ),
    "nor when the price has come back": (
        asked(
            at("1985"), at("2001", open_("exit_1"), open_("exit_2"), open_("entry_0")), eth="10.1"
        ),
        [
            [
                ["exit_1", "sell", "2000", "0.05"],
                ["exit_2", "sell", "2010", "0.05"],
                ["entry_0", "buy", "1980", "0.05"],
            ],
            [],
        ],
    ),
    "a restarted short grid buys back what it sold before": (
        asked(at("2015"), eth="9.9", **SHORT),
        [
            [
                ["exit_2", "buy", "2000", "0.05"],
                ["exit_1", "buy", "1990", "0.05"],
                ["entry_3", "sell", "2020", "0.05"],
            ]
        ],
    ),
    "a position paid with fees is dealt out to the last": (
        asked(at("1985"), eth="10.0998"),
        [
            [
                ["exit_1", "sell", "2000", "0.05"],
                ["exit_2", "sell", "2010", "0.0498"],
                ["entry_0", "buy", "1980", "0.05"],
            ]
        ],
    ),
    "a position beyond all cells is left alone": (
        asked(at("1985"), eth="12"),
        [
            [
                ["exit_0", "sell", "1990", "0.05"],
                ["exit_1", "sell", "2000", "0.05"],
                ["exit_2", "sell", "2010", "0.05"],
                ["exit_3", "sell", "2020", "0.05"],
            ]
        ],
    ),
    "less than there was at first is no position": (asked(FIRST, eth="9"), [BUYS]),
}


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return answers(
        {case: question for case, (question, _) in CASES.items()},
        tmp_path_factory.mktemp("probe"),
    )


@pytest.mark.parametrize("case", CASES)
def test_the_grid_decides(decided: dict[str, Any], case: str) -> None:
    _, expected = CASES[case]

    assert decided[case] == expected
