"""Calls that take several requests, told without a socket."""

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from janym.domain.errors import VenueRefused
from janym.exchanges.bybit import calls
from janym.exchanges.bybit.rest import Request

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOON_MS = int(NOON.timestamp() * 1000)


def order(number: int, status: str, updated: int) -> dict[str, Any]:
    return {
        "orderId": str(number),
        "orderLinkId": f"mine-{number}",
        "side": "Buy",
        "price": "1",
        "qty": "1",
        "orderType": "Limit",
        "orderStatus": status,
        "cumExecQty": "0",
        "createdTime": str(NOON_MS + number),
        "updatedTime": str(NOON_MS + updated),
    }


def carried(call: Generator[Request, Any, Any], answer: Callable[[Request], Any]) -> Any:
    try:
        request = next(call)
        while True:
            request = call.send(answer(request))
    except StopIteration as done:
        return done.value


def test_an_order_that_ends_meanwhile_is_told_once_as_it_ended() -> None:
    def answer(request: Request) -> dict[str, Any]:
        if request.fields.get("openOnly") == "0":
            return {"list": [order(2, "New", 2), order(1, "New", 1)]}
        if request.fields.get("openOnly") == "1":
            return {"list": [order(2, "Filled", 9)]}
        return {"list": [order(2, "Filled", 9)]}

    found = carried(calls.orders("ETH-USDT", since=NOON, now=NOON), answer)

    assert [(each.client_order_id, each.status.value) for each in found] == [
        ("mine-1", "open"),
        ("mine-2", "filled"),
    ]


def test_open_orders_are_asked_for_before_those_that_ended() -> None:
    """The way an order goes itself: one that ends in between is in the later list."""
    asked: list[str] = []

    def answer(request: Request) -> dict[str, Any]:
        asked.append(request.fields.get("openOnly", "history"))
        return {"list": []}

    carried(calls.orders("ETH-USDT", since=NOON, now=NOON), answer)

    assert asked == ["0", "1", "history"]


def test_history_is_read_by_windows_up_to_now() -> None:
    starts: list[int] = []

    def answer(request: Request) -> dict[str, Any]:
        starts.append(int(request.fields["startTime"]))
        return {"list": []}

    carried(calls.trades("ETH-USDT", since=NOON, now=NOON + timedelta(days=15)), answer)

    days = [(start - NOON_MS) / 86_400_000 for start in starts]
    assert [round(day) for day in days] == [0, 7, 14]


@pytest.mark.parametrize("code", [170213, 170142, 170143, 170139])
def test_an_order_that_is_not_open_needs_no_cancel(code: int) -> None:
    call = calls.cancel("ETH-USDT", "mine")
    next(call)

    with pytest.raises(StopIteration):
        call.throw(VenueRefused("bybit", str(code), "why"))


def test_any_other_refusal_of_a_cancel_is_told() -> None:
    call = calls.cancel("ETH-USDT", "mine")
    next(call)

    with pytest.raises(VenueRefused):
        call.throw(VenueRefused("bybit", "10005", "why"))
