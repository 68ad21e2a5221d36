"""What becomes of the history when something it needs goes away."""

import asyncio
import shutil
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime, timedelta

import aiohttp
import pytest

from containers.collector import service
from containers.collector.monitor import Monitor
from janym.domain.errors import StoreAway
from janym.live import fetching
from local import flow
from tests.integration.collector.conftest import PATIENCE_S, TOKEN, Scene
from tests.integration.collector.test_collecting import missing, written


async def test_clickhouse_away_delays_rows_and_loses_none(scene: Scene) -> None:
    """S4-055, S4-075: what reads venues waits for nobody who writes."""
    scene.monitor("BTC/USDT")
    async with scene.collector():
        await scene.until(lambda: len(written(scene, "BTC/USDT")) >= 10, "ten updates")
        scene.store.away = StoreAway("away for a while")
        await scene.until(lambda: scene.store.refused > 0, "a batch that waits")
        stored = scene.store.stored
        book = scene.server.venues["binance/spot"].flow.books["BTCUSDT"]
        before = book.last
        await scene.until(lambda: book.last > before + 100, "the market goes on")
        assert scene.store.stored == stored
        scene.store.away = None
        reached = book.last
        await scene.until(
            lambda: max(written(scene, "BTC/USDT")) >= reached, "what was said meanwhile"
        )

    assert missing(scene, "BTCUSDT", "BTC/USDT") == []
    assert scene.tables.one("SELECT count() FROM book_gaps WHERE reason = 'unwritten'") == 0


async def test_a_batch_that_is_refused_for_good_is_recorded_as_lost(scene: Scene) -> None:
    scene.monitor("BTC/USDT")
    async with scene.collector():
        await scene.until(lambda: len(written(scene, "BTC/USDT")) >= 5, "five updates")
        scene.store.away = ValueError("no such column")
        await scene.until(lambda: scene.store.refused >= 3, "three refusals")
        scene.store.away = None
        lost = await scene.until(
            lambda: scene.tables.rows(
                "SELECT lost_rows, detail FROM book_gaps FINAL WHERE reason = 'unwritten'"
            ),
            "the loss on record",
        )

    assert lost[0][0] > 0
    assert "refused: ValueError" in lost[0][1]


@pytest.mark.parametrize("successor", ["eve", "ana"])
async def test_a_dead_collectors_books_are_taken_over(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, successor: str
) -> None:
    """S4-002, K-23: what it heard last is lost with its disk, and the hole is on record.

    S4-071: so it is where one of its own name comes after it, which finds in Postgres what it held.
    """
    monkeypatch.setattr(service, "FLUSH_WITHIN_S", 0.0)
    scene.monitor("BTC/USDT", "ETH/USDT")
    async with scene.collector("ana"):
        await scene.until(
            lambda: len(written(scene, "BTC/USDT")) >= 20 and written(scene, "ETH/USDT"),
            "twenty updates",
        )
        await scene.until(
            lambda: scene.rows("SELECT 1 FROM leases WHERE covered_until IS NOT NULL"),
            "what is covered",
        )
        scene.store.away = StoreAway("for a dead one all doors are closed")
        scene.database.role("collector").close()
        with scene.database.admin() as admin:
            admin.execute("ALTER TABLE leases RENAME TO out_of_reach")
    scene.store.away = None
    with scene.database.admin() as admin:  # its heartbeat and its leases run out
        admin.execute("ALTER TABLE out_of_reach RENAME TO leases")
        admin.execute("UPDATE daemon_state SET last_heartbeat = now() - interval '1 hour'")
        admin.execute("UPDATE leases SET until = now() - interval '1 s'")
        assert admin.execute("SELECT DISTINCT holder FROM leases").fetchall() == [("ana",)]
    shutil.rmtree(scene.settings("ana").work)
    async with scene.collector(successor):
        await scene.until(
            lambda: (
                scene.tables.one(
                    "SELECT count() FROM book_gaps FINAL WHERE reason = 'unattended'"
                    " AND channel = 'book' AND ended IS NOT NULL"
                )
                == 2
            ),
            "both holes on record",
        )
        before = len(written(scene, "BTC/USDT"))
        await scene.until(lambda: len(written(scene, "BTC/USDT")) > before + 10, "more updates")

    assert missing(scene, "BTCUSDT", "BTC/USDT") == []
    assert missing(scene, "ETHUSDT", "ETH/USDT") == []


async def test_one_that_comes_back_goes_on_before_the_tasks_are_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S4-071: killed, without its disk, it finds in `daemon_state` what it collects."""
    scene.monitor("BTC/USDT", "ETH/USDT")
    with monkeypatch.context() as killed:
        killed.setattr(Monitor, "leave", nothing)
        async with scene.collector("ana"):
            await scene.until(
                lambda: scene.rows("SELECT 1 FROM daemon_state WHERE books = 2"), "both on record"
            )
    shutil.rmtree(scene.settings("ana").work)
    reached = {pair: max(written(scene, pair), default=0) for pair in ("BTC/USDT", "ETH/USDT")}
    with scene.database.admin() as admin, ExitStack() as late:
        late.enter_context(admin.transaction())
        admin.execute("LOCK TABLE monitoring IN ACCESS EXCLUSIVE MODE")
        async with scene.collector("ana"):
            for pair, before in reached.items():
                await scene.until(
                    lambda pair=pair, before=before: max(written(scene, pair), default=0) > before,
                    f"{pair} goes on",
                )
            assert scene.rows("SELECT holder, count(*) FROM leases GROUP BY holder") == [("ana", 2)]
            late.close()

    assert missing(scene, "BTCUSDT", "BTC/USDT") == []
    assert missing(scene, "ETHUSDT", "ETH/USDT") == []


async def nothing(*_: object) -> None:
    """Do what the killed do before they end."""


async def test_a_venue_that_does_not_answer_keeps_nobody_waiting(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S4-040, S4-073, S4-075: not another's books, nor a sign of life; the door says who it is."""
    monkeypatch.setattr(fetching, "TIMEOUT_S", 600.0)
    scene.monitor("BTC/USDT", venue="okx")
    scene.monitor("BTC/USDT")
    async with silence() as (port, unanswered):
        endpoints = flow.endpoints(f"http://127.0.0.1:{scene.port}")
        endpoints["okx/spot"]["rest"] = f"http://127.0.0.1:{port}"
        door = scene.free_port()
        async with scene.collector(endpoints=endpoints, port=door, token=TOKEN):
            await asyncio.wait_for(unanswered.wait(), PATIENCE_S)
            await scene.until(lambda: len(written(scene, "BTC/USDT")) >= 5, "another's book")
            asked_at = beat(scene)
            await scene.until(lambda: beat(scene) > asked_at, "a sign of life")
            await scene.until(lambda: beat(scene) > asked_at + HALF_A_SECOND, "another one")

            async with (
                aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session,
                session.get(f"http://127.0.0.1:{door}/health") as health,
            ):
                report = await health.json()

            assert report["troubles"] == ["okx/spot: instruments: not told yet"]
            assert unanswered.is_set()


