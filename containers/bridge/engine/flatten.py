"""Closing the bot's own position with one order, which its owner asked for in words.

A limit order through the book, no worse than the best price by more than the bound; what does not
trade within seconds is cancelled. The owner's other holdings are not the bot's position.
"""
# ruff: noqa: SLF001 -- like `orders.py` it works with the insides of the engine's connector

import asyncio
import logging
from decimal import Decimal
from typing import Any

from engine.adapter import Engine
from engine.protocol import Close, Closed
from hummingbot.core.data_type.common import OrderType

TRADES_WITHIN_S = 5
LOOK_EVERY_S = 0.1
ZERO = Decimal(0)

log = logging.getLogger("engine")


async def close(engine: Engine, wanted: Close) -> Closed:
    """Sell or buy what is wanted, at most what is free, and say what came of it.

    No order of this engine is open before, and none is after. Raises Refused where one may be.
    """
    if not wanted.quantity:
        return _closed(wanted, ordered=ZERO, reason="nothing to close")
    if not engine.ready:
        return _closed(wanted, ordered=wanted.quantity, reason="the connector is not ready")
    connector, pair = engine._connector, engine._start.trading_pair
    buys = wanted.side == "buy"
    price = _worst_price(connector, pair, wanted)
    if price is None:
        return _closed(wanted, ordered=wanted.quantity, reason="nobody trades at the other side")
    await connector._update_balances()
    free = _free(connector, pair, price, buys=buys)
    amount = connector.quantize_order_amount(pair, min(wanted.quantity, free))
    if not amount or amount * price < connector.trading_rules[pair].min_notional_size:
        reason = f"{free:f} are free; less than the venue's least order is left as it is"
        return _closed(wanted, ordered=ZERO, reason=reason)
    place = connector.buy if buys else connector.sell
    order = await _final(engine, place(pair, amount, OrderType.LIMIT, price))
    if order is None:
        return _closed(wanted, ordered=amount, reason="the order was refused; see the log")
    filled = order.executed_amount_base
    return _closed(
        wanted,
        ordered=amount,
        filled=filled,
        average_price=order.average_executed_price if filled else None,
        reason=None if filled == amount else f"nobody trades the rest at {price:f} or better",
    )


def _worst_price(connector: Any, pair: str, wanted: Close) -> Decimal | None:
    buys = wanted.side == "buy"
    best = connector.get_price(pair, buys)
    if not best.is_finite() or best <= 0:
        return None
    bound = best * (1 + wanted.slippage if buys else 1 - wanted.slippage)
    price: Decimal = connector.quantize_order_price(pair, bound)
    return price


def _free(connector: Any, pair: str, price: Decimal, *, buys: bool) -> Decimal:
    """Base units that can be sold, or paid for at this price."""
    base, quote = pair.split("-")
    available: Decimal = connector.get_available_balance(quote if buys else base)
    return available / price if buys else available


async def _final(engine: Engine, client_order_id: str) -> Any:
    """Wait a while for the order to trade, cancel the rest, and give what became of it."""
    loop, orders = asyncio.get_running_loop(), engine._orders
    until = loop.time() + TRADES_WITHIN_S
    order = orders.find(client_order_id)
    while loop.time() < until:
        order = orders.find(client_order_id) or order
        if order is not None and order.is_done:
            break
        await asyncio.sleep(LOOK_EVERY_S)
    await orders.cancel_all()
    await orders.collect_late_fills()
    return orders.find(client_order_id) or order


def _closed(
    wanted: Close,
    *,
    ordered: Decimal,
    filled: Decimal = ZERO,
    average_price: Decimal | None = None,
    reason: str | None,
) -> Closed:
    return Closed(
        side=wanted.side,
        wanted=wanted.quantity,
        ordered=ordered,
        filled=filled,
        average_price=average_price,
        reason=reason,
    )
