"""Order events and fills on their way out (S0-091…S0-093)."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from containers.bridge import lines
from containers.bridge.ledger import Ledger
from containers.bridge.lines import Execution, OrderEvent
from containers.bridge.reporter import Reporter
from containers.bridge.sweep import Execution as Told
from containers.bridge.trading import Trading
from janym.domain.ids import BotId
from tests.unit.containers.bridge.conftest import Heard
from tests.unit.containers.bridge.venue import PAIR, trade

ORDER: dict[str, Any] = {
    "at": "2026-01-01T11:59:58Z", "client_order_id": "c", "exchange_order_id": "9",
    "trading_pair": PAIR, "side": "buy", "order_type": "limit", "price": "2000", "quantity": "1",
}  # fmt: skip
FILL: dict[str, Any] = {
    "at": "2026-01-01T11:59:59Z", "trade_id": "t", "client_order_id": "c",
    "exchange_order_id": "9", "trading_pair": PAIR, "side": "buy", "price": "2000",
    "quantity": "0.5", "fees": [{"asset": "BNB", "amount": "0.001"}], "maker": True,
}  # fmt: skip


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
async def trading(reporter: Reporter, ledger: Ledger) -> Trading:
    async def price(asset: str) -> Decimal | None:
        return {"BNB": Decimal(600)}.get(asset)

    return Trading(bot=BotId(UUID(int=1)), pair=PAIR, ledger=ledger, reporter=reporter, price=price)


def event(kind: str, **changes: object) -> OrderEvent | Execution:
    base = FILL if kind == "fill" else ORDER
    decoded = lines.decode(lines.encode(kind, **(base | changes)))
    assert isinstance(decoded, OrderEvent | Execution)
    return decoded


@asynccontextmanager
async def told(trading: Trading, *events: OrderEvent | Execution) -> AsyncGenerator[None]:
    running = asyncio.create_task(trading.run())
    for each in events:
        trading.take(each)
    await trading.settled(5)
    yield
    running.cancel()


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("order_created", "orders"),
        ("order_created", "orders/new"),
        ("order_cancelled", "orders/cancelled"),
        ("order_failed", "orders/failed"),
    ],
)
async def test_each_step_has_its_topic(
    trading: Trading, heard: Heard, kind: str, topic: str
) -> None:
    async with told(trading, event(kind)):
        [message] = heard.on(topic)

    assert message["timestamp"] == "2026-01-01T11:59:58Z"
    assert (message["order_side"], message["order_type"]) == ("buy", "limit")
    assert (message["price"], message["quantity"]) == ("2000", "1")


async def test_a_failed_order_always_has_a_reason(trading: Trading, heard: Heard) -> None:
    async with told(trading, event("order_failed", reason="no balance"), event("order_failed")):
        assert [each["reason"] for each in heard.on("orders/failed")] == [
            "no balance",
            "the venue gave no reason",
        ]


async def test_a_completed_order_is_told_by_its_fills(trading: Trading, heard: Heard) -> None:
    async with told(trading, event("order_completed")):
        assert heard.messages == []


@pytest.mark.parametrize(
    ("asset", "price"), [("USDT", "1"), ("ETH", "2000"), ("BNB", "600"), ("XYZ", None)]
)
async def test_a_fee_has_the_price_of_its_asset(
    trading: Trading, heard: Heard, asset: str, price: str | None
) -> None:
    async with told(trading, event("fill", fees=[{"asset": asset, "amount": "0.001"}])):
        [message] = heard.on("orders/filled")

    assert (message["fee"], message["fee_asset"]) == ("0.001", asset)
    assert message.get("fee_price") == price


async def test_a_fee_in_two_assets_is_told_in_quote_units(trading: Trading, heard: Heard) -> None:
    fees = [{"asset": "BNB", "amount": "0.001"}, {"asset": "USDT", "amount": "0.5"}]

    async with told(trading, event("fill", fees=fees)):
        [message] = heard.on("orders/filled")

    assert (message["fee"], message["fee_asset"], message["fee_price"]) == ("1.1", "USDT", "1")


async def test_a_free_fill_has_a_fee_of_nothing(trading: Trading, heard: Heard) -> None:
    async with told(trading, event("fill", fees=[])):
        assert heard.on("orders/filled")[0]["fee"] == "0"


async def test_a_fill_is_told_once_whoever_saw_it(
    trading: Trading, heard: Heard, ledger: Ledger
) -> None:
    async with told(trading, event("fill", trade_id="1"), event("fill", trade_id="1")):
        missed = await trading.missed(
            [
                Told(client_order_id="c", trade=trade("1", "c")),
                Told(client_order_id="c", trade=trade("2", "c")),
            ]
        )

    assert missed == 1
    assert [(each["trade_id"], each["source"]) for each in heard.on("orders/filled")] == [
        ("1", "bot"),
        ("2", "venue"),
    ]
    assert ledger.profit.fills == 2


async def test_what_does_not_fit_the_wire_stops_nothing(trading: Trading, heard: Heard) -> None:
    broken = event("order_created", client_order_id="x" * 101)

    async with told(trading, broken, event("order_created")):
        assert len(heard.on("orders/new")) == 1
