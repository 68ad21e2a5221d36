"""The history of markets out of ClickHouse: the documented queries, and what is made of them.

A book at a moment is the last whole book written before it, and over it, by their numbers, the
changes of the same `source` and `epoch` up to the moment. It is complete when the numbers have no
hole, no gap covers the moment, and something of the same epoch was heard after it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from janym.domain.errors import NotFound, StoreAway
from janym.domain.market import Channel, GapReason, Market, Pair, VenueId
from janym.domain.past import Candle, Interval, PastBook, PastGap, PastTrade, Ticker, Trust
from janym.domain.trading import Side
from janym.ports.market_history import Place
from janym.ticks.connection import translated

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

EPOCH = datetime.fromtimestamp(0, UTC)
DAY = timedelta(days=1)


class ClickHouseMarketPast:
    """`ports.market_past.MarketPast`.

    Args:
        connect: gives a client; called when first needed, and again after one that failed.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._client: Any = None

    def book(self, place: Place, at: datetime, *, limit: int | None) -> PastBook:
        at_ns = _ns(at)
        rows = self._query(SNAPSHOT, _given(place, at=at_ns))
        if not rows:
            raise NotFound("book", f"of {'/'.join(place)} at {at.isoformat()} or before")
        begun = _Begun(*rows[0])
        position = {"source": begun.source, "epoch": begun.epoch, "number": begun.number}
        deltas = self._query(DELTAS, _given(place, at=at_ns, since=begun.received, **position))
        gaps = self.gaps(place, since=_moment(begun.received), until=at)
        after = bool(self._query(AFTER, _given(place, at=at_ns, **position)))
        trust, doubts = _judged(begun, deltas, gaps, at, after=after)
        bids, asks = _written_over(begun, deltas)
        last = deltas[-1] if deltas else (begun.number, begun.sequence, begun.received)
        return PastBook(
            venue=place.venue,
            market=place.market,
            pair=place.pair,
            at=at,
            bids=bids.top(limit),
            asks=asks.top(limit),
            sequence=last[1],
            snapshot_at=_moment(begun.received),
            changed_at=_moment(last[2]),
            updates=len({row[0] for row in deltas}),
            trust=trust,
            doubts=doubts,
            gaps=[gap for gap in gaps if gap.channel is Channel.BOOK],
        )

    def gaps(self, place: Place, *, since: datetime, until: datetime) -> list[PastGap]:
        rows = self._query(GAPS, _given(place, since=_ns(since), until=_ns(until)))
        return [_gap(row) for row in rows]

    def trades(
        self, place: Place, *, since: datetime, until: datetime, limit: int
    ) -> list[PastTrade]:
        given = _given(place, since=_ns(since), until=_ns(until), limit=limit)
        return [
            PastTrade(id=row[0], at=_moment(row[1]), side=Side(row[2]), price=row[3], amount=row[4])
            for row in self._query(TRADES, given)
        ]

    def candles(
        self, place: Place, interval: Interval, *, since: datetime, until: datetime
    ) -> list[Candle]:
        step = int(interval.length.total_seconds())
        given = _given(place, since=_ns(since), until=_ns(until), step=step)
        return [
            Candle(
                at=EPOCH + timedelta(seconds=row[0]),
                open=row[1],
                high=row[2],
                low=row[3],
                close=row[4],
                volume=row[5],
                turnover=_plain(row[6]),
                trades=row[7],
            )
            for row in self._query(CANDLES, given)
        ]

    def tickers(self, venue: VenueId, market: Market, *, at: datetime) -> list[Ticker]:
        given = {"venue": venue, "market": market, "since": _ns(at - DAY), "until": _ns(at)}
        return [
            Ticker(
                pair=Pair(row[0]),
                at=_moment(row[1]),
                open=row[2],
                high=row[3],
                low=row[4],
                last=row[5],
                volume=row[6],
                turnover=_plain(row[7]),
                trades=row[8],
            )
            for row in self._query(TICKERS, given)
        ]

    def _query(self, query: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        try:
            with translated():
                if self._client is None:
                    self._client = self._connect()
                return list(self._client.query(query, parameters=dict(given)).result_rows)
        except StoreAway:
            self._client = None
            raise


@dataclass(frozen=True, slots=True)
class _Begun:
    """The whole book that a rebuilt one begins with."""

    source: str
    epoch: int
    number: int
    sequence: int
    received: int
    bids: Sequence[tuple[Decimal, Decimal]]
    asks: Sequence[tuple[Decimal, Decimal]]
    bid_edge: Decimal | None
    ask_edge: Decimal | None
    kept: int


class _Side:
    """One side of a rebuilt book: amounts by price. The sign is -1 for bids, 1 for asks."""

    def __init__(
        self, sign: int, levels: Sequence[tuple[Decimal, Decimal]], edge: Decimal | None
    ) -> None:
        self._sign = sign
        self._amounts = dict(levels)
        self._edge = edge

    def write(self, price: Decimal, amount: Decimal) -> None:
        """Put an amount in place; 0 takes the level out."""
        if amount:
            self._amounts[price] = amount
        else:
            self._amounts.pop(price, None)

    def keep(self, limit: int) -> None:
        """Forget what lies below the best levels."""
        for price in self._ordered()[limit:]:
            del self._amounts[price]

    def top(self, limit: int | None) -> list[tuple[Decimal, Decimal]]:
        """Give the best levels that are known, best first."""
        known = [price for price in self._ordered() if self._known(price)]
        return [(_plain(price), _plain(self._amounts[price])) for price in known[:limit]]

    def _ordered(self) -> list[Decimal]:
        return sorted(self._amounts, reverse=self._sign < 0)

    def _known(self, price: Decimal) -> bool:
        return self._edge is None or (price - self._edge) * self._sign <= 0


def _written_over(begun: _Begun, deltas: Sequence[tuple[Any, ...]]) -> tuple[_Side, _Side]:
    """Write changes over a whole book, as the collector's own book did."""
    bids = _Side(-1, begun.bids, begun.bid_edge)
    asks = _Side(1, begun.asks, begun.ask_edge)
    sides = {"bid": bids, "ask": asks}
    for _, rows in groupby(deltas, key=lambda row: row[0]):
        for row in rows:
            sides[row[3]].write(row[4], row[5])
        if begun.kept:
            bids.keep(begun.kept)
            asks.keep(begun.kept)
    return bids, asks


def _judged(
    begun: _Begun,
    deltas: Sequence[tuple[Any, ...]],
    gaps: Sequence[PastGap],
    at: datetime,
    *,
    after: bool,
) -> tuple[Trust, list[str]]:
    """Say how far a rebuilt book can be believed, and why not further."""
    numbers = {row[0] for row in deltas}
    holes = max(numbers, default=begun.number) - begun.number - len(numbers)
    books = [gap for gap in gaps if gap.channel is Channel.BOOK]
    unwritten = [gap for gap in books if gap.reason == GapReason.UNWRITTEN]
    covering = [gap for gap in books if gap not in unwritten and _covers(gap, begun, at)]
    stale = [_said(gap) for gap in covering]
    missing = [_said(gap) for gap in unwritten if not gap.detail.startswith("trades")]
    if holes:
        missing.append(f"{holes} updates of this stretch are not in the table")
    if missing:
        return Trust.MISSING, [*missing, *stale]
    if stale:
        return Trust.STALE, stale
    if not after:
        return Trust.UNPROVEN, ["nothing of this stretch was written after the moment"]
    return Trust.COMPLETE, []


def _covers(gap: PastGap, begun: _Begun, at: datetime) -> bool:
    """Whether a book was not believed at a moment; a new whole book ends a gap left open."""
    if gap.ended is not None:
        return gap.began <= at < gap.ended and not (
            begun.number == 0 and _moment(begun.received) >= gap.noticed
        )
    return gap.noticed >= _moment(begun.received) or begun.number > 0


def _said(gap: PastGap) -> str:
    ended = "did not end" if gap.ended is None else f"ended {gap.ended.isoformat()}"
    detail = f": {gap.detail}" if gap.detail else ""
    return f"{gap.reason} since {gap.began.isoformat()}, {ended}{detail}"


def _gap(row: tuple[Any, ...]) -> PastGap:
    channel, began, noticed, ended, reason, detail, lost_rows = row
    return PastGap(
        channel=Channel(channel),
        began=_moment(began),
        noticed=_moment(noticed),
        ended=None if ended is None else _moment(ended),
        reason=reason,
        detail=detail,
        lost_rows=lost_rows,
    )


def _plain(value: Decimal) -> Decimal:
    """Drop zeros after the last place that says something."""
    return Decimal(f"{value:f}".rstrip("0").rstrip(".")) if "." in f"{value:f}" else value


def _given(place: Place, **more: Any) -> dict[str, Any]:
    return {"venue": place.venue, "market": place.market, "pair": place.pair, **more}


def _ns(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1) * 1000


def _moment(at_ns: int) -> datetime:
    return EPOCH + timedelta(microseconds=at_ns // 1000)
