"""The history of markets out of ClickHouse: the documented queries, and what is made of them.

A book at a moment is the last whole book written before it, and over it, by their numbers, the
changes of the same `source` and `epoch` up to the moment. It is complete when the numbers have no
hole, no gap covers the moment, and something of the same epoch was heard after it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from janym.domain.errors import NotFound
from janym.domain.market import Channel, Market, Pair, VenueId
from janym.domain.past import Candle, Interval, PastBook, PastGap, PastQuote, PastTrade, Ticker
from janym.domain.trading import Side
from janym.ports.market_history import Place
from janym.ticks.connection import Server
from janym.ticks.moments import EPOCH, moment, nanoseconds
from janym.ticks.rebuilt import Begun, judged, plain, written_over

_PLACE = "exchange_id = {venue:String} AND market_type = {market:String} AND pair = {pair:String}"

SNAPSHOT = f"""
SELECT source, epoch, number, sequence_num, toUnixTimestamp64Nano(received),
    bids, asks, bid_edge, ask_edge, kept
FROM orderbook_snapshots
WHERE {_PLACE} AND received <= fromUnixTimestamp64Nano({{at:Int64}}, 'UTC')
ORDER BY received DESC LIMIT 1
"""  # noqa: S608 - the values are parameters

DELTAS = f"""
SELECT number, sequence_num, toUnixTimestamp64Nano(received), side, price, amount
FROM orderbook_deltas
WHERE {_PLACE} AND source = {{source:String}} AND epoch = {{epoch:UInt64}}
    AND number > {{number:UInt64}}
    AND received >= fromUnixTimestamp64Nano({{since:Int64}}, 'UTC')
    AND received <= fromUnixTimestamp64Nano({{at:Int64}}, 'UTC')
ORDER BY number
"""  # noqa: S608 - as above

AFTER = f"""
SELECT 1 FROM (
    SELECT received FROM orderbook_deltas
    WHERE {_PLACE} AND source = {{source:String}} AND epoch = {{epoch:UInt64}}
        AND received > fromUnixTimestamp64Nano({{at:Int64}}, 'UTC') LIMIT 1
    UNION ALL
    SELECT received FROM orderbook_snapshots
    WHERE {_PLACE} AND source = {{source:String}} AND epoch = {{epoch:UInt64}}
        AND received > fromUnixTimestamp64Nano({{at:Int64}}, 'UTC') LIMIT 1
) LIMIT 1
"""  # noqa: S608 - as above

GAPS = f"""
SELECT channel, toUnixTimestamp64Nano(began), toUnixTimestamp64Nano(noticed),
    toUnixTimestamp64Nano(ended), reason, detail, lost_rows
FROM book_gaps FINAL
WHERE {_PLACE} AND began <= fromUnixTimestamp64Nano({{until:Int64}}, 'UTC')
    AND (ended IS NULL OR ended >= fromUnixTimestamp64Nano({{since:Int64}}, 'UTC'))
ORDER BY began, channel
"""  # noqa: S608 - as above

TRADES = f"""
SELECT trade_id, toUnixTimestamp64Nano(timestamp), side, price, amount
FROM trades FINAL
WHERE {_PLACE} AND timestamp >= fromUnixTimestamp64Nano({{since:Int64}}, 'UTC')
    AND timestamp < fromUnixTimestamp64Nano({{until:Int64}}, 'UTC')
ORDER BY timestamp DESC, trade_id DESC LIMIT {{limit:UInt32}}
"""  # noqa: S608 - as above

QUOTES = f"""
SELECT toUnixTimestamp64Nano(timestamp), toUnixTimestamp64Nano(received), sequence_num,
    bid, bid_amount, ask, ask_amount
FROM bbo
WHERE {_PLACE} AND received >= fromUnixTimestamp64Nano({{since:Int64}}, 'UTC')
    AND received < fromUnixTimestamp64Nano({{until:Int64}}, 'UTC')
ORDER BY received DESC LIMIT {{limit:UInt32}}
"""  # noqa: S608 - as above

_FIGURES = """
    argMin(price, (timestamp, received, trade_id)), max(price), min(price),
    argMax(price, (timestamp, received, trade_id)), sum(amount),
    sum(CAST(price AS Decimal(76, 18)) * amount), count()
"""

CANDLES = f"""
SELECT intDiv(toUnixTimestamp(timestamp), {{step:UInt32}}) * {{step:UInt32}} AS at, {_FIGURES}
FROM trades FINAL
WHERE {_PLACE} AND timestamp >= fromUnixTimestamp64Nano({{since:Int64}}, 'UTC')
    AND timestamp < fromUnixTimestamp64Nano({{until:Int64}}, 'UTC')
