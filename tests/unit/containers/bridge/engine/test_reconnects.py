"""An engine keeps to its share of the connections that a venue takes from one address."""

import asyncio

from containers.bridge.engine.reconnects import Turns, pace


class Time:
    """A clock that sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def read(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += seconds


class Connections:
    """Notes when each connection was made, and to where."""

    def __init__(self, time: Time) -> None:
        self._time = time
        self.made: list[tuple[float, str]] = []

    async def connect(self, url: str) -> None:
        self.made.append((self._time.now, url))


async def test_a_lost_venue_is_not_hammered() -> None:
    """Never more than the share in any stretch of its period, in the order of asking."""
    time = Time()

    class Paced(Connections):
        """A class of its own: pacing changes it."""

    pace(Paced, Turns(3, period_s=300, now=time.read, sleep=time.sleep))
    one = Paced(time)

    await asyncio.gather(*(one.connect(f"ws://{number}") for number in range(8)))

    assert [url for _, url in one.made] == [f"ws://{number}" for number in range(8)]
    moments = [at - 1000 for at, _ in one.made]
    assert moments == [0, 0, 0, 300, 300, 300, 600, 600]


async def test_what_is_past_counts_no_more() -> None:
    time = Time()
    turns = Turns(2, period_s=10, now=time.read, sleep=time.sleep)

    for _ in range(2):
        await turns.take()
    time.now += 10
    await turns.take()

    assert time.now == 1010
