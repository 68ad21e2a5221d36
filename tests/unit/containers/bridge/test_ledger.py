"""Every fill once, and what follows from them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from containers.bridge.ledger import Day, Ledger
from janym.domain import pnl
from janym.domain.ids import BotId, ClientOrderId, TradeId
from janym.domain.trading import Fee, Fill, FillSource, Side, Stretch

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def fill(number: int, *, side: Side = Side.BUY, price: int = 100, minutes: int = 0) -> Fill:
    return Fill(
        bot=BotId(UUID(int=1)),
        trade_id=TradeId(str(number)),
        client_order_id=ClientOrderId("c"),
        exchange_order_id=None,
        trading_pair="ETH-USDT",
        side=side,
        price=Decimal(price),
        quantity=Decimal(1),
        fee=Fee(asset="USDT", amount=Decimal("0.1"), price=Decimal(1)),
        maker=True,
        executed_at=NOON + timedelta(minutes=minutes),
        source=FillSource.BOT,
        position=None,
    )


def test_a_fill_counts_once_whoever_told_it() -> None:
    ledger = Ledger()

    assert ledger.add(fill(1)) is True
    assert ledger.add(fill(1)) is False
    assert ledger.knows("ETH-USDT", "1")
    assert ledger.profit.fills == 1


HISTORY = [
    fill(
        number,
        side=Side.BUY if number % 3 else Side.SELL,
        price=100 + number * 7 % 13,
        minutes=number // 2,
    )
    for number in range(12)
]


@given(order=st.permutations(HISTORY))
def test_fills_in_any_order_give_the_profit_of_their_own_order(order: list[Fill]) -> None:
    ledger = Ledger()

    ledger.seed(order)

    assert ledger.fills == tuple(HISTORY)
    assert ledger.profit == pnl.of(HISTORY)


@given(newest=st.integers(0, len(HISTORY)))
def test_the_newest_fills_and_what_all_add_up_to_stand_for_all(newest: int) -> None:
    """A bot that has traded for years does not carry all of it into each run."""
    kept = HISTORY[len(HISTORY) - newest :]
    whole, ledger = Ledger(), Ledger()
    whole.seed(HISTORY)
    ledger.seed(kept, pnl.of(HISTORY))
    assert ledger.profit == whole.profit

    for number in (12, 13):
        later = fill(number, side=Side.SELL, price=117, minutes=number)
        assert ledger.add(later) == whole.add(later)

    assert ledger.profit == whole.profit
    assert ledger.fills == whole.fills[len(HISTORY) - newest :]


@given(newest=st.integers(0, len(HISTORY)), minutes=st.integers(-5, 8))
def test_a_late_fill_changes_no_total_whatever_is_known_of_those_before(
    newest: int, minutes: int
) -> None:
    late = fill(99, side=Side.SELL, price=93, minutes=minutes)
    whole, ledger = Ledger(), Ledger()
    whole.seed([*HISTORY, late])
    ledger.seed(HISTORY[len(HISTORY) - newest :], pnl.of(HISTORY))

    ledger.add(late)

    price = Decimal(111)
    assert ledger.profit.total(price) == whole.profit.total(price)
    assert ledger.profit.position == whole.profit.position
    assert ledger.profit.fees == whole.profit.fees


def test_a_day_has_24_hours() -> None:
    ledger = Ledger()
    ledger.seed([fill(1, minutes=-24 * 60 - 1), fill(2, minutes=-24 * 60), fill(3)])
    ledger.cancelled(NOON - timedelta(hours=25))
    ledger.cancelled(NOON)

    assert ledger.day(NOON) == Day(filled=2, cancelled=1, volume=Decimal(200))


def test_a_day_counts_what_was_not_handed_over_until_it_is_over() -> None:
    """S0-098, S0-153: a bot that trades more in a day than a run is given."""
    ledger = Ledger()
    earlier = [
        Stretch(ended=NOON - timedelta(hours=hours), fills=7_000, volume=Decimal(50))
        for hours in (23, 3)
    ]
    ledger.seed([fill(1)], earlier=earlier)

    assert ledger.day(NOON) == Day(filled=14_001, cancelled=0, volume=Decimal(200))
    later = NOON + timedelta(hours=2)
    assert ledger.day(later) == Day(filled=7_001, cancelled=0, volume=Decimal(150))
