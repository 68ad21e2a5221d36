"""Calls that take several requests, told without a socket."""

from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from janym.domain.errors import VenueRefused
from janym.exchanges.binance import calls, rest
from janym.exchanges.binance.rest import Request

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def trade(number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": number,
        "orderId": number,
        "price": "1",
        "qty": "1",
        "commission": "0",
        "commissionAsset": "BNB",
        "time": rest.milliseconds(at),
        "isBuyer": True,
        "isMaker": True,
    }


def carried(call: Generator[Request, Any, Any], answer: Callable[[Request], Any]) -> Any:
    try:
        request = next(call)
        while True:
            request = call.send(answer(request))
    except StopIteration as done:
        return done.value


def test_the_newest_page_is_enough_where_it_is_not_full() -> None:
    rows = [trade(1, NOON - timedelta(hours=1)), trade(2, NOON)]
    asked: list[Request] = []

    def answer(request: Request) -> list[dict[str, Any]]:
        asked.append(request)
        return rows

    found = carried(calls.trades("ETH-USDT", since=NOON, now=NOON), answer)

    assert [each.trade_id for each in found] == ["2"]
    assert len(asked) == 1


def test_a_full_page_is_followed_from_the_first_day_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest, "PAGE", 2)
    rows = [trade(number, NOON + timedelta(days=2, hours=number)) for number in range(5)]

    def answer(request: Request) -> list[dict[str, Any]]:
        query = request.query
        if "fromId" in query:
            return [row for row in rows if row["id"] >= int(query["fromId"])][:2]
        if "startTime" in query:
            first, last = int(query["startTime"]), int(query["endTime"])
            return [row for row in rows if first <= row["time"] <= last][:2]
        return rows[-2:]

    call = calls.trades("ETH-USDT", since=NOON, now=NOON + timedelta(days=3))
    found = carried(call, answer)

    assert [each.trade_id for each in found] == ["0", "1", "2", "3", "4"]


def test_an_order_that_is_not_open_needs_no_cancel() -> None:
    call = calls.cancel("ETH-USDT", "mine")
    next(call)

    with pytest.raises(StopIteration):
        call.throw(VenueRefused("binance", "-2011", "Unknown order sent."))