HALF_A_SECOND = timedelta(seconds=0.5)
"""Five looks at the tasks."""


def beat(scene: Scene) -> datetime:
    [(last,)] = scene.rows("SELECT last_heartbeat FROM daemon_state")
    return last


@asynccontextmanager
async def silence() -> AsyncGenerator[tuple[int, asyncio.Event]]:
    """Listen without a word; the event is set while somebody waits for an answer."""
    waits = asyncio.Event()

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        waits.set()
        await reader.read(-1)
        waits.clear()
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], waits


async def test_two_collectors_share_the_books(scene: Scene) -> None:
    """S4-001, S4-002: each book has one collector."""
    pairs = ["BTC/USDT", "ETH/USDT", "BNB/USDT", "SOL/USDT", "XRP/USDT"]
    async with scene.collector("ana"), scene.collector("eve"):
        await scene.until(
            lambda: len(scene.rows("SELECT 1 FROM daemon_state WHERE status = 'running'")) == 2,
            "both alive",
        )
        scene.monitor(*pairs)
        await scene.until(lambda: all(written(scene, pair) for pair in pairs), "every book written")
        held = dict(scene.rows("SELECT holder, count(*) FROM leases GROUP BY holder"))

    assert sum(held.values()) == 5
    assert set(held) == {"ana", "eve"}


async def test_postgres_away_leaves_the_last_tasks_in_force(scene: Scene) -> None:
    """S4-045, S4-047, S4-075: who asks for tasks holds nobody up."""
    scene.monitor("BTC/USDT")
    async with scene.collector():
        await scene.until(lambda: len(written(scene, "BTC/USDT")) >= 5, "five updates")
        with scene.database.admin() as admin:
            admin.execute("ALTER TABLE monitoring RENAME TO elsewhere")
            admin.execute("ALTER ROLE collector NOLOGIN")
            admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'collector' AND datname = current_database()"
            )
        try:
            before = len(written(scene, "BTC/USDT"))
            await scene.until(
                lambda: len(written(scene, "BTC/USDT")) > before + 30, "the book goes on"
            )
        finally:
            with scene.database.admin() as admin:
                admin.execute("ALTER TABLE elsewhere RENAME TO monitoring")
                admin.execute("ALTER ROLE collector LOGIN")


async def test_stopping_writes_down_what_is_left(scene: Scene) -> None:
    """S4-074: everything heard is in the tables, leases are free, and the state says stopped."""
    scene.monitor("BTC/USDT")
    async with scene.collector(batch_every_s=1.0):
        await scene.until(lambda: len(written(scene, "BTC/USDT")) >= 5, "five updates")
        scene.store.away = StoreAway("until the end")
        reached = scene.server.venues["binance/spot"].flow.books["BTCUSDT"].last
        await scene.until(lambda: scene.store.refused > 0, "a batch that waits")
        scene.store.away = None

    assert max(written(scene, "BTC/USDT")) >= reached
    assert missing(scene, "BTCUSDT", "BTC/USDT") == []
    assert scene.rows("SELECT holder FROM leases") == [("",)]
    assert scene.rows("SELECT status FROM daemon_state") == [("stopped",)]


async def test_the_door_opens_to_its_token_alone(scene: Scene) -> None:
    """S4-073."""
    scene.monitor("BTC/USDT")
    port = scene.free_port()
    url = f"http://127.0.0.1:{port}"
    async with scene.collector(port=port, token=TOKEN), aiohttp.ClientSession() as session:
        await scene.until(lambda: written(scene, "BTC/USDT"), "a book")

        async def ask(path: str, token: str = TOKEN) -> tuple[int, dict[str, object]]:
            headers = {"Authorization": f"Bearer {token}"}
            async with session.get(url + path, headers=headers) as answer:
                return answer.status, await answer.json(content_type=None)

        assert (await ask("/health", "wrong"))[0] == 401
        assert (await ask("/health"))[1]["healthy"] is True
        status, book = await ask("/books/binance/spot/BTC/USDT?limit=3")
        assert (status, book["state"], len(list(book["bids"]))) == (200, "live", 3)  # type: ignore[call-overload]
        assert (await ask("/books/binance/spot/NO/USDT"))[1]["code"] == "NOT_FOUND"
        assert (await ask("/books/binance/spot/BTC/USDT?limit=0"))[1]["code"] == "INVALID_INPUT"
        assert (await ask("/counters"))[1]["tasks"] == 1
