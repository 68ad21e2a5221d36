"""How many rows of books a second the collector's own code records, cuts and stores."""

import time

from benchmarks.table import Figure
from janym.domain.market import BookUpdate, Market, Pair, Scale, VenueId
from janym.ports.market_history import Place
from janym.ticks import connection, market_schema
from janym.ticks.market_store import ClickHouseMarketStore
from janym.ticks.recording import Recorder
from tests.fixtures import services

ROUNDS = 5
UPDATES, LEVELS = 10_000, 20
PLACE = Place(VenueId("binance"), Market.SPOT, Pair("BTC/USDT"))
SCALE = Scale(price_places=2, size_places=8)
FLOOR = 50_000
"""What a busy machine still reaches; the wish is 1,000,000 a second on a server of its own."""


def measure() -> list[Figure]:
    """Measure recording and storing, and count what arrived."""
    recorded: list[float] = []
    stored: list[float] = []
    with services.room() as folder, services.running_clickhouse(folder) as server:
        client = connection.connect(
            server.url, user=server.user, password=server.password, database="janym"
        )
        market_schema.migrate(client, keep_days=10_000)
        store = ClickHouseMarketStore(lambda: client)
        recorder = Recorder("bench")
        line = recorder.book(PLACE)
        for number in range(ROUNDS + 1):
            began = time.perf_counter()
            for index in range(UPDATES):
                line.updated(_update(number * UPDATES + index))
            batches = recorder.cut()
            cut = time.perf_counter()
            for batch in batches:
                store.store(batch)
            if number:
                recorded.append(UPDATES * LEVELS / (cut - began))
                stored.append(UPDATES * LEVELS / (time.perf_counter() - cut))
        found = client.query("SELECT count() FROM orderbook_deltas").result_rows[0][0]
    assert found == UPDATES * LEVELS * (ROUNDS + 1), found
    return [
        Figure.of("book rows recorded and cut into batches", "rows/s", recorded, floor=FLOOR),
        Figure.of("book rows stored in ClickHouse", "rows/s", stored, floor=FLOOR),
    ]


def _update(number: int) -> BookUpdate:
    half = LEVELS // 2
    return BookUpdate(
        PLACE.pair,
        False,
        number,
        [(10_000 - level, number + level) for level in range(half)],
        [(10_001 + level, number + level) for level in range(half)],
        SCALE,
        0,
        time.time_ns(),
    )