GROUP BY at ORDER BY at
"""  # noqa: S608 - as above

TICKERS = f"""
SELECT pair, toUnixTimestamp64Nano(max(timestamp)), {_FIGURES}
FROM trades FINAL
WHERE exchange_id = {{venue:String}} AND market_type = {{market:String}}
    AND timestamp > fromUnixTimestamp64Nano({{since:Int64}}, 'UTC')
    AND timestamp <= fromUnixTimestamp64Nano({{until:Int64}}, 'UTC')
GROUP BY pair ORDER BY pair
"""  # noqa: S608 - as above

DAY = timedelta(days=1)


class ClickHouseMarketPast:
    """`ports.market_past.MarketPast`.

    Args:
        connect: gives a client.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._server = Server(connect)

    def book(self, place: Place, at: datetime, *, limit: int | None) -> PastBook:
        at_ns = nanoseconds(at)
        rows = self._query(SNAPSHOT, _given(place, at=at_ns))
        if not rows:
            raise NotFound("book", f"of {'/'.join(place)} at {at.isoformat()} or before")
        begun = Begun(*rows[0])
        position = {"source": begun.source, "epoch": begun.epoch, "number": begun.number}
        deltas = self._query(DELTAS, _given(place, at=at_ns, since=begun.received, **position))
        gaps = self.gaps(place, since=moment(begun.received), until=at)
        after = bool(self._query(AFTER, _given(place, at=at_ns, **position)))
        trust, doubts = judged(begun, deltas, gaps, at, after=after)
        bids, asks = written_over(begun, deltas)
        last = deltas[-1] if deltas else (begun.number, begun.sequence, begun.received)
        return PastBook(
            venue=place.venue,
            market=place.market,
            pair=place.pair,
            at=at,
            bids=bids.top(limit),
            asks=asks.top(limit),
            sequence=last[1],
            snapshot_at=moment(begun.received),
            changed_at=moment(last[2]),
            updates=len({row[0] for row in deltas}),
            trust=trust,
            doubts=doubts,
            gaps=[gap for gap in gaps if gap.channel is Channel.BOOK],
        )

    def gaps(self, place: Place, *, since: datetime, until: datetime) -> list[PastGap]:
        rows = self._query(GAPS, _given(place, since=nanoseconds(since), until=nanoseconds(until)))
        return [_gap(row) for row in rows]

    def trades(
        self, place: Place, *, since: datetime, until: datetime, limit: int
    ) -> list[PastTrade]:
        given = _given(place, since=nanoseconds(since), until=nanoseconds(until), limit=limit)
        return [
            PastTrade(id=row[0], at=moment(row[1]), side=Side(row[2]), price=row[3], amount=row[4])
            for row in self._query(TRADES, given)
        ]

    def quotes(
        self, place: Place, *, since: datetime, until: datetime, limit: int
    ) -> list[PastQuote]:
        given = _given(place, since=nanoseconds(since), until=nanoseconds(until), limit=limit)
        return [
            PastQuote(
                at=moment(row[0]),
                received=moment(row[1]),
                sequence=row[2],
                bid=None if row[3] is None else plain(row[3]),
                bid_amount=plain(row[4]),
                ask=None if row[5] is None else plain(row[5]),
                ask_amount=plain(row[6]),
            )
            for row in self._query(QUOTES, given)
        ]

    def candles(
        self, place: Place, interval: Interval, *, since: datetime, until: datetime
    ) -> list[Candle]:
        step = int(interval.length.total_seconds())
        given = _given(place, since=nanoseconds(since), until=nanoseconds(until), step=step)
        return [
            Candle(
                at=EPOCH + timedelta(seconds=row[0]),
                open=row[1],
                high=row[2],
                low=row[3],
                close=row[4],
                volume=row[5],
                turnover=plain(row[6]),
                trades=row[7],
            )
            for row in self._query(CANDLES, given)
        ]

    def tickers(self, venue: VenueId, market: Market, *, at: datetime) -> list[Ticker]:
        given = {
            "venue": venue,
            "market": market,
            "since": nanoseconds(at - DAY),
            "until": nanoseconds(at),
        }
        return [
            Ticker(
                pair=Pair(row[0]),
                at=moment(row[1]),
                open=row[2],
                high=row[3],
                low=row[4],
                last=row[5],
                volume=row[6],
                turnover=plain(row[7]),
                trades=row[8],
            )
            for row in self._query(TICKERS, given)
        ]

    def _query(self, query: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        with self._server.client() as client:
            return list(client.query(query, parameters=dict(given)).result_rows)


def _gap(row: tuple[Any, ...]) -> PastGap:
    channel, began, noticed, ended, reason, detail, lost_rows = row
    return PastGap(
        channel=Channel(channel),
        began=moment(began),
        noticed=moment(noticed),
        ended=None if ended is None else moment(ended),
        reason=reason,
        detail=detail,
        lost_rows=lost_rows,
    )


def _given(place: Place, **more: Any) -> dict[str, Any]:
    return {"venue": place.venue, "market": place.market, "pair": place.pair, **more}
