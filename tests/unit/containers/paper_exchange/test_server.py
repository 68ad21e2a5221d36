"""The server ends when its journal is lost, and only then or when it is told to."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from containers.paper_exchange.exchange import Exchange
from containers.paper_exchange.journal import Journal
from containers.paper_exchange.market import Pace
from containers.paper_exchange.server import Address, JournalLost, Server


@dataclass(slots=True, kw_only=True)
class Running:
    journal: Journal
    stop: asyncio.Event
    task: asyncio.Task[None]
    url: str


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "exchange.sqlite")
    yield journal
    journal.close()


@pytest.fixture(params=[0])
async def running(journal: Journal, request: pytest.FixtureRequest) -> AsyncIterator[Running]:
    """A server at the pace of the parameter, in milliseconds; 0 stands still."""
    exchange = Exchange(journal, seed=1, pace=Pace(), now_ms=lambda: 1_000)
    server = Server(exchange, control_token=None, tick_ms=request.param)
    stop, port = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(
        server.run(Address(host="127.0.0.1", port=0), stop=stop, listening=port.set_result)
    )
    yield Running(journal=journal, stop=stop, task=task, url=f"http://127.0.0.1:{await port}")
    stop.set()
    await asyncio.wait([task])


async def test_it_stops_when_told(running: Running) -> None:
    running.stop.set()

    await running.task


async def test_it_ends_when_a_commit_is_refused(running: Running) -> None:
    """Memory is ahead of the disk then: going on would acknowledge what a restart forgets."""
    running.journal.close()

    async with aiohttp.ClientSession() as session:
        answer = await session.post(f"{running.url}/control/accounts", json={})

    assert answer.status == 500
    with pytest.raises(JournalLost, match="restart"):
        await running.task


@pytest.mark.parametrize("running", [1], indirect=True)
async def test_it_ends_when_its_own_step_cannot_be_kept(running: Running) -> None:
    running.journal.close()

    with pytest.raises(JournalLost):
        await running.task
