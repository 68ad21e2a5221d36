"""From a venue's socket to the tables: everything sent is there, or inside a gap that says so."""

from decimal import Decimal

from janym.live import feeds
from tests.integration.collector.conftest import Scene

FEEDS = [(str(venue), str(market)) for venue, market in feeds.FEEDS]


def final_numbers(scene: Scene, symbol: str, market: str = "spot") -> list[int]:
    return [last for _, last, _ in scene.server.venues[f"binance/{market}"].flow.books[symbol].sent]


def written(scene: Scene, pair: str, market: str = "spot") -> set[int]:
    rows = scene.tables.rows(
        "SELECT DISTINCT sequence_num FROM orderbook_deltas"
        " WHERE market_type = {market:String} AND pair = {pair:String}",
        market=market,
        pair=pair,
    )
    return {number for (number,) in rows}


async def test_every_update_of_a_quiet_line_is_written(scene: Scene) -> None:
    """S4-050…S4-052: deltas, snapshots and trades, in both markets."""
    scene.monitor("BTC/USDT", "ETH/USDT")
    scene.monitor("BTC/USDT", market="futures")
    async with scene.collector():
        await scene.until(lambda: len(written(scene, "ETH/USDT")) >= 50, "fifty updates")
        await scene.until(
            lambda: len(written(scene, "BTC/USDT", "futures")) >= 20, "updates of futures"
        )
        await scene.until(
            lambda: scene.tables.one("SELECT count() FROM trades") >= 10, "ten trades"
        )
        await scene.until(
            lambda: scene.tables.one("SELECT count() FROM orderbook_snapshots WHERE number > 0"),
            "a snapshot in passing",
        )

    for market, symbol, pair in (
        ("spot", "BTCUSDT", "BTC/USDT"),
        ("spot", "ETHUSDT", "ETH/USDT"),
        ("futures", "BTCUSDT", "BTC/USDT"),
    ):
        found = written(scene, pair, market)
        sent = final_numbers(scene, symbol, market)
        assert {n for n in sent if min(found) <= n <= max(found)} == found, (market, pair)
    assert scene.tables.rows("SELECT DISTINCT reason FROM book_gaps") == [("disconnected",)]


async def test_the_written_book_is_the_venues(scene: Scene) -> None:
    """A snapshot and the deltas after it give the book that the venue has."""
    scene.monitor("BTC/USDT", depth="full")
    async with scene.collector(snapshot_every_s=3600.0):
        await scene.until(lambda: len(written(scene, "BTC/USDT")) >= 30, "thirty updates")
        await scene.control("pace", every_ms=0)
        book = scene.server.venues["binance/spot"].flow.books["BTCUSDT"]
        await scene.until(lambda: book.last in written(scene, "BTC/USDT"), "the last update")

    ((bids, asks, epoch),) = scene.tables.rows(
        "SELECT bids, asks, epoch FROM orderbook_snapshots WHERE number = 0"
    )
    sides = {"bid": dict(bids), "ask": dict(asks)}
    for side, price, amount in scene.tables.rows(
        "SELECT side, price, amount FROM orderbook_deltas WHERE epoch = {epoch:UInt64}"
        " ORDER BY number",
        epoch=epoch,
    ):
        sides[side][price] = amount
    tick, step = book.symbol.tick, book.symbol.step
    for side, levels in (("bid", book.bids), ("ask", book.asks)):
        rebuilt = {price: amount for price, amount in sides[side].items() if amount}
        assert rebuilt == {
            Decimal(price) * tick: Decimal(size) * step for price, size in levels.items()
        }


