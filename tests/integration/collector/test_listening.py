"""Listening to a collected book over a real socket at the collector's door."""

from decimal import Decimal
from typing import Any

import aiohttp

from tests.integration.collector.conftest import TOKEN, Scene
from tests.integration.collector.test_collecting import written

Side = dict[Decimal, Decimal]
MOVES = 25


async def test_whoever_follows_every_change_has_the_book(scene: Scene) -> None:
    """S4-024, S4-026, S4-073: the whole book, each change, and then the same book as the door's.

    S4-023: what a listener is told has gone to the book and to the history too.
    """
    scene.monitor("BTC/USDT", market="futures")
    port = scene.free_port()
    url = f"http://127.0.0.1:{port}/books/binance/futures/BTC/USDT"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with (
        scene.collector(port=port, token=TOKEN),
        aiohttp.ClientSession(headers=headers) as session,
    ):
        await scene.until(scene.deltas, "a first change")
        async with session.ws_connect(f"{url}/updates?policy=every") as socket:
            told = await socket.receive_json()
            assert (told["type"], told["state"], told["lost"]) == ("book", "live", 0)
            sides = {name: _side(told[name]) for name in ("bids", "asks")}
            heard: set[int] = set()
            for _ in range(MOVES):
                told = await socket.receive_json()
                assert told["type"] == "update"
                _write(sides, told)
                heard.add(told["sequence"])
            await scene.control("pace", every_ms=0)
            now = await _get(session, url)
            while told["sequence"] < now["sequence"]:
                told = await socket.receive_json()
                _write(sides, told)
        counters = await _get(session, f"http://127.0.0.1:{port}/counters")

    for name in ("bids", "asks"):
        best = sorted(sides[name].items(), reverse=name == "bids")[: len(now[name])]
        assert best == list(_side(now[name]).items())
    assert counters["listeners"]["lost"] == 0
    assert heard <= written(scene, "BTC/USDT", "futures")


async def test_listeners_are_let_in_by_name(scene: Scene) -> None:
    """S4-073: what is asked for wrongly is refused, and nothing happens without the token."""
    scene.monitor("BTC/USDT")
    port = scene.free_port()
    url = f"http://127.0.0.1:{port}/books/binance/spot"
    async with scene.collector(port=port, token=TOKEN), aiohttp.ClientSession() as session:
        await scene.until(scene.deltas, "a first change")
        headers = {"Authorization": f"Bearer {TOKEN}"}
        refused: list[tuple[int, str]] = []
        for path, given in (
            ("BTC/USDT/updates", {}),
            ("BTC/USDT/updates?policy=some", headers),
            ("NO/USDT/updates", headers),
        ):
            async with session.get(f"{url}/{path}", headers=given) as answer:
                refused.append((answer.status, (await answer.json(content_type=None))["code"]))

    assert refused == [(401, "UNAUTHORIZED"), (422, "INVALID_INPUT"), (404, "NOT_FOUND")]


async def _get(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with session.get(url) as answer:
        return await answer.json()


def _side(levels: list[list[str]]) -> Side:
    return {Decimal(price): Decimal(size) for price, size in levels}


def _write(sides: dict[str, Side], told: dict[str, Any]) -> None:
    for name, side in sides.items():
        for price, size in _side(told[name]).items():
            if size:
                side[price] = size
            else:
                side.pop(price, None)
