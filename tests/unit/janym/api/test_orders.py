"""Which orders a query asks for."""

from datetime import UTC, datetime

import pytest

from janym.api.orders import OrdersQuery
from janym.domain.errors import InvalidInput
from janym.domain.trading import OrderStatus, Side
from janym.ports.told import EVERY_ORDER, OPEN_ORDERS, WantedOrders

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_open_only_is_a_status() -> None:
    assert OrdersQuery().wanted() == EVERY_ORDER
    assert OrdersQuery(open_only=True).wanted() == OPEN_ORDERS
    assert OrdersQuery(open_only=True, status=OrderStatus.OPEN).wanted() == OPEN_ORDERS
    assert OrdersQuery(open_only=True, side=Side.BUY).wanted() == WantedOrders(
        status=OrderStatus.OPEN, side=Side.BUY
    )


def test_two_statuses_at_once_are_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as refused:
        OrdersQuery(open_only=True, status=OrderStatus.FAILED).wanted()

    assert [each.field for each in refused.value.errors] == ["status"]


def test_a_span_that_ends_before_it_begins_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as refused:
        OrdersQuery(since=NOON, until=NOON).wanted()

    assert [each.field for each in refused.value.errors] == ["until"]
    assert OrdersQuery(since=NOON, pair="ETH-USDT").wanted() == WantedOrders(
        since=NOON, pair="ETH-USDT"
    )
