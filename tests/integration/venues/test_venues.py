"""Signed and public calls of every venue: what they read is what the paper exchange wrote down."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import (
    OutcomeUnknown,
    Unavailable,
    VenueFault,
    VenueMaintenance,
    VenueRefused,
)
from janym.domain.trading import OrderStatus, OrderType, Side
from janym.live.http import Http
from janym.live.venue import LiveVenue
from tests.integration.paper_exchange.conftest import Keys, PaperExchange
from tests.integration.venues.conftest import Skewed, Wire

PAIR = "ETH-USDT"
HOUR = timedelta(hours=1)


def test_instruments_have_their_steps(venue: LiveVenue, wire: Wire) -> None:
    """S0-173."""
    found = {each.pair: each for each in venue.instruments()}

    eth = found[PAIR]
    assert {"ETH-USDT", "BTC-USDT", "BNB-USDT"} <= found.keys()
    assert (eth.exchange, eth.base, eth.quote) == (wire.calls.NAME, "ETH", "USDT")
    assert eth.tick_size > 0
    assert eth.step_size > 0
    assert eth.min_notional > 0


def test_instruments_are_asked_once_in_ten_minutes(
    venue: LiveVenue, exchange: PaperExchange, clock: Skewed
) -> None:
    venue.instruments()
    exchange.fault(kind="maintenance")
    venue.instruments()

    clock.ahead = timedelta(minutes=11)
    with pytest.raises(OutcomeUnknown):
        venue.instruments()


def test_the_price_is_the_last_one(venue: LiveVenue, exchange: PaperExchange) -> None:
    told = exchange.get("/api/v3/ticker/price", symbol="ETHUSDT")

    assert venue.price(PAIR) == Decimal(told["price"])


def test_what_an_account_holds_and_what_it_is_worth(
    exchange: PaperExchange, venue: LiveVenue
) -> None:
    """S0-151: what is locked in orders is part of it, what there is nothing of is not."""
    keys = exchange.account(balances={"USDT": "1000", "ETH": "2.5"})
    key = ExchangeKey(api_key=keys.api_key, api_secret=keys.secret)
    exchange.order(keys, newClientOrderId="jntag00101x", price="1500.50", quantity="0.1")

    held = {each.asset: (each.free, each.locked) for each in venue.balances(key)}
    prices = venue.prices([PAIR, "ETH-NONE"])

    assert held == {
        "USDT": (Decimal("849.95"), Decimal("150.05")),
        "ETH": (Decimal("2.5"), Decimal(0)),
    }
    assert prices == {PAIR: venue.price(PAIR)}


@pytest.mark.parametrize("withdrawals", [True, False])
def test_a_key_says_what_it_may_do(
    exchange: PaperExchange, venue: LiveVenue, *, withdrawals: bool
) -> None:
    """S0-030."""
    keys = exchange.account(withdrawals=withdrawals)
    key = ExchangeKey(api_key=keys.api_key, api_secret=keys.secret)

    assert venue.permissions(key) == Permissions(trade=True, withdraw=withdrawals)


def test_a_wrong_secret_is_refused_in_the_venues_words(
    venue: LiveVenue, wire: Wire, key: ExchangeKey
) -> None:
    with pytest.raises(VenueRefused) as refused:
        venue.permissions(replace(key, api_secret="x" * 64))

    told = (refused.value.venue, refused.value.venue_code)
    assert told == (wire.calls.NAME, wire.bad_signature)


def test_an_open_order_is_seen_and_cancelled_once(
    venue: LiveVenue, exchange: PaperExchange, keys: Keys, key: ExchangeKey
) -> None:
    exchange.order(keys, newClientOrderId="jntag00101x", price="1500.50", quantity="0.1")

    [order] = venue.open_orders(key, PAIR)
    assert (order.client_order_id, order.status) == ("jntag00101x", OrderStatus.OPEN)
    assert (order.price, order.quantity) == (Decimal("1500.50"), Decimal("0.1"))
    assert (order.type, order.side, order.trading_pair) == (OrderType.LIMIT, Side.BUY, PAIR)

    venue.cancel(key, PAIR, "jntag00101x")
    venue.cancel(key, PAIR, "jntag00101x")
    assert venue.open_orders(key, PAIR) == []
    assert exchange.ledger(keys)["open_orders"] == []


def test_orders_and_trades_are_read_whole_page_by_page(
    venue: LiveVenue,
    exchange: PaperExchange,
    keys: Keys,
    key: ExchangeKey,
    *,
    clock: Skewed,
    wire: Wire,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for size in wire.sizes:
        monkeypatch.setattr(wire.pages, size, 2)
    for number in range(5):
        exchange.order(keys, newClientOrderId=f"rest{number}")
    for number in range(5):
        exchange.order(
            keys, type="MARKET", newClientOrderId=f"take{number}", quantity="0.05",
            price=None, timeInForce=None,
        )  # fmt: skip
    since = clock.now() - timedelta(days=3)

    orders = venue.orders(key, PAIR, since=since)
    trades = venue.trades(key, PAIR, since=since)

    ledger = exchange.ledger(keys)
    assert [each.client_order_id for each in orders] == [
        *(f"rest{n}" for n in range(5)),
        *(f"take{n}" for n in range(5)),
    ]
    assert [each.status for each in orders] == [OrderStatus.OPEN] * 5 + [OrderStatus.FILLED] * 5
    assert orders[-1].price is None
    told = [
        (fill["trade_id"], Decimal(fill["price"]), Decimal(fill["quantity"]), Decimal(fill["fee"]))
        for fill in ledger["fills"]
    ]
    assert [(each.trade_id, each.price, each.quantity, each.fee) for each in trades] == [
        (str(identity), *rest) for identity, *rest in told
    ]
    assert {each.exchange_order_id for each in trades} <= {
        each.exchange_order_id for each in orders
    }


def test_nothing_is_found_before_anything_was(
    venue: LiveVenue, key: ExchangeKey, clock: Skewed
) -> None:
    assert venue.trades(key, PAIR, since=clock.now() - HOUR) == []
    assert venue.orders(key, PAIR, since=clock.now() - HOUR) == []


@pytest.mark.parametrize("ahead", [timedelta(hours=-2), timedelta(hours=2)])
def test_a_clock_that_is_off_is_set_by_the_venues(
    venue: LiveVenue, key: ExchangeKey, clock: Skewed, ahead: timedelta
) -> None:
    clock.ahead = ahead

    assert venue.open_orders(key, PAIR) == []


def test_patience_asked_for_is_passed_on(
    venue: LiveVenue, wire: Wire, exchange: PaperExchange, key: ExchangeKey
) -> None:
    exchange.fault(kind="rate_limit", path=wire.open_orders, retry_after_s=17)

    with pytest.raises(Unavailable) as met:
        venue.open_orders(key, PAIR)

    assert (type(met.value), met.value.retry_after_s) == (Unavailable, 17)


def test_a_cancel_without_an_answer_is_unknown_and_sent_once(
    venue: LiveVenue, wire: Wire, exchange: PaperExchange, key: ExchangeKey
) -> None:
    """K-16."""
    struck = exchange.fault(kind="maintenance", **wire.cancel)

    with pytest.raises(OutcomeUnknown):
        venue.cancel(key, PAIR, "any")

    assert exchange.hits(struck) == 1


def test_nobody_listening_is_unknown(wire: Wire, key: ExchangeKey, clock: Skewed) -> None:
    with pytest.raises(OutcomeUnknown):
        LiveVenue(wire.calls, Http("http://127.0.0.1:1"), clock).open_orders(key, PAIR)


def test_an_order_cut_short_says_what_it_traded(
    venue: LiveVenue, exchange: PaperExchange, keys: Keys, key: ExchangeKey, clock: Skewed
) -> None:
    bid, ask = exchange.top()
    exchange.order(
        keys, newClientOrderId="cut", timeInForce="IOC", quantity="9", price=str(ask + (ask - bid))
    )

    [order] = venue.orders(key, PAIR, since=clock.now() - HOUR)

    assert (order.client_order_id, order.status) == ("cut", OrderStatus.CANCELLED)
    assert 0 < order.filled_quantity < order.quantity


def test_only_what_was_since_then_is_read(
    venue: LiveVenue, exchange: PaperExchange, keys: Keys, key: ExchangeKey, clock: Skewed
) -> None:
    exchange.order(keys, type="MARKET", quantity="0.05", price=None, timeInForce=None)

    assert len(venue.trades(key, PAIR, since=clock.now() - HOUR)) >= 1
    assert venue.trades(key, PAIR, since=clock.now() + HOUR) == []
    assert venue.orders(key, PAIR, since=clock.now() + HOUR) == []


def test_why_a_key_is_not_taken_is_told_in_one_vocabulary(
    exchange: PaperExchange, venue: LiveVenue
) -> None:
    """S0-030: a wrong secret, a key that is refused, an exchange that is closed."""
    keys = exchange.account(balances={"USDT": "1000"})
    key = ExchangeKey(api_key=keys.api_key, api_secret=keys.secret)

    with pytest.raises(VenueRefused) as wrong:
        venue.permissions(replace(key, api_secret="another"))
    exchange.fault(kind="reject_key")
    with pytest.raises(VenueRefused) as refused:
        venue.permissions(key)
    exchange.fault(kind="maintenance")
    with pytest.raises(VenueMaintenance):
        venue.permissions(key)

    assert wrong.value.fault is VenueFault.BAD_KEY
    assert refused.value.fault in {VenueFault.BAD_KEY, VenueFault.KEY_OR_ADDRESS}
