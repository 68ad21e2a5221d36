"""Profit and loss from fills: by hand, by law, and with fees in any token."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from janym.domain import pnl
from janym.domain.ids import BotId, ClientOrderId, TradeId
from janym.domain.trading import Fee, Fill, FillSource, Side

NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)
BOT = BotId(UUID(int=1))
NO_FEE = Fee(asset="USDT", amount=Decimal(0), price=Decimal(1))


def fill(number: int, side: Side, quantity: str, price: str, fee: Fee = NO_FEE) -> Fill:
    return Fill(
        bot=BOT,
        trade_id=TradeId(str(number)),
        client_order_id=ClientOrderId("jnabcdef11x"),
        exchange_order_id="1",
        trading_pair="ETH-USDT",
        side=side,
        price=Decimal(price),
        quantity=Decimal(quantity),
        fee=fee,
        maker=True,
        executed_at=NOON + timedelta(seconds=number),
        source=FillSource.BOT,
        position=None,
    )


def test_a_round_trip_by_hand() -> None:
    """S0-033: 2 bought at 100 and 110, 3 sold at 120, 1 left at 105."""
    result = pnl.of(
        [
            fill(1, Side.BUY, "2", "100"),
            fill(2, Side.BUY, "2", "110"),
            fill(3, Side.SELL, "3", "120"),
        ]
    )

    assert result.gross == Decimal(45)
    assert result.position == Decimal(1)
    assert result.cost == Decimal(105)
    assert result.unrealized(Decimal(111)) == Decimal(6)
    assert result.total(Decimal(111)) == Decimal(51)


def test_a_sale_without_a_position_opens_a_short_one_and_turns() -> None:
    """S0-033."""
    result = pnl.of([fill(1, Side.SELL, "1", "100"), fill(2, Side.BUY, "3", "90")])

    assert result.gross == Decimal(10)
    assert result.position == Decimal(2)
    assert result.cost == Decimal(180)


def test_fees_count_once_whatever_they_are_paid_in() -> None:
    """S0-033: a third token at its own price, a rebate, and one whose price nobody knows."""
    result = pnl.of(
        [
            fill(
                1,
                Side.BUY,
                "1",
                "100",
                Fee(asset="BNB", amount=Decimal("0.001"), price=Decimal(600)),
            ),
            fill(
                2,
                Side.SELL,
                "1",
                "101",
                Fee(asset="USDT", amount=Decimal("-0.01"), price=Decimal(1)),
            ),
            fill(3, Side.BUY, "1", "100", Fee(asset="XYZ", amount=Decimal(5), price=None)),
        ]
    )

    assert result.fees == Decimal("0.59")
    assert result.realized == Decimal("0.41")
    assert result.fees_by_asset == {
        "BNB": Decimal("0.001"),
        "USDT": Decimal("-0.01"),
        "XYZ": Decimal(5),
    }


AMOUNTS = st.decimals(min_value="0.0001", max_value=50, places=4)
PRICES = st.decimals(min_value="0.01", max_value=90_000, places=2)


@given(st.lists(st.tuples(st.sampled_from(Side), AMOUNTS, PRICES), max_size=30), PRICES)
def test_realized_and_unrealized_are_the_whole(
    trades: list[tuple[Side, Decimal, Decimal]], price: Decimal
) -> None:
    """S0-033: however it is divided, nothing is lost."""
    fills = [fill(n, side, str(size), str(at)) for n, (side, size, at) in enumerate(trades)]

    result = pnl.of(fills)

    with localcontext(pnl.PRECISE):
        divided = result.realized + result.unrealized(price)
        assert abs(result.total(price) - divided) < Decimal("1e-30")
