"""Books of recorded connections: their frames, and what each book begins with."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from janym.feeds.feed import VenueFeed
from janym.live import feeds


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One book as it was recorded."""

    name: str
    symbol: str
    frames: list[bytes]
    url: str = ""
    answer: bytes | None = None
    """What a request for the whole book brought, where it was needed."""

    @property
    def feed(self) -> VenueFeed:
        feed = feeds.get(*self.name.split("-"))
        assert isinstance(feed, VenueFeed)
        return feed


def binance_futures(captures: Path) -> Capture:
    """345 seconds, every change; the snapshot is in it."""
    said = list(_hftbacktest(captures / "binance/hftbacktest/usdm/btcusdt_20240808.gz"))
    answer = next(frame for frame in said if b'{"lastUpdateId"' in frame[:16])
    last = json.loads(answer)["lastUpdateId"]
    frames = [frame for frame in said if b"@depth" in frame[:60]]
    return Capture(
        name="binance-futures",
        symbol="BTCUSDT",
        # Prices leave the snapshot's range later, and a session asks for another one then.
        frames=[frame for frame in frames if json.loads(frame)["data"]["u"] >= last][:1_000],
        url="/fapi/v1/depth?symbol=BTCUSDT&limit=1000",
        answer=answer,
    )


def binance_spot(captures: Path) -> Capture:
    """Five minutes of changes, over a book that is empty at first: no snapshot was recorded."""
    said = _hftbacktest(captures / "binance/hftbacktest/spot/btcusdt_20240809.gz")
    frames = [frame for frame in said if b"@depth" in frame[:60]]
    first = json.loads(frames[0])["data"]["U"]
    return Capture(
        name="binance-spot",
        symbol="BTCUSDT",
        frames=frames,
        url="/api/v3/depth?symbol=BTCUSDT&limit=5000",
        answer=f'{{"lastUpdateId":{first - 1},"bids":[],"asks":[]}}'.encode(),
    )


def okx_spot(captures: Path) -> Capture:
    """A hundred messages of 2022, the first of them the whole book."""
    frames = [
        frame
        for frame in _cryptofeed(captures / "okx/cryptofeed/OKX.ws.1.0.txt")
        if b'"channel":"books","instId":"BTC-USDT"' in frame and b'"data"' in frame
    ]
    return Capture(name="okx-spot", symbol="BTC-USDT", frames=frames)


def kucoin_spot(captures: Path) -> Capture:
    """Two thousand messages of 2021, and the answer that came meanwhile."""
    folder, symbol = captures / "kucoin/cryptofeed", "BCHSV-USDT"
    frames = [
        frame
        for frame in _cryptofeed(folder / "KUCOIN.ws.1.0.txt")
        if f"/market/level2:{symbol}".encode() in frame and b"l2update" in frame
    ]
    answered = (
        line.partition(" -> ")
        for line in (folder / "KUCOIN.http.0.0.txt").read_text().splitlines()
        if f"symbol={symbol} -> " in line
    )
    url, _, told = next(answered)
    answer = told.partition(": ")[2].encode()
    return Capture(name="kucoin-spot", symbol=symbol, frames=frames, url=url, answer=answer)


CAPTURES: Mapping[str, Callable[[Path], Capture]] = {
    "binance-spot": binance_spot,
    "binance-futures": binance_futures,
    "okx-spot": okx_spot,
    "kucoin-spot": kucoin_spot,
}


def _hftbacktest(file: Path) -> Iterator[bytes]:
    with gzip.open(file) as lines:
        yield from (line.partition(b" ")[2].strip() for line in lines)


def _cryptofeed(file: Path) -> Iterator[bytes]:
    for line in file.read_bytes().splitlines():
        _, colon, frame = line.partition(b": ")
        if colon and frame.startswith(b"{"):
            yield _json(frame)


def _json(frame: bytes) -> bytes:
    given: Any = json.loads(frame)
    return json.dumps(given, separators=(",", ":")).encode()
