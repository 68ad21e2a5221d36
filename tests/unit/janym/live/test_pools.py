"""Pools in simulated time: limits are kept, cuts are outlived, old connections go unnoticed."""

import asyncio

import pytest

from janym.book.message import BookLive, BookStale
from janym.domain.market import BookUpdate, Channel, Depth, Pair
from janym.live import feeds
from janym.live.links import LinkState
from janym.ports.feeds import MINUTE, SECOND, Refused
from tests.fakes.simulated import simulate, simulated
from tests.fakes.simulated_venue import Scene


@pytest.mark.parametrize("place", feeds.FEEDS, ids="-".join)
def test_five_hundred_pairs_cut_off_at_once_come_back_within_the_limits(
    place: tuple[str, str],
) -> None:
    """S4-013, S4-086: no 429, no 418, no connection cut for its messages, at any venue."""

    async def run() -> tuple[Scene, float, float]:
        scene = Scene.of(simulated(), 500, every_s=30.0, place=place)
        scene.want(500, depth=Depth.FULL, channels=(Channel.BOOK, Channel.TRADES))
        first = await scene.until_live(500, within_s=900)
        scene.venue.cut()
        await asyncio.sleep(0.1)
        assert scene.live() == 0
        again = await scene.until_live(500, within_s=900)
        await scene.close()
        return scene, first, again

    scene, first, again = simulate(run())

    venue = scene.venue
    assert (venue.connects.refused, venue.weight.refused, venue.cut_for_messages) == (0, 0, 0)
    assert not [each for each in scene.heard if isinstance(each, Refused)]
    assert first < 400
    assert again < 400


def test_a_connection_carries_no_more_pairs_than_allowed() -> None:
    """S4-010."""

    async def run() -> list[int]:
        scene = Scene.of(simulated(), 120)
        scene.want(120)
        await scene.until_live(120, within_s=600)
        sizes = [len(link.session.subscriptions) for link in scene.pool.links]
        await scene.close()
        return sizes

    assert simulate(run()) == [50, 50, 20]


def test_what_is_wanted_no_longer_frees_its_place() -> None:
    """S4-011, S4-048."""

    async def run() -> tuple[int, int, int]:
        scene = Scene.of(simulated(), 60)
        scene.want(60)
        await scene.until_live(60, within_s=600)
        scene.want(3)
        await asyncio.sleep(60)
        subscribed = sum(len(link.session.subscriptions) for link in scene.pool.links)
        lines, topics = len(scene.venue.lines), sum(len(line.topics) for line in scene.venue.lines)
        await scene.close()
        return subscribed, lines, topics

    assert simulate(run()) == (3, 1, 3)


def test_an_old_connection_is_replaced_without_losing_an_update() -> None:
    """The venue cuts at 24 hours: before that another stands, is proven, and nothing is stale."""

    async def run() -> tuple[Scene, list[int], int]:
        scene = Scene.of(simulated(), 3, every_s=20.0)
        scene.want(3)
        await scene.until_live(3, within_s=300)
        begun = len(scene.heard)
        lifetime = scene.feed.limits.lifetime_ns or 0
        await asyncio.sleep(lifetime / SECOND)
        heard = scene.heard[begun:]
        stale = sum(isinstance(effect, BookStale) for effect in heard)
        sequences = [
            effect.sequence
            for effect in heard
            if isinstance(effect, BookUpdate) and effect.pair == "BTC/USDT"
        ]
        links = len(scene.pool.links)
        await scene.close()
        assert links == 1
        return scene, sequences, stale

    scene, sequences, stale = simulate(run())

    sent = [last for _, last, _ in scene.venue.flow.books["BTCUSDT"].sent]
    assert stale == 0
    assert sequences == [last for last in sent if sequences[0] <= last <= sequences[-1]]
    assert len(sequences) > 150


def test_a_successor_that_cannot_come_leaves_the_old_one_in_place() -> None:
    async def run() -> tuple[int, int]:
        scene = Scene.of(simulated(), 3, every_s=20.0)
        scene.want(3)
        await scene.until_live(3, within_s=300)
        scene.venue.connects.most = 0
        await asyncio.sleep((scene.feed.limits.lifetime_ns or 0) / SECOND)
        live = scene.live()
        scene.venue.connects.most = 300
        await asyncio.sleep(1800)
        await scene.close()
        return live, sum(isinstance(effect, BookStale) for effect in scene.heard)

    live, _ = simulate(run())

    assert live >= 3


def test_a_topic_that_falls_silent_is_stale_and_then_repaired() -> None:
    """The socket lives and its other books go on: silence is seen book by book."""

    async def run() -> tuple[list[Pair], int]:
        scene = Scene.of(simulated(), 3, every_s=2.0)
        scene.want(3)
        await scene.until_live(3, within_s=300)
        scene.venue.dropped.add("ethusdt@depth@100ms")
        await asyncio.sleep(5 * MINUTE / SECOND)
        stale = [effect.gap.pair for effect in scene.heard if isinstance(effect, BookStale)]
        assert scene.live() == 2
        scene.venue.dropped.clear()
        await scene.until_live(3, within_s=300)
        lives = sum(isinstance(effect, BookLive) for effect in scene.heard)
        await scene.close()
        return stale, lives

    stale, lives = simulate(run())

    assert stale == ["ETH/USDT"]
    assert lives == 4


def test_a_burst_that_is_slow_to_read_does_not_hold_up_the_clock() -> None:
    """Heartbeats go out between the frames of a burst, not after it."""

    async def run() -> int:
        scene = Scene.of(simulated(), 1)
        scene.want(1)
        await scene.until_live(1, within_s=300)
        (link,) = scene.pool.links
        loop = simulated()
        ticks: list[int] = []
        tick = link.session.tick

        def counted(at_ns: int) -> object:
            ticks.append(at_ns)
            return tick(at_ns)

        link.session.tick = counted  # type: ignore[method-assign, assignment]
        for _ in range(100):
            loop.pass_time(0.1)  # reading takes so long, and nobody else has a turn
            link.frame(b'{"result": null, "id": 99}')
        await scene.close()
        return len(ticks)

    assert simulate(run()) >= 15


def test_a_pool_that_is_closed_leaves_nothing_behind() -> None:
    async def run() -> tuple[int, list[LinkState]]:
        scene = Scene.of(simulated(), 60)
        scene.want(60)
        await scene.until_live(60, within_s=600)
        links = scene.pool.links
        await scene.close()
        return len(scene.venue.lines), [link.state for link in links]

    assert simulate(run()) == (0, [LinkState.OVER, LinkState.OVER])
