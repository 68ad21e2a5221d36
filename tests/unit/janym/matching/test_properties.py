"""What holds for every sequence of orders and cancels, and a plain model that agrees on trades."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.engine import Engine, Ids
from janym.matching.fees import FeeSchedule
from janym.matching.instrument import Instrument
from janym.matching.order import (
    OPPOSITE,
    Order,
    OrderKind,
    OrderRequest,
    Refused,
    TimeInForce,
    Traded,
)

D = Decimal
ASSETS = ("ETH", "USDT", "BNB")
START = D("40.12345678")
INSTRUMENT = Instrument(
    symbol="ETHUSDT",
    base="ETH",
    quote="USDT",
    tick=D("0.5"),
    step=D("0.1"),
    min_price=D("0.5"),
    max_price=D(100),
    min_quantity=D("0.1"),
    max_quantity=D(100),
    min_notional=D(0),
    max_notional=D(10_000),
)
FEES = {
    "ana": FeeSchedule(maker=D("0.001"), taker=D("0.0017")),
    "ben": FeeSchedule(maker=D("0.001"), taker=D("0.001"), token="BNB", token_discount=D("0.25")),
    "cat": FeeSchedule(maker=D(0), taker=D("0.0003"), token="ETH", token_discount=D("0.5")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """Cancel one of the open orders, if there is any."""

    which: int


def requests() -> st.SearchStrategy[OrderRequest]:
    return st.builds(
        OrderRequest,
        account=st.sampled_from(sorted(FEES)),
        client_id=st.sampled_from([f"c{n}" for n in range(30)]),
        symbol=st.just("ETHUSDT"),
        side=st.sampled_from(list(Side)),
        kind=st.sampled_from([OrderKind.LIMIT, OrderKind.LIMIT, *OrderKind]),
        time_in_force=st.sampled_from([TimeInForce.GTC, TimeInForce.GTC, *TimeInForce]),
        price=st.integers(18, 22).map(lambda half: D(half) / 2),
        quantity=st.one_of(st.just(D(0)), st.integers(1, 30).map(lambda tenth: D(tenth) / 10)),
        quote_quantity=st.sampled_from([D(0), D("7.77"), D(20)]),
    )


ACTIONS = st.lists(st.one_of(requests(), st.builds(Cancel, which=st.integers(0, 9))), max_size=40)


def new_engine() -> Engine:
    ids = Ids(order=count(1).__next__, trade=count(1).__next__)
    engine = Engine([INSTRUMENT], ids=ids, versions={})
    for account, fees in FEES.items():
        engine.open_account(
            account, fees=fees, holdings={asset: Holding(free=START) for asset in ASSETS}
        )
    engine.set_token_price("BNB", "USDT", D(3))
    engine.set_token_price("ETH", "USDT", D(10))
    return engine


def act(engine: Engine, action: OrderRequest | Cancel, at_ms: int) -> list[Traded]:
    """Carry out one action; a refusal is an answer too."""
    resting = list(engine.books["ETHUSDT"])
    try:
        if isinstance(action, OrderRequest):
            events = engine.submit(action, at_ms=at_ms)
            return [event for event in events if isinstance(event, Traded)]
        if resting:
            chosen = resting[action.which % len(resting)]
            engine.cancel("ETHUSDT", chosen.id, at_ms=at_ms)
    except Refused:
        pass
    return []


@given(ACTIONS)
def test_nothing_is_created_or_destroyed_but_fees(actions: list[OrderRequest | Cancel]) -> None:
    engine = new_engine()
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for at_ms, action in enumerate(actions):
        for trade in act(engine, action, at_ms):
            paid[trade.fill.fee_asset] += trade.fill.fee

        for asset in ASSETS:
            assert engine.balances.total(asset) + paid[asset] == START * len(FEES)


@given(ACTIONS)
def test_what_is_locked_is_the_sum_of_open_orders(actions: list[OrderRequest | Cancel]) -> None:
    engine = new_engine()
    for at_ms, action in enumerate(actions):
        act(engine, action, at_ms)

        held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
        for order in engine.books["ETHUSDT"]:
            held[order.account, "USDT" if order.side is Side.BUY else "ETH"] += order.held
        for account in FEES:
            for asset in ASSETS:
                holding = engine.balances.get(account, asset)
                assert holding.locked == held[account, asset]
                assert holding.free >= 0


@given(ACTIONS)
def test_the_book_is_never_crossed(actions: list[OrderRequest | Cancel]) -> None:
    engine = new_engine()
    book = engine.books["ETHUSDT"]
    for at_ms, action in enumerate(actions):
        act(engine, action, at_ms)

        bid, ask = book.best(Side.BUY), book.best(Side.SELL)
        assert bid is None or ask is None or bid < ask


@given(ACTIONS)
def test_levels_are_the_sum_of_their_orders(actions: list[OrderRequest | Cancel]) -> None:
    engine = new_engine()
    book = engine.books["ETHUSDT"]
    told: dict[tuple[Side, Decimal], Decimal] = {}
    for at_ms, action in enumerate(actions):
        version = book.version
        act(engine, action, at_ms)

        changes = book.take_changes()
        assert (book.version > version) == bool(changes)
        told |= {(side, price): size for side, price, size in changes}
        summed: dict[tuple[Side, Decimal], Decimal] = defaultdict(Decimal)
        for order in book:
            summed[order.side, order.price] += order.remaining
        for side in Side:
            levels = book.levels(side, 100)
            prices = [price for price, _ in levels]
            assert prices == sorted(prices, reverse=side is Side.BUY)
            assert {(side, price): size for price, size in levels} == {
                key: size for key, size in summed.items() if key[0] is side
            }
        assert {key: size for key, size in told.items() if size} == dict(summed)


@given(ACTIONS)
def test_makers_are_met_by_price_then_by_age(actions: list[OrderRequest | Cancel]) -> None:
    """The makers of each action are a prefix of the queue, all but the last emptied."""
    engine = new_engine()
    for at_ms, action in enumerate(actions):
        resting = list(engine.books["ETHUSDT"])
        trades = [trade for trade in act(engine, action, at_ms) if trade.fill.maker]
        if not trades:
            continue
        assert isinstance(action, OrderRequest)
        side = OPPOSITE[action.side]
        queue = sorted((one for one in resting if one.side is side), key=_rank)

        assert [trade.order.id for trade in trades] == [one.id for one in queue[: len(trades)]]
        assert [trade.fill.price for trade in trades] == [one.price for one in queue[: len(trades)]]
        for trade, before in list(zip(trades, queue, strict=False))[:-1]:
            assert trade.fill.quantity == before.remaining


def _rank(order: Order) -> tuple[Decimal, int]:
    return (-order.price if order.side is Side.BUY else order.price, order.id)


@given(ACTIONS)
def test_the_same_actions_give_the_same_events(actions: list[OrderRequest | Cancel]) -> None:
    first, second = new_engine(), new_engine()

    for at_ms, action in enumerate(actions):
        assert act(first, action, at_ms) == act(second, action, at_ms)
