"""The frames that order books are measured with, made of what Binance really sent.

The capture is 345 seconds of BTCUSDT futures, every change, 68 levels a message. The other stream
is the same book's best 50 levels, said the way Bybit says them: its movements are real, its
envelopes are ours.
"""

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CAPTURE = Path(__file__).parents[2] / "shared/corpus/binance/hftbacktest/usdm/btcusdt_20240808.gz"
MESSAGES = 4_000
"""Prices leave the range of the only snapshot soon after."""
SHOWN = 50

Side = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Frames for one venue's feed, and the snapshot that they are written over."""

    venue: str
    frames: list[str]
    snapshot: str | None


def binance() -> Recorded:
    """Give the capture itself, from the first message that its snapshot lacks."""
    with gzip.open(CAPTURE, "rt") as lines:
        said = [line.partition(" ")[2].rstrip() for line in lines]
    snapshot = next(each for each in said if each.startswith('{"lastUpdateId"'))
    last = json.loads(snapshot)["lastUpdateId"]
    depth = (each for each in said if "@depth" in each[:60])
    frames = [each for each in depth if json.loads(each)["data"]["u"] >= last][:MESSAGES]
    return Recorded(venue="binance", frames=frames, snapshot=snapshot)


def bybit(source: Recorded) -> Recorded:
    """Say what the best levels of a stream become as `orderbook.50`."""
    whole = json.loads(source.snapshot or "{}")
    sides: tuple[Side, Side] = (dict(whole["bids"]), dict(whole["asks"]))
    return Recorded(venue="bybit", frames=list(_told(sides, source.frames)), snapshot=None)


def _told(sides: tuple[Side, Side], frames: list[str]) -> Iterator[str]:
    shown = _best(sides)
    yield _said("snapshot", [list(side.items()) for side in shown], 1, 0)
    number = 1
    for frame in frames:
        data = json.loads(frame)["data"]
        for side, name in zip(sides, "ba", strict=True):
            for price, size in data[name]:
                if float(size):
                    side[price] = size
                else:
                    side.pop(price, None)
        before, shown = shown, _best(sides)
        changed = [_changed(old, new) for old, new in zip(before, shown, strict=True)]
        if any(changed):
            number += 1
            yield _said("delta", changed, number, data["E"])


def _best(sides: tuple[Side, Side]) -> list[Side]:
    return [
        {price: side[price] for price in sorted(side, key=float, reverse=first)[:SHOWN]}
        for side, first in zip(sides, (True, False), strict=True)
    ]


def _changed(old: Side, new: Side) -> list[tuple[str, str]]:
    gone = [(price, "0") for price in old if price not in new]
    return gone + [(price, size) for price, size in new.items() if old.get(price) != size]


def _said(kind: str, sides: list[list[tuple[str, str]]], number: int, at_ms: int) -> str:
    data: dict[str, Any] = {"s": "BTCUSDT", "b": sides[0], "a": sides[1]}
    data |= {"u": number, "seq": number}
    topic = {"topic": "orderbook.50.BTCUSDT", "type": kind, "ts": at_ms}
    return json.dumps(topic | {"data": data, "cts": at_ms}, separators=(",", ":"))