async def test_a_cut_line_is_a_gap_and_then_all_is_well(scene: Scene) -> None:
    """S4-013, S4-014: reconnected, subscribed again, and the hole is on record."""
    scene.monitor("BTC/USDT", "ETH/USDT")
    async with scene.collector():
        await scene.until(lambda: len(written(scene, "ETH/USDT")) >= 10, "ten updates")
        await scene.control("cut", share=1)
        await scene.until(
            lambda: (
                scene.tables.one(
                    "SELECT count() FROM book_gaps FINAL WHERE reason = 'disconnected'"
                    " AND channel = 'book' AND ended IS NOT NULL"
                )
                == 2
            ),
            "two gaps that ended",
        )
        before = len(written(scene, "ETH/USDT"))
        await scene.until(lambda: len(written(scene, "ETH/USDT")) > before + 10, "more updates")

    for symbol, pair in (("BTCUSDT", "BTC/USDT"), ("ETHUSDT", "ETH/USDT")):
        assert missing(scene, symbol, pair) == []


def missing(scene: Scene, symbol: str, pair: str, market: str = "spot") -> list[int]:
    """Give what was sent between the first and the last that arrived, and is nowhere."""
    found = written(scene, pair, market)
    gaps = scene.tables.rows(
        "SELECT toUnixTimestamp64Milli(began), toUnixTimestamp64Milli(ended)"
        " FROM book_gaps FINAL WHERE market_type = {market:String} AND pair = {pair:String}"
        " AND channel = 'book' AND ended IS NOT NULL",
        market=market,
        pair=pair,
    )
    first, last = min(found), max(found)
    return [
        number
        for _, number, at_ms in scene.server.venues[f"binance/{market}"].flow.books[symbol].sent
        if first < number < last
        and number not in found
        and not any(began - 1 <= at_ms <= ended + 1 for began, ended in gaps)
    ]


async def test_tasks_come_and_go(scene: Scene) -> None:
    """S4-044, S4-048: a disabled task frees its place on the connection."""
    scene.monitor("BTC/USDT")
    async with scene.collector():
        await scene.until(lambda: written(scene, "BTC/USDT"), "the first book")
        scene.monitor("ETH/USDT")
        await scene.until(lambda: written(scene, "ETH/USDT"), "the second book")
        with scene.database.admin() as admin:
            admin.execute("UPDATE monitoring SET enabled = false WHERE trade_pair = 'BTC/USDT'")
        venue = scene.server.venues["binance/spot"]
        await scene.until(
            lambda: (
                [client.topics for client in venue.clients]
                == [{"ethusdt@depth@100ms", "ethusdt@trade"}]
            ),
            "the first book's topics gone",
        )


async def test_every_feed_is_collected_with_its_best_prices(scene: Scene) -> None:
    """S4-003, S4-004, S4-028: all fourteen over real sockets, books, trades and best prices."""
    for venue, market in FEEDS:
        scene.monitor("BTC/USDT", venue=venue, market=market, depth="full", bbo=True)
    await scene.control("pace", every_ms=100)
    async with scene.collector():
        for table, least in (("orderbook_deltas", 20), ("trades", 1), ("bbo", 1)):
            await scene.until(
                lambda table=table, least=least: full(scene, table, least), f"all in {table}"
            )
        await scene.control("pace", every_ms=0)

    for venue, market in FEEDS:
        (quote,) = scene.tables.rows(
            "SELECT bid, ask, bid_amount > 0, ask_amount > 0 FROM bbo"
            " WHERE exchange_id = {venue:String} AND market_type = {market:String}"
            " ORDER BY received DESC LIMIT 1",
            venue=venue,
            market=market,
        )
        assert quote[0] < quote[1], (venue, market)
        assert quote[2:] == (1, 1), (venue, market)
    reasons = scene.tables.rows("SELECT DISTINCT reason FROM book_gaps")
    assert reasons == [("disconnected",)]


def full(scene: Scene, table: str, least: int) -> bool:
    found = scene.tables.rows(
        f"SELECT exchange_id, market_type FROM {table}"  # noqa: S608 - a table of ours
        " GROUP BY exchange_id, market_type HAVING count() >= {least:UInt64}",
        least=least,
    )
    return set(found) == set(FEEDS)
