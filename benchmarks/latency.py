"""How late a subscriber is told, at 20,000 messages a second over 500 books.

Each message carries the moment of its sending, by the clock that both processes share. Messages
that a subscriber was never told of are counted: some libraries leave out what came meanwhile.
Sender and receiver go before all other work of the machine where that is allowed, or its turns
would be measured.
"""

import json
import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks import streams
from benchmarks.hearing import symbol
from benchmarks.sending import Said, sending
from benchmarks.sockets import Heard, ears, heard
from benchmarks.streams import Recorded
from benchmarks.table import Figure
from janym.live.dialing import Library
from local import pki

PACE = 20_000
BOOKS = 500
SECONDS = 2
ROUNDS = 5
HALF_US, MOST_US = 40.0, 1_000.0


def measure() -> list[Figure]:
    """Measure the collector's best way and both peers, in turns."""
    if not streams.CAPTURE.exists():
        print(f"latency: no captured frames at {streams.CAPTURE}", file=sys.stderr)
        return []
    heard_by: dict[str, list[Heard]] = {}
    messages = PACE * SECONDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "frames"
        told = streams.bybit(streams.binance())
        file.write_text("\n".join(islice(_of_many_books(told), messages)))
        pki.create(folder, at=datetime.now(UTC))  # noqa: TID251 - a benchmark has no clock
        with _before_all_others(), sending(Said(file=file, pace=PACE)) as url:
            for _ in range(ROUNDS):
                for ear in ears():
                    if ear.library is not Library.WEBSOCKETS:
                        round_ = heard(ear, url, folder, messages, BOOKS)
                        heard_by.setdefault(ear.name, []).append(round_)
    return [figure for name, rounds in heard_by.items() for figure in _figures(name, rounds)]


@contextmanager
def _before_all_others() -> Generator[None]:
    """Let this process and what it starts run whenever they can; without the right, as ever."""
    policy, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        print("latency: without the right to go first, others' turns count too", file=sys.stderr)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, priority)


def _figures(name: str, rounds: list[Heard]) -> list[Figure]:
    ours = name.startswith(Library.PICOWS)
    what = f"sent to told, {PACE:,} msgs/s, {BOOKS} books, {name}"
    late = [each.late_us or [0.0, 0.0] for each in rounds]
    missed = [100 * (1 - each.told / (PACE * SECONDS)) for each in rounds]
    if ours and max(missed):
        raise AssertionError(f"{name} was not told of {max(missed):.2f} % of the messages")
    half, most = ([each[part] for each in late] for part in (0, 1))
    return [
        Figure.of(f"{what}: half of them", "us", half, goal=HALF_US if ours else None),
        Figure.of(f"{what}: 99 in a hundred", "us", most, goal=MOST_US if ours else None),
        Figure.of(f"{what}: never told of", "%", missed),
    ]


def _of_many_books(told: Recorded) -> Iterator[str]:
    """Say one book's messages for each of many in turn."""
    for frame in streams.repeated(told, 1):
        said = json.loads(frame)
        for number in range(BOOKS):
            name = symbol(number)
            data = said["data"] | {"s": name}
            topic = {"topic": f"orderbook.50.{name}"}
            yield json.dumps(said | topic | {"data": data}, separators=(",", ":"))
