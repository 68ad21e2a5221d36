"""What the matching engine does with each kind of order, told by example."""

from collections.abc import Callable
from decimal import Decimal
from itertools import count

import pytest

from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.engine import Engine, Ids
from janym.matching.fees import FeeSchedule
from janym.matching.instrument import Instrument
from janym.matching.order import (
    Accepted,
    Canceled,
    Event,
    Expired,
    Order,
    OrderKind,
    OrderRequest,
    OrderStatus,
    Refusal,
    Refused,
    TimeInForce,
    Traded,
)

D = Decimal
ETH = Instrument(
    symbol="ETHUSDT",
    base="ETH",
    quote="USDT",
    tick=D("0.01"),
    step=D("0.0001"),
    min_price=D("0.01"),
    max_price=D(100_000),
    min_quantity=D("0.0001"),
    max_quantity=D(1_000),
    min_notional=D(5),
    max_notional=D(1_000_000),
)
PLAIN = FeeSchedule(maker=D("0.001"), taker=D("0.002"))
WITH_TOKEN = FeeSchedule(maker=D("0.001"), taker=D("0.002"), token="BNB", token_discount=D("0.25"))
Place = Callable[..., list[Event]]


@pytest.fixture
def engine() -> Engine:
    engine = Engine([ETH], ids=Ids(order=count(1).__next__, trade=count(1).__next__), versions={})
    for name, fees in (("ana", PLAIN), ("ben", PLAIN), ("cat", WITH_TOKEN)):
        funds = {"ETH": D(100), "USDT": D(100_000), "BNB": D(1)}
        engine.open_account(
            name, fees=fees, holdings={asset: Holding(free=free) for asset, free in funds.items()}
        )
    engine.set_token_price("BNB", "USDT", D(600))
    return engine


@pytest.fixture
def place(engine: Engine) -> Place:
    numbers = count(1)

    def place(account: str, side: Side, price: str, quantity: str, **rest: object) -> list[Event]:
        named: dict[str, object] = {"client_id": f"c{next(numbers)}"}
        request = OrderRequest(
            account=account,
            symbol="ETHUSDT",
            side=side,
            price=D(price),
            quantity=D(quantity),
            **(named | rest),  # pyright: ignore[reportArgumentType] - tests name fields of their own
        )
        return engine.submit(request, at_ms=1_000)

    return place


