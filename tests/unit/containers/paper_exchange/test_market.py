"""The seeded market: lively, repeatable, and counted in steps."""

from decimal import Decimal
from itertools import count

import pytest

from containers.paper_exchange.accounts import HOUSE, HOUSE_FEES
from containers.paper_exchange.instruments import ASSETS, LISTINGS
from containers.paper_exchange.market import Market, Pace
from janym.domain.trading import Side
from janym.matching.balances import Holding
from janym.matching.engine import Engine, Ids
from janym.matching.fees import FeeSchedule
from janym.matching.order import Event, Order, OrderRequest, Traded

D = Decimal
ETH, BNB = LISTINGS[0], LISTINGS[2]
PACE = Pace(rest_steps=5, reach=D("0.004"))
FREE = FeeSchedule(maker=D(0), taker=D(0))


def new_engine() -> Engine:
    ids = Ids(order=count(1).__next__, trade=count(1).__next__)
    engine = Engine((one.instrument for one in LISTINGS), ids=ids, versions={})
    for account in (*HOUSE, "ana"):
        fees = HOUSE_FEES if account in HOUSE else FREE
        stock = {asset: Holding(free=D(10**9)) for asset in ASSETS}
        engine.open_account(account, fees=fees, holdings=stock)
    return engine


def new_market(engine: Engine, *, seed: int = 1, state: tuple[int, str] = (0, "2000")) -> Market:
    step, mid = state
    market = Market(ETH, engine, seed=seed, pace=PACE, state=(step, D(mid)))
    market.open(0)
    return market


def rest(engine: Engine, side: Side, price: str, quantity: str = "0.1") -> Order:
    request = OrderRequest(
        account="ana",
        client_id=f"{side}{price}",
        symbol="ETHUSDT",
        side=side,
        price=D(price),
        quantity=D(quantity),
    )
    return engine.submit(request, at_ms=0)[-1].order


def fills_of(events: list[Event], order: Order) -> list[Traded]:
    return [one for one in events if isinstance(one, Traded) and one.order.id == order.id]


def test_the_house_quotes_deep_on_both_sides_and_never_crossed() -> None:
    engine = new_engine()
    market = new_market(engine)
    book = engine.books["ETHUSDT"]
    for at_ms in range(200):
        market.step(at_ms)

        bids, asks = book.levels(Side.BUY, 100), book.levels(Side.SELL, 100)
        assert min(len(bids), len(asks)) >= 20
        assert bids[0][0] < market.mid < asks[0][0]


def test_the_price_moves_and_stays_near_home() -> None:
    engine = new_engine()
    market = new_market(engine)
    mids = [market.mid for at_ms in range(500) if market.step(at_ms)]

    assert len(set(mids)) > 100
    assert all(abs(mid - 2000) < 60 for mid in mids)


def test_a_seed_decides_everything() -> None:
    def play(seed: int) -> list[Event]:
        engine = new_engine()
        market = new_market(engine, seed=seed)
        return [event for at_ms in range(30) for event in market.step(at_ms)]

    assert play(4) == play(4)
    assert play(4) != play(5)


def test_a_market_goes_on_where_it_stopped() -> None:
    engine = new_engine()
    market = new_market(engine)
    for at_ms in range(10):
        market.step(at_ms)
    resumed = new_market(new_engine(), state=(market.steps, str(market.mid)))
    market.step(11)
    resumed.step(11)

    assert (resumed.steps, resumed.mid) == (market.steps, market.mid)


@pytest.mark.parametrize(("side", "price"), [(Side.BUY, "1996"), (Side.SELL, "2004")])
def test_an_order_near_the_mid_is_met_in_part_and_then_in_full(side: Side, price: str) -> None:
    engine = new_engine()
    market = new_market(engine)
    order = rest(engine, side, price)

    before = [event for at_ms in range(4) for event in market.step(at_ms)]
    first = fills_of(market.step(4), order)
    between = [event for at_ms in range(5, 9) for event in market.step(at_ms)]
    second = fills_of(market.step(9), order)

    assert fills_of(before, order) == fills_of(between, order) == []
    assert len(first) == len(second) == 1
    assert 0 < first[0].fill.quantity < D("0.1")
    assert first[0].fill.maker
    assert not second[0].order.is_open


def test_a_taker_sweeps_what_is_ahead_first() -> None:
    engine = new_engine()
    market = new_market(engine)
    order = rest(engine, Side.BUY, "1998")
    for at_ms in range(4):
        market.step(at_ms)
    ahead = engine.books["ETHUSDT"].levels(Side.BUY, 1)[0][0]

    swept = [event for event in market.step(4) if isinstance(event, Traded) and event.fill.maker]

    prices = [event.fill.price for event in swept]
    assert ahead > order.price
    assert prices[-1] == order.price
    assert prices[-5:] == sorted(prices[-5:], reverse=True)


@pytest.mark.parametrize(("side", "price"), [(Side.BUY, "1980"), (Side.SELL, "2020")])
def test_an_order_out_of_reach_is_left_alone(side: Side, price: str) -> None:
    engine = new_engine()
    market = new_market(engine)
    order = rest(engine, side, price)

    events = [event for at_ms in range(20) for event in market.step(at_ms)]

    assert fills_of(events, order) == []
    assert order.id in engine.books["ETHUSDT"]


def test_an_order_of_one_step_is_met_at_once_in_full() -> None:
    engine = new_engine()
    market = new_market(engine)
    order = rest(engine, Side.BUY, "1996", "0.0001")

    events = [event for at_ms in range(5) for event in market.step(at_ms)]

    assert [fill.order.is_open for fill in fills_of(events, order)] == [False]


def test_a_quiet_market_has_quotes_and_no_flow() -> None:
    engine = new_engine()
    market = Market(BNB, engine, seed=1, pace=PACE, state=(0, D(600)))
    market.open(0)
    before = engine.books["BNBUSDT"].levels(Side.BUY, 100)

    events = [event for at_ms in range(50) for event in market.step(at_ms)]

    assert events == []
    assert engine.books["BNBUSDT"].levels(Side.BUY, 100) == before


def test_house_quotes_that_were_taken_come_back() -> None:
    engine = new_engine()
    market = new_market(engine)
    request = OrderRequest(
        account="ana",
        client_id="all",
        symbol="ETHUSDT",
        side=Side.BUY,
        price=D(2004),
        quantity=D(500),
    )
    engine.submit(request, at_ms=0)
    engine.cancel("ETHUSDT", engine.open_id("ana", "ETHUSDT", "all") or 0, at_ms=0)

    market.step(1)

    asks = engine.books["ETHUSDT"].levels(Side.SELL, 100)
    assert len(asks) >= 20
    assert asks[0][0] < D(2004)
