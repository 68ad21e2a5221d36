"""The tape: one line for each trade, one for each taker and price."""

from decimal import Decimal
from itertools import count

from containers.paper_exchange.tape import Tape
from janym.domain.trading import Side
from janym.matching.order import (
    Event,
    Fill,
    Order,
    OrderKind,
    OrderStatus,
    TimeInForce,
    Traded,
)

D = Decimal


def traded(trade_id: int, order_id: int, price: str, *, maker: bool = False) -> Event:
    order = Order(
        id=order_id,
        account="ana",
        client_id="one",
        symbol="ETHUSDT",
        side=Side.SELL,
        kind=OrderKind.LIMIT,
        time_in_force=TimeInForce.GTC,
        price=D(price),
        quantity=D(2),
        quote_quantity=D(0),
        filled=D(1),
        filled_quote=D(price),
        status=OrderStatus.PARTIALLY_FILLED,
        created_ms=1,
        updated_ms=1,
    )
    fill = Fill(
        trade_id=trade_id,
        order_id=order_id,
        account="ana",
        client_id="one",
        symbol="ETHUSDT",
        side=Side.SELL,
        price=D(price),
        quantity=D(1),
        fee=D(0),
        fee_asset="USDT",
        fee_price=D(1),
        maker=maker,
        time_ms=1,
    )
    return Traded(order=order, fill=fill)


def test_a_trade_is_told_once_by_its_taker() -> None:
    tape = Tape(count(1).__next__, start_price=D(2000))

    trades, _ = tape.add([traded(7, 1, "2001", maker=True), traded(7, 2, "2001")])

    assert [(one.id, one.seller_took) for one in trades] == [(7, True)]
    assert tape.last_price == D(2001)


def test_trades_of_one_taker_at_one_price_are_gathered() -> None:
    tape = Tape(count(1).__next__, start_price=D(2000))

    _, gathered = tape.add(
        [traded(1, 5, "2000"), traded(2, 5, "2000"), traded(3, 5, "1999"), traded(4, 6, "1999")]
    )

    assert [(one.id, one.first, one.last, one.quantity) for one in gathered] == [
        (1, 1, 2, D(2)),
        (2, 3, 3, D(1)),
        (3, 4, 4, D(1)),
    ]


def test_the_start_price_is_last_until_something_trades() -> None:
    tape = Tape(count(1).__next__, start_price=D(2000))

    assert tape.add([]) == ([], [])
    assert tape.last_price == D(2000)