def kinds(events: list[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def trades(events: list[Event]) -> list[tuple[str, Decimal, Decimal]]:
    """Return (maker, price, quantity) of each trade."""
    return [
        (event.fill.account, event.fill.price, event.fill.quantity)
        for event in events
        if isinstance(event, Traded) and event.fill.maker
    ]


def last_own(events: list[Event]) -> Order:
    mine = events[0].order.id
    return [event.order for event in events if event.order.id == mine][-1]


def test_a_limit_order_rests_and_locks_what_it_may_spend(engine: Engine, place: Place) -> None:
    events = place("ana", Side.BUY, "2000", "1.5")

    assert kinds(events) == [Accepted]
    assert engine.balances.get("ana", "USDT") == Holding(free=D(97_000), locked=D(3_000))
    assert engine.books["ETHUSDT"].levels(Side.BUY, 5) == [(D(2000), D("1.5"))]


def test_a_trade_happens_at_the_resting_price_and_the_saving_is_free(
    engine: Engine, place: Place
) -> None:
    place("ben", Side.SELL, "1990", "1")
    events = place("ana", Side.BUY, "2000", "2")

    assert trades(events) == [("ben", D(1990), D(1))]
    assert engine.balances.get("ana", "USDT") == Holding(free=D(96_010), locked=D(2_000))
    assert engine.balances.get("ana", "ETH").free == D("100.998"), "the taker's fee is 0.2 % of 1"
    assert engine.balances.get("ben", "USDT").free == D("101988.01"), "the maker's is 0.1 % of 1990"


def test_the_better_price_goes_first_then_the_longer_rest(place: Place) -> None:
    place("ana", Side.SELL, "2001", "1")
    place("ben", Side.SELL, "2000", "1")
    place("cat", Side.SELL, "2000", "1")

    events = place("ana", Side.BUY, "2001", "2.5")

    assert trades(events) == [
        ("ben", D(2000), D(1)),
        ("cat", D(2000), D(1)),
        ("ana", D(2001), D("0.5")),
    ]


def test_an_order_partly_filled_keeps_its_place(place: Place) -> None:
    place("ana", Side.SELL, "2000", "1")
    place("ben", Side.SELL, "2000", "1")
    place("cat", Side.BUY, "2000", "0.4")

    events = place("cat", Side.BUY, "2000", "0.7")

    assert trades(events) == [("ana", D(2000), D("0.6")), ("ben", D(2000), D("0.1"))]


def test_immediate_or_cancel_expires_what_is_left(engine: Engine, place: Place) -> None:
    place("ben", Side.SELL, "2000", "1")

    events = place("ana", Side.BUY, "2000", "3", time_in_force=TimeInForce.IOC)

    assert kinds(events) == [Accepted, Traded, Traded, Expired]
    assert last_own(events).filled == D(1)
    assert engine.balances.get("ana", "USDT").locked == 0


def test_fill_or_kill_takes_nothing_when_it_cannot_take_all(engine: Engine, place: Place) -> None:
    place("ben", Side.SELL, "2000", "1")

    events = place("ana", Side.BUY, "2000", "3", time_in_force=TimeInForce.FOK)

    assert kinds(events) == [Accepted, Expired]
    assert engine.balances.get("ana", "USDT") == Holding(free=D(100_000), locked=D(0))


def test_fill_or_kill_takes_all_when_it_can(place: Place) -> None:
    place("ben", Side.SELL, "2000", "1")
    place("cat", Side.SELL, "2001", "2")

    events = place("ana", Side.BUY, "2001", "3", time_in_force=TimeInForce.FOK)

    assert last_own(events).status is OrderStatus.FILLED


def test_a_market_order_by_quantity_takes_what_there_is(place: Place) -> None:
    place("ben", Side.SELL, "2000", "1")

    events = place("ana", Side.BUY, "0", "2", kind=OrderKind.MARKET)

    assert last_own(events).status is OrderStatus.EXPIRED
    assert last_own(events).filled_quote == D(2000)


def test_a_market_order_by_quote_spends_no_more_than_it_says(engine: Engine, place: Place) -> None:
    place("ben", Side.SELL, "2000", "1")
    place("ben", Side.SELL, "2100", "1")

    events = place("ana", Side.BUY, "0", "0", kind=OrderKind.MARKET, quote_quantity=D(3_000))

    order = last_own(events)
    assert (order.status, order.quantity) == (OrderStatus.FILLED, D("1.4761"))
    assert order.filled_quote == D("2999.81")
    assert engine.balances.get("ana", "USDT").free == D("97000.19")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"symbol": "XRPUSDT"}, Refusal.UNKNOWN_SYMBOL),
        ({"price": D("2000.001")}, Refusal.PRICE_FILTER),
        ({"price": D(0)}, Refusal.PRICE_FILTER),
        ({"quantity": D("0.00001")}, Refusal.QUANTITY_FILTER),
        ({"quantity": D(-1)}, Refusal.QUANTITY_FILTER),
        ({"quantity": D(51)}, Refusal.INSUFFICIENT_BALANCE),
        ({"client_id": "taken"}, Refusal.DUPLICATE_CLIENT_ID),
        ({"kind": OrderKind.LIMIT_MAKER, "price": D(2100)}, Refusal.WOULD_TAKE),
        (
            {"kind": OrderKind.MARKET, "quantity": D(0), "quote_quantity": D("0.01")},
            Refusal.NO_LIQUIDITY,
        ),
        (
            {"kind": OrderKind.MARKET, "quantity": D(1), "quote_quantity": D(10)},
            Refusal.BAD_ORDER,
        ),
    ],
)
def test_a_refusal_changes_nothing(
    engine: Engine, place: Place, changes: dict[str, object], reason: Refusal
) -> None:
    place("ben", Side.SELL, "2100", "1")
    place("ana", Side.BUY, "1000", "0.01", client_id="taken")
    before = (engine.balances.of("ana"), engine.books["ETHUSDT"].version)
    fields: dict[str, object] = {
        "account": "ana",
        "client_id": "new",
        "symbol": "ETHUSDT",
        "side": Side.BUY,
        "price": D(2000),
        "quantity": D(1),
    }

    with pytest.raises(Refused) as refused:
        engine.submit(OrderRequest(**(fields | changes)), at_ms=1)  # pyright: ignore[reportArgumentType] - the table's fields

    assert refused.value.reason is reason
    assert (engine.balances.of("ana"), engine.books["ETHUSDT"].version) == before


