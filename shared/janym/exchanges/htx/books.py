"""HTX's book messages: where their parts stand, how they follow, how a book begins.

    {"ch": "market.btcusdt.mbp.150", "ts": 1593561600691, "tick": {"seqNum": 109409288130,
     "prevSeqNum": 109409288078, "asks": [[9138.61, 0.033785]], "bids": [[9137.67, 4.129547]]}}
    {"id": "1", "status": "ok", "rep": "market.btcusdt.mbp.150", "ts": 1593561601666, "data":
     {"seqNum": 109409288160, "bids": [[9137.67, 4.683547]], "asks": [[9137.68, 0.190075]]}}
    {"ch": "market.BTC-USDT.depth.size_150.high_freq", "ts": 1603707712357, "tick": {
     "event": "snapshot", "version": 1512467, "ts": 1603707712356, "mrid": 131597620,
     "asks": [[13081.9, 206]], "bids": [[13071.9, 38]]}}

Prices and sizes are JSON numbers, small ones in the form of 6.22e-08. Spot: a message names in
`prevSeqNum` the one before it; the book is asked for on the same connection (`req`), and the
message whose `prevSeqNum` it has comes next. A side without changes may be left out. Swaps: the
stream begins with a snapshot; `version` counts one further with each message, for each connection
anew. Either way a message is the difference between two states of the best 20, 150 or 400 levels,
so what falls out of them is taken out. `depth.step0` and `mbp.refresh` send the best levels whole.

HTX, "Market By Price (incremental update)" and its data processing (spot, 2021-06; 400 levels as
clients of 2026 use them); "Subscribe Incremental Market Depth Data" and FAQ 13 (USDT-margined
contracts, 2021-06).
"""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from janym.book.decimals import spelled
from janym.book.law import Follows, Law, Source
from janym.book.layout import Layout
from janym.book.message import Snapshot
from janym.domain.market import Depth, Market, Texts
from janym.feeds.dialect import Offered

SIDES = frozenset({("tick", "bids"), ("tick", "asks")})

SPOT = Layout(
    name="mbp",
    marker=b".mbp.",
    symbol=("ch",),
    bids=("tick", "bids"),
    asks=("tick", "asks"),
    numbers=True,
    optional=SIDES,
    final=("tick", "seqNum"),
    previous=("tick", "prevSeqNum"),
    happened=("ts",),
)
SWAPS = Layout(
    name="high_freq",
    marker=b".high_freq",
    symbol=("ch",),
    bids=("tick", "bids"),
    asks=("tick", "asks"),
    numbers=True,
    optional=SIDES,
    first=("tick", "version"),
    final=("tick", "version"),
    happened=("ts",),
    kind=("tick", "event"),
    snapshots=frozenset({"snapshot"}),
    changes=frozenset({"update"}),
)
REFRESHED = Layout(
    name="mbp.refresh",
    marker=b".mbp.refresh.",
    symbol=("ch",),
    bids=("tick", "bids"),
    asks=("tick", "asks"),
    numbers=True,
    final=("tick", "seqNum"),
    happened=("ts",),
)
MERGED = Layout(
    name="depth.step",
    marker=b".depth.step",
    symbol=("ch",),
    bids=("tick", "bids"),
    asks=("tick", "asks"),
    numbers=True,
    final=("tick", "version"),
    happened=("ts",),
)
KINDS: Mapping[Market, tuple[Layout, ...]] = {
    Market.SPOT: (SPOT, REFRESHED, MERGED),
    Market.FUTURES: (SWAPS, MERGED),
}

TOPICS: Mapping[Market, Mapping[Depth, str]] = {
    Market.SPOT: {Depth.TWENTY: "mbp.150", Depth.FIFTY: "mbp.150", Depth.FULL: "mbp.400"},
    Market.FUTURES: {
        Depth.TWENTY: "depth.size_20.high_freq",
        Depth.FIFTY: "depth.size_150.high_freq",
        Depth.FULL: "depth.size_150.high_freq",
    },
}
"""What each depth is read from; spot has 20 levels for a few symbols only."""

WHOLE = Law(follows=Follows.ALONE, source=Source.STREAM)
LAWS: Mapping[str, Law] = {
    **{
        f"mbp.{levels}": Law(follows=Follows.PREVIOUS, source=Source.ASKED, keep=levels)
        for levels in (5, 20, 150, 400)
    },
    **{
        f"depth.size_{levels}.high_freq": Law(
            follows=Follows.NEXT, source=Source.STREAM, keep=levels
        )
        for levels in (20, 150)
    },
}


def law(token: str) -> Law:
    """Give the law of a topic, by all that follows the symbol."""
    return LAWS.get(token.split(".", 2)[-1], WHOLE)


class _Data(msgspec.Struct, gc=False):
    seqNum: int
    bids: list[tuple[Decimal, Decimal]] = []
    asks: list[tuple[Decimal, Decimal]] = []


class _Answer(msgspec.Struct, gc=False):
    rep: str
    data: _Data


_read = msgspec.json.Decoder(_Answer).decode


def offered(frame: bytes) -> Offered:
    """Read the answer to `req`, which is as complete as the topic ever is.

    Raises:
        ValueError: it is something else.
    """
    answer = _read(frame)
    return Offered(
        token=answer.rep,
        snapshot=Snapshot(
            bids=_texts(answer.data.bids),
            asks=_texts(answer.data.asks),
            sequence=answer.data.seqNum,
            limit=None,
        ),
    )


def _texts(levels: list[tuple[Decimal, Decimal]]) -> Texts:
    return [(spelled(price), spelled(size)) for price, size in levels]
