"""Books, trades and gaps in a real ClickHouse: exact, once, and in the tables' own words."""

from collections.abc import Generator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from janym.domain.errors import StoreAway
from janym.domain.market import (
    Bbo,
    BookUpdate,
    Gap,
    GapReason,
    Market,
    Pair,
    Scale,
    Trade,
    VenueId,
)
from janym.domain.trading import Side
from janym.ports.market_history import Place, Unwritable, Whole
from janym.ticks import connection, market_schema
from janym.ticks.market_store import ClickHouseMarketStore
from janym.ticks.recording import Recorder
from tests.fixtures.services import RunningClickHouse

PAIR = Pair("BTC/USDT")
PLACE = Place(VenueId("binance"), Market.SPOT, PAIR)
CENTS = Scale(price_places=2, size_places=8)
T0 = 1_795_231_818_473_697_844


@pytest.fixture
def client(clickhouse: RunningClickHouse) -> Generator[Any]:
    client = connection.connect(
        clickhouse.url, user=clickhouse.user, password=clickhouse.password, database="janym"
    )
    market_schema.migrate(client, keep_days=10_000)
    yield client
    for table in market_schema.AGES:
        client.command(f"TRUNCATE TABLE {table}")


@pytest.fixture
def store(client: Any) -> ClickHouseMarketStore:
    return ClickHouseMarketStore(lambda: client)


def update(
    sequence: int, bids: list[tuple[int, int]], asks: list[tuple[int, int]], **fields: Any
) -> BookUpdate:
    given: dict[str, Any] = {
        "pair": PAIR,
        "snapshot": False,
        "sequence": sequence,
        "bids": bids,
        "asks": asks,
        "scale": CENTS,
        "happened_ns": T0 - 5,
        "received_ns": T0 + sequence,
    }
    return BookUpdate(**{**given, **fields})


def whole(sequence: int, **fields: Any) -> Whole:
    given: dict[str, Any] = {
        "bids": [(10_000, 1), (9_999, 2)],
        "asks": [(10_001, 10**20)],
        "bid_edge": None,
        "ask_edge": None,
        "keep": None,
        "scale": CENTS,
        "sequence": sequence,
        "happened_ns": T0,
        "received_ns": T0 + sequence,
    }
    return Whole(**{**given, **fields})


def rows(client: Any, query: str) -> list[tuple[Any, ...]]:
    return list(client.query(query).result_rows)


def test_each_level_is_a_row_with_its_exact_numbers(
    client: Any, store: ClickHouseMarketStore
) -> None:
    """S4-051, S4-053, K-12: no price or amount is ever a float or rounded."""
    recorder = Recorder("me")
    line = recorder.book(PLACE)
    line.began(whole(5))
    line.updated(update(6, [(10_000, 0)], [(10_002, 7), (10_003, 3 * 10**19)]))
    fine = Scale(price_places=18, size_places=0)
    line.updated(update(7, [(1, 12_345_678_901_234_567_890)], [], scale=fine))
    for batch in recorder.cut():
        store.store(batch)

    assert rows(
        client,
        "SELECT number, sequence_num, side, price, amount, action FROM orderbook_deltas"
        " WHERE pair = 'BTC/USDT' ORDER BY number, price",
    ) == [
        (1, 6, "bid", Decimal(100), Decimal(0), "delete"),
        (1, 6, "ask", Decimal("100.02"), Decimal("0.00000007"), "update"),
        (1, 6, "ask", Decimal("100.03"), Decimal(300_000_000_000), "update"),
        (2, 7, "bid", Decimal("1E-18"), Decimal(12_345_678_901_234_567_890), "update"),
    ]


def test_a_snapshot_is_the_whole_book(client: Any, store: ClickHouseMarketStore) -> None:
    """S4-052, S4-054."""
    recorder = Recorder("me")
    line = recorder.book(PLACE)
    line.began(whole(5, bid_edge=9_999, keep=50))
    line.updated(update(6, [(10_000, 0)], []))
    line.whole(whole(6, bids=[(9_999, 2)]))
    for batch in recorder.cut():
        store.store(batch)

    found = rows(
        client,
        "SELECT epoch, number, sequence_num, bids, asks, bid_edge, ask_edge, kept"
        " FROM orderbook_snapshots ORDER BY number",
    )
    ask = (Decimal("100.01"), Decimal(10**12))
    second = (Decimal("99.99"), Decimal("0.00000002"))
    assert found == [
        (T0 + 5, 0, 5, [(Decimal(100), Decimal("1E-8")), second], [ask], second[0], None, 50),
        (T0 + 5, 1, 6, [second], [ask], None, None, 0),
    ]


def test_best_prices_are_kept_exactly(client: Any, store: ClickHouseMarketStore) -> None:
    """S4-028: a side without orders has no price."""
    recorder = Recorder("me")
    one, none = Decimal("61800.000000000000000001"), Decimal(0)
    recorder.quote(PLACE, Bbo(PAIR, one, Decimal("0.5"), one + 1, Decimal(7), 9, T0, T0 + 1))
    recorder.quote(PLACE, Bbo(PAIR, None, none, one, Decimal(1), 0, 0, T0 + 2))
    for batch in recorder.cut():
        store.store(batch)

    found = rows(
        client,
        "SELECT toUnixTimestamp64Nano(timestamp), toUnixTimestamp64Nano(received), sequence_num,"
        " bid, bid_amount, ask, ask_amount FROM bbo ORDER BY received",
    )
    assert found == [
        (T0, T0 + 1, 9, one, Decimal("0.5"), one + 1, Decimal(7)),
        (T0 + 2, T0 + 2, 0, None, none, one, Decimal(1)),
    ]