def test_a_client_order_id_is_free_again_once_its_order_has_ended(
    engine: Engine, place: Place
) -> None:
    first = place("ana", Side.BUY, "1000", "0.01", client_id="again")[0].order
    engine.cancel("ETHUSDT", first.id, at_ms=2)

    second = place("ana", Side.BUY, "1000", "0.01", client_id="again")[0].order

    assert engine.open_id("ana", "ETHUSDT", "again") == second.id


def test_a_cancel_frees_what_is_left(engine: Engine, place: Place) -> None:
    order = place("ana", Side.SELL, "2000", "2")[0].order
    place("ben", Side.BUY, "2000", "0.5")

    event = engine.cancel("ETHUSDT", order.id, at_ms=9)

    assert isinstance(event, Canceled)
    assert (event.order.filled, event.order.updated_ms) == (D("0.5"), 9)
    assert engine.balances.get("ana", "ETH") == Holding(free=D("99.5"), locked=D(0))


def test_a_cancel_of_an_order_that_is_not_open_is_refused(engine: Engine) -> None:
    with pytest.raises(Refused) as refused:
        engine.cancel("ETHUSDT", 77, at_ms=1)

    assert refused.value.reason is Refusal.UNKNOWN_ORDER


def test_a_token_pays_the_fee_at_a_discount(engine: Engine, place: Place) -> None:
    """K-30: fees in a third token."""
    place("cat", Side.BUY, "2000", "1")
    events = place("ben", Side.SELL, "2000", "1")

    fill = next(event.fill for event in events if isinstance(event, Traded) and event.fill.maker)
    assert (fill.fee_asset, fill.fee, fill.fee_price) == ("BNB", D("0.0025"), D(600))
    assert engine.balances.get("cat", "ETH").free == D(101), "what is received stays whole"
    assert engine.balances.get("cat", "BNB").free == D("0.9975")


def test_an_order_without_token_fees_pays_with_what_it_receives(
    engine: Engine, place: Place
) -> None:
    place("cat", Side.BUY, "2000", "1", token_fees=False)
    events = place("ben", Side.SELL, "2000", "1")

    fill = next(event.fill for event in events if isinstance(event, Traded) and event.fill.maker)
    assert (fill.fee_asset, fill.fee) == ("ETH", D("0.001"))
    assert engine.balances.get("cat", "BNB").free == D(1)


def test_the_received_asset_pays_when_the_token_does_not_suffice(
    engine: Engine, place: Place
) -> None:
    engine.balances.open("cat", {"ETH": Holding(free=D(100)), "BNB": Holding(free=D("0.001"))})
    place("cat", Side.SELL, "2000", "1")
    events = place("ben", Side.BUY, "2000", "1")

    fill = next(event.fill for event in events if isinstance(event, Traded) and event.fill.maker)
    assert (fill.fee_asset, fill.fee, fill.fee_price) == ("USDT", D(2), D(1))


def test_an_account_may_trade_with_itself(engine: Engine, place: Place) -> None:
    place("ana", Side.SELL, "2000", "1")
    events = place("ana", Side.BUY, "2000", "1")

    assert len(trades(events)) == 1
    assert engine.balances.get("ana", "ETH") == Holding(free=D("99.998"), locked=D(0))
    assert engine.balances.get("ana", "USDT") == Holding(free=D(99_998), locked=D(0))


def test_a_restored_order_trades_as_if_it_had_never_left(engine: Engine, place: Place) -> None:
    order = place("ana", Side.SELL, "2000", "2")[0].order
    after = Engine([ETH], ids=Ids(order=count(9).__next__, trade=count(9).__next__), versions={})
    for name in ("ana", "ben"):
        after.open_account(name, fees=PLAIN, holdings=engine.balances.of(name))
    after.restore(order)

    events = after.submit(
        OrderRequest(
            account="ben",
            client_id="b",
            symbol="ETHUSDT",
            side=Side.BUY,
            price=D(2000),
            quantity=D(2),
        ),
        at_ms=5,
    )

    assert trades(events) == [("ana", D(2000), D(2))]
    assert after.balances.get("ana", "ETH").locked == 0
