"""The frames that order books are measured with, made of what Binance really sent.

The capture is 345 seconds of BTCUSDT futures, every change, 68 levels a message. The other stream
is the same book's best 50 levels, said the way Bybit says them: its movements are real, its
envelopes are ours.
"""

import gzip
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BESIDE = Path(__file__).parents[2] / "shared/corpus"
CAPTURES = Path(os.environ.get("JANYM_CORPUS", BESIDE))  # noqa: TID251 - where they lie is the machine's to say
CAPTURE = CAPTURES / "binance/hftbacktest/usdm/btcusdt_20240808.gz"
MESSAGES = 4_000
"""Prices leave the range of the only snapshot soon after."""
HOUR_MS = 3_600_000
SHOWN = 50
DEEP = 1_000

Side = dict[str, str]
Sides = tuple[Side, Side]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """Frames for one venue's feed, and the snapshot that they are written over."""

    venue: str
    frames: list[str]
    snapshot: str | None

    def answer(self, number: int) -> str:
        """Give the snapshot that the venue would answer with after one of the frames."""
        sides = _sides(self.snapshot)
        for frame in self.frames[: number + 1]:
            _change(sides, json.loads(frame)["data"])
        bids, asks = (list(side.items()) for side in _best(sides, DEEP))
        last = json.loads(self.frames[number])["data"]["u"]
        return json.dumps({"lastUpdateId": last, "bids": bids, "asks": asks})


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
    told = _told(_sides(source.snapshot), source.frames)
    return Recorded(venue="bybit", frames=list(told), snapshot=None)


def repeated(told: Recorded, times: int) -> Iterator[str]:
    """Say Bybit's stream so many times, numbered and timed as if it were one."""
    said = [json.loads(frame) for frame in told.frames]
    began = said[1]["ts"]
    for number in range(times * len(said)):
        turn, place = divmod(number, len(said))
        one, at_ms = said[place], max(said[place]["ts"], began) + turn * HOUR_MS
        data = one["data"] | {"u": number + 1, "seq": number + 1}
        moments = {"ts": at_ms, "cts": at_ms}
        yield json.dumps(one | moments | {"data": data}, separators=(",", ":"))


def _sides(snapshot: str | None) -> Sides:
    whole = json.loads(snapshot or "{}")
    return dict(whole["bids"]), dict(whole["asks"])


def _change(sides: Sides, data: dict[str, Any]) -> None:
    for side, name in zip(sides, "ba", strict=True):
        for price, size in data[name]:
            if float(size):
                side[price] = size
            else:
                side.pop(price, None)


def _told(sides: Sides, frames: list[str]) -> Iterator[str]:
    shown = _best(sides, SHOWN)
    yield _said("snapshot", [list(side.items()) for side in shown], 1, 0)
    number = 1
    for frame in frames:
        data = json.loads(frame)["data"]
        _change(sides, data)
        before, shown = shown, _best(sides, SHOWN)
        changed = [_changed(old, new) for old, new in zip(before, shown, strict=True)]
        if any(changed):
            number += 1
            yield _said("delta", changed, number, data["E"])


def _best(sides: Sides, levels: int) -> list[Side]:
    return [
        {price: side[price] for price in sorted(side, key=float, reverse=first)[:levels]}
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