def test_moments_are_kept_to_the_nanosecond(client: Any, store: ClickHouseMarketStore) -> None:
    """K-13."""
    recorder = Recorder("me")
    line = recorder.book(PLACE)
    line.updated(update(6, [(1, 1)], []))
    line.updated(update(7, [(1, 2)], [], happened_ns=0))
    for batch in recorder.cut():
        store.store(batch)

    assert rows(
        client,
        "SELECT toUnixTimestamp64Nano(timestamp), toUnixTimestamp64Nano(received)"
        " FROM orderbook_deltas ORDER BY received",
    ) == [(T0 - 5, T0 + 6), (T0 + 7, T0 + 7)]


def test_a_batch_sent_again_counts_once(client: Any, store: ClickHouseMarketStore) -> None:
    """S4-055: who was not answered sends again, with the same token."""
    recorder = Recorder("me")
    line = recorder.book(PLACE)
    line.began(whole(5))
    line.updated(update(6, [(10_000, 0)], []))
    batches = recorder.cut()
    line.updated(update(7, [(10_000, 0)], []))
    for batch in [*batches, *recorder.cut(), *batches, *batches]:
        store.store(batch)

    assert rows(client, "SELECT count() FROM orderbook_deltas") == [(2,)]
    assert rows(client, "SELECT count() FROM orderbook_snapshots") == [(1,)]


def test_the_same_rows_from_another_collector_are_rows_of_their_own(
    client: Any, store: ClickHouseMarketStore
) -> None:
    for source in ("ana", "eve"):
        recorder = Recorder(source)
        recorder.book(PLACE).updated(update(6, [(10_000, 0)], []))
        for batch in recorder.cut():
            store.store(batch)

    assert rows(client, "SELECT source FROM orderbook_deltas ORDER BY source") == [
        ("ana",),
        ("eve",),
    ]


def test_a_trade_heard_twice_is_one(client: Any, store: ClickHouseMarketStore) -> None:
    trade = Trade(PAIR, "t1", Decimal("1.23"), Decimal("1E-8"), Side.SELL, T0, T0 + 9)
    for source in ("ana", "eve"):
        recorder = Recorder(source)
        recorder.trade(PLACE, trade)
        for batch in recorder.cut():
            store.store(batch)

    assert rows(client, "SELECT trade_id, side, price, amount FROM trades FINAL") == [
        ("t1", "sell", Decimal("1.23"), Decimal("1E-8"))
    ]


def test_a_gap_is_open_until_it_ends(client: Any, store: ClickHouseMarketStore) -> None:
    gap = Gap(
        pair=PAIR,
        reason=GapReason.CROSSED,
        good_until_ns=T0,
        noticed_ns=T0 + 1,
        last_sequence=7,
        found_sequence=9,
        detail="it is so",
    )
    recorder = Recorder("me")
    query = (
        "SELECT reason, toUnixTimestamp64Nano(ended), last_sequence, found_sequence, detail,"
        " channel, lost_rows FROM book_gaps FINAL"
    )

    recorder.gap(PLACE, gap)
    for batch in recorder.cut():
        store.store(batch)
    opened = rows(client, query)
    recorder.gap(PLACE, replace(gap, ended_ns=T0 + 9), lost_rows=4)
    for batch in recorder.cut():
        store.store(batch)

    assert opened == [("crossed", None, 7, 9, "it is so", "book", 0)]
    assert rows(client, query) == [("crossed", T0 + 9, 7, 9, "it is so", "book", 4)]


def test_more_places_than_the_tables_keep_are_refused_not_rounded() -> None:
    recorder = Recorder("me")
    line = recorder.book(PLACE)

    with pytest.raises(Unwritable, match="19 decimal places"):
        line.updated(update(6, [(1, 1)], [], scale=Scale(price_places=19, size_places=0)))
    with pytest.raises(Unwritable, match="more than the 18"):
        recorder.trade(PLACE, Trade(PAIR, "t", Decimal("1E-19"), Decimal(1), Side.BUY, T0, T0))


def test_a_store_that_is_away_is_told_from_one_that_refuses() -> None:
    def nobody() -> Any:
        return connection.connect("http://127.0.0.1:9", user="a", password="b", database="janym")

    recorder = Recorder("me")
    recorder.book(PLACE).updated(update(6, [(1, 1)], []))

    with pytest.raises(StoreAway):
        ClickHouseMarketStore(nobody).store(recorder.cut()[0])


def test_a_batch_says_whose_rows_it_holds() -> None:
    """What is lost with it can be told place by place."""
    recorder = Recorder("me")
    other = PLACE._replace(pair=Pair("ETH/USDT"))
    recorder.book(PLACE).updated(update(6, [(1, 1)], [(2, 1)]))
    recorder.book(other).updated(update(9, [(1, 1)], []))
    recorder.book(PLACE).updated(update(12, [(1, 1)], []))

    assert recorder.first_ns == T0 + 6
    assert recorder.rows == 4
    (batch,) = recorder.cut()
    assert set(batch.spans) == {(PLACE, 3, T0 + 6, T0 + 12), (other, 1, T0 + 9, T0 + 9)}
    assert recorder.cut() == []
    assert recorder.first_ns is None
