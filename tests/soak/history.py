"""Whether all that venues said is in the tables, or lies in a gap that says so.

A step that is not in the tables lies in a hole between two rows that are. The hole is accounted for
when a recorded gap of that book overlaps it, by the collector's own clock.
"""

from bisect import bisect_left
from typing import Any, NamedTuple

from tests.integration.collector.conftest import Tables

FOREVER = 2**62
HERE = " exchange_id = {venue:String} AND market_type = {market:String} AND pair = {pair:String}"


STORED = f"""
SELECT toUnixTimestamp64Milli(timestamp), min(toUnixTimestamp64Nano(received)) FROM (
    SELECT timestamp, received FROM orderbook_deltas WHERE{HERE} UNION ALL
    SELECT timestamp, received FROM orderbook_snapshots WHERE number = 0 AND{HERE}
) GROUP BY 1 ORDER BY 1
"""  # noqa: S608 - the values are parameters

GAPS = f"""
SELECT toUnixTimestamp64Nano(began), toUnixTimestamp64Nano(noticed), toUnixTimestamp64Nano(ended)
FROM book_gaps FINAL WHERE channel = 'book' AND{HERE}
"""  # noqa: S608 - as above

NEAR = f"""
SELECT * FROM (
    SELECT received, timestamp, source, epoch, number, sequence_num, 'change' AS kind
    FROM orderbook_deltas WHERE{HERE} UNION DISTINCT
    SELECT received, timestamp, source, epoch, number, sequence_num, 'whole' AS kind
    FROM orderbook_snapshots WHERE{HERE} UNION ALL
    SELECT began, noticed, '', 0, 0, 0, concat(channel, ' ', reason, ' until ', toString(ended))
    FROM book_gaps FINAL WHERE{HERE}
) WHERE received BETWEEN fromUnixTimestamp64Nano({{after:Int64}}, 'UTC')
    AND fromUnixTimestamp64Nano({{before:Int64}}, 'UTC')
ORDER BY received
"""  # noqa: S608 - as above
NEAR_NS = 5_000_000_000

BEGUN = f"""
SELECT toUnixTimestamp64Nano(received) FROM orderbook_snapshots WHERE number = 0 AND{HERE}
ORDER BY received
"""  # noqa: S608 - as above


class Feed(NamedTuple):
    """A market of a venue."""

    venue: str
    market: str


class Hole(NamedTuple):
    """Steps that are nowhere, and between which moments of receipt they would have come."""

    feed: Feed
    pair: str
    steps: int
    after_ns: int
    before_ns: int


def stored(tables: Tables, feed: Feed, pair: str) -> dict[int, int]:
    """Give when each moment of the venue that left rows was received: nanoseconds by ms."""
    rows = tables.rows(STORED, **feed._asdict(), pair=pair)
    return dict(rows)


def holes(tables: Tables, feed: Feed, pair: str, sent: list[Any]) -> tuple[int, list[Hole]]:
    """Give how many steps are in the tables, and the holes that no gap accounts for."""
    there = stored(tables, feed, pair)
    moments = sorted(there)
    gaps = _gaps(tables, feed, pair)
    found: dict[tuple[int, int], int] = {}
    for _, _, at_ms in sent:
        if at_ms in there or not moments[0] < at_ms < moments[-1]:
            continue
        place = bisect_left(moments, at_ms)
        edges = there[moments[place - 1]], there[moments[place]]
        found[edges] = found.get(edges, 0) + 1
    lost = [
        Hole(feed, pair, steps, after, before)
        for (after, before), steps in found.items()
        if not any(began <= before and ended > after for began, ended in gaps)
    ]
    return sum(at_ms in there for _, _, at_ms in sent), lost


def around(tables: Tables, lost: list[Hole]) -> str:
    """Show the rows and gaps of a book about the first hole, for whoever looks for its cause."""
    if not lost:
        return ""
    hole = lost[0]
    rows = tables.rows(
        NEAR,
        **hole.feed._asdict(),
        pair=hole.pair,
        after=hole.after_ns - NEAR_NS,
        before=hole.before_ns + NEAR_NS,
    )
    return "\n".join([str(hole), *(" ".join(map(str, row)) for row in rows)])


def broken_stretches(tables: Tables) -> list[tuple[Any, ...]]:
    """Give stretches of books whose updates are not numbered without a hole."""
    return tables.rows(
        "SELECT exchange_id, market_type, pair, source, epoch, max(number), uniqExact(number)"
        " FROM orderbook_deltas GROUP BY exchange_id, market_type, pair, source, epoch"
        " HAVING max(number) != uniqExact(number)"
    )


def _gaps(tables: Tables, feed: Feed, pair: str) -> list[tuple[int, int]]:
    """Give the gaps of a book; one without an end lasts until the next whole book."""
    rows = tables.rows(GAPS, **feed._asdict(), pair=pair)
    begun = [moment for (moment,) in tables.rows(BEGUN, **feed._asdict(), pair=pair)]
    return [
        (began, _next(begun, noticed) if ended is None else ended) for began, noticed, ended in rows
    ]


def _next(moments: list[int], after: int) -> int:
    place = bisect_left(moments, after)
    return moments[place] if place < len(moments) else FOREVER
