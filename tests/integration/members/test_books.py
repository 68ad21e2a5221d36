"""Members watch order books: from a venue's socket through a collector to their own."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, cast

import boto3
import pytest

from containers.collector import service
from containers.collector.service import Stores
from containers.collector.settings import Settings
from containers.flow_server.server import Server
from janym.cloud.sockets import ApiGatewaySockets
from janym.db.connection import Database
from janym.db.roster import Roster
from janym.domain.collecting import DaemonId
from janym.domain.live import ConnectionId
from janym.ports.market_history import Batch
from local import environment, flow
from tests.integration.db.builders import OTHER
from tests.integration.members.conftest import Live

TOPIC = "book/binance/spot/BTC/USDT"


class NoHistory:
    """Takes every batch and keeps none."""

    def store(self, batch: Batch) -> None:
        del batch


class Counted(ApiGatewaySockets):
    """The real way to sockets, and how often it was used."""

    def __init__(self, management: Any) -> None:
        super().__init__(management)
        self.sent = 0

    def send(self, connection: ConnectionId, frame: bytes) -> None:
        self.sent += 1
        super().send(connection, frame)


@asynccontextmanager
async def collecting(live: Live, work: Path) -> AsyncGenerator[tuple[Counted, Server]]:
    """A collector beside the stack, at a venue of its own."""
    sockets = Counted(
        cast("Any", boto3).client(
            "apigatewaymanagementapi",
            endpoint_url=live.small.addresses["live_management"] + "/live",
            region_name=environment.REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
    )
    database = Database(live.postgres.url("collector", live.name))
    stores = Stores(roster=Roster(database), market=NoHistory(), sockets=sockets)
    server, stop = Server(pairs=2, seed=7, every_ms=20), asyncio.Event()
    async with server.open("127.0.0.1", 0) as port:
        settings = Settings(
            daemon=DaemonId("ana"),
            work=work,
            tasks_every_s=0.1,
            endpoints=flow.endpoints(f"http://127.0.0.1:{port}"),
        )
        running = asyncio.create_task(service.collect(settings, stores, stop))
        try:
            yield sockets, server
        finally:
            stop.set()
            await running
            # A question to Postgres whose asker was cancelled still ends, and keeps its connection.
            await asyncio.get_running_loop().shutdown_default_executor()
            database.close()


@pytest.fixture
def collected(live: Live) -> str:
    """A book that acme wants collected, and nobody else."""
    live.rows("DELETE FROM monitoring")
    live.rows(
        "INSERT INTO monitoring (organization_id, exchange_id, market_type, trade_pair)"
        " VALUES ('acme', 'binance', 'spot', 'BTC/USDT')"
    )
    return TOPIC


async def until(seen: Callable[[], Any], what: str) -> None:
    try:
        async with asyncio.timeout(30):
            while not await asyncio.to_thread(seen):  # noqa: ASYNC110 - a process
                await asyncio.sleep(0.02)
    except TimeoutError:
        pytest.fail(f"not seen: {what}")


async def test_a_member_sees_a_book_move(live: Live, collected: str, tmp_path: Path) -> None:
    """S0-067: from the subscription on, and not after it."""
    async with collecting(live, tmp_path) as (sockets, _), live.socket() as member:
        holds = "SELECT 1 FROM leases WHERE key = 'book/binance/spot/BTC/USDT' AND holder = 'ana'"
        await until(lambda: live.rows(holds), "the collector at work")
        unwatched = sockets.sent
        answer = await member.ask(action="subscribe", topics=[collected])
        frames: list[dict[str, Any]] = []
        while sum(frame["data"]["state"] == "live" for frame in frames) < 3:
            frames.append(await member.hear())
        await member.ask(action="unsubscribe", topics=[collected])
        with suppress(TimeoutError):  # a book that is told comes four times a second
            while True:
                await member.ws.receive(timeout=1)

    assert (unwatched, answer["type"]) == (0, "subscribed")
    assert {(frame["topic"], frame["kind"]) for frame in frames} == {(collected, "book")}
    shown = [frame["data"] for frame in frames if frame["data"]["state"] == "live"]
    numbers = [data["sequence"] for data in shown]
    assert numbers == sorted(set(numbers)), "each frame is newer than the one before"
    assert all(float(data["bids"][0][0]) < float(data["asks"][0][0]) for data in shown)
    assert all(len(data["bids"]) <= 20 for data in shown)


async def test_a_broken_line_is_seen_as_a_stale_book(
    live: Live, collected: str, tmp_path: Path
) -> None:
    """S4-014: levels are shown while they are right, and again when they are."""
    async with collecting(live, tmp_path) as (_, server), live.socket() as member:
        await member.ask(action="subscribe", topics=[collected])
        states: list[str] = []
        while states[-1:] != ["live"]:
            states.append((await member.hear())["data"]["state"])
        server.venues["binance/spot"].cut(lambda: 0.0, 1.0)
        stale = (await member.hear())["data"]
        while stale["state"] == "live":
            stale = (await member.hear())["data"]
        states.append(stale["state"])
        while states[-1] != "live":
            states.append((await member.hear())["data"]["state"])

    assert (stale["bids"], stale["asks"]) == ([], [])


async def test_a_book_that_is_collected_for_nobody_here_is_no_topic(
    live: Live, collected: str
) -> None:
    """S0-141: what another organization has collected is not to be found out."""
    async with live.socket() as ana, live.socket(live.ticket(OTHER, "eve")) as eve:
        ours = await ana.ask(action="subscribe", topics=[collected])
        theirs = await eve.ask(action="subscribe", topics=[collected])
        nobodys = await ana.ask(action="subscribe", topics=["book/okx/spot/BTC/USDT"])
        nonsense = await ana.ask(action="subscribe", topics=["book/nyse/spot/A/B"])

    assert ours["type"] == "subscribed"
    assert (theirs["code"], nobodys["code"]) == ("NOT_FOUND", "NOT_FOUND")
    assert nonsense["errors"][0]["field"] == "topics"
