"""The tables of market data, and how they come to be.

Rows of a book hang together by `source`, `epoch` and `number`. An epoch is a stretch in which a
collector never lost sight of a book: it begins with a snapshot, whose number is 0, and each update
with levels has the next number, whatever the venue's own numbers are. So whether every row of a
stretch is there can be seen from the rows themselves. Where no stretch leads to the next there is
a row in `book_gaps`.

Times: `timestamp` is the venue's, `received` the collector's; a venue that gives no time has
`received` in both. Money is Decimal(38, 18). A batch that is sent again is recognized by its token
for as long as it is one of the last `DEDUPLICATED` of its table.
"""

from typing import Any

from janym.ticks.connection import translated

DEDUPLICATED = 10_000
"""Batches a table remembers by their token: more than an hour of several collectors."""

_WHERE = """
    exchange_id LowCardinality(String),
    market_type LowCardinality(String),
    pair LowCardinality(String),
"""

_POSITION = """
    timestamp DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD),
    received DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD),
    sequence_num UInt64 CODEC(DoubleDelta, ZSTD),
    source LowCardinality(String),
    epoch UInt64 CODEC(DoubleDelta, ZSTD),
    number UInt64 CODEC(DoubleDelta, ZSTD),
"""

DELTAS = f"""
CREATE TABLE IF NOT EXISTS orderbook_deltas ({_WHERE}{_POSITION}
    side Enum8('bid' = 1, 'ask' = 2),
    price Decimal(38, 18) CODEC(ZSTD),
    amount Decimal(38, 18) CODEC(ZSTD),
    action Enum8('update' = 1, 'delete' = 2)
) ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received)
ORDER BY (exchange_id, market_type, pair, received, epoch, number)
SETTINGS non_replicated_deduplication_window = {DEDUPLICATED}
"""

SNAPSHOTS = f"""
CREATE TABLE IF NOT EXISTS orderbook_snapshots ({_WHERE}{_POSITION}
    bids Array(Tuple(Decimal(38, 18), Decimal(38, 18))) CODEC(ZSTD),
    asks Array(Tuple(Decimal(38, 18), Decimal(38, 18))) CODEC(ZSTD),
    bid_edge Nullable(Decimal(38, 18)),
    ask_edge Nullable(Decimal(38, 18)),
    kept UInt64
) ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received)
ORDER BY (exchange_id, market_type, pair, received, epoch, number)
SETTINGS non_replicated_deduplication_window = {DEDUPLICATED}
"""
"""Beyond an edge levels may be missing that the venue was not asked for. Of `kept` levels a side
all are known, and nothing is heard of others that drop out of them; 0 says that there is no such
limit."""

TRADES = f"""
CREATE TABLE IF NOT EXISTS trades ({_WHERE}
    timestamp DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD),
    received DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD),
    trade_id String CODEC(ZSTD),
    side Enum8('buy' = 1, 'sell' = 2),
    price Decimal(38, 18) CODEC(ZSTD),
    amount Decimal(38, 18) CODEC(ZSTD)
) ENGINE = ReplacingMergeTree
PARTITION BY toYYYYMMDD(timestamp)
ORDER BY (exchange_id, market_type, pair, timestamp, trade_id)
SETTINGS non_replicated_deduplication_window = {DEDUPLICATED}
"""
"""Two connections may hear the same trade: of two rows the engine keeps one when it merges parts,
and readers ask with FINAL until then."""

BBO = f"""
CREATE TABLE IF NOT EXISTS bbo ({_WHERE}
    timestamp DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD),
    received DateTime64(9, 'UTC') CODEC(DoubleDelta, ZSTD),
    sequence_num UInt64 CODEC(DoubleDelta, ZSTD),
    bid Nullable(Decimal(38, 18)) CODEC(ZSTD),
    bid_amount Decimal(38, 18) CODEC(ZSTD),
    ask Nullable(Decimal(38, 18)) CODEC(ZSTD),
    ask_amount Decimal(38, 18) CODEC(ZSTD)
) ENGINE = MergeTree
PARTITION BY toYYYYMMDD(received)
ORDER BY (exchange_id, market_type, pair, received)
SETTINGS non_replicated_deduplication_window = {DEDUPLICATED}
"""
"""The best bid and offer as the venue's own channel tells them; a side without orders has no price.
While a connection takes over from another both may tell the same."""

GAPS = f"""
CREATE TABLE IF NOT EXISTS book_gaps ({_WHERE}
    began DateTime64(9, 'UTC'),
    noticed DateTime64(9, 'UTC'),
    ended Nullable(DateTime64(9, 'UTC')),
    channel LowCardinality(String),
    reason LowCardinality(String),
    last_sequence UInt64,
    found_sequence UInt64,
    lost_rows UInt64,
    detail String,
    source LowCardinality(String),
    version UInt64
) ENGINE = ReplacingMergeTree(version)
PARTITION BY toYYYYMMDD(began)
ORDER BY (exchange_id, market_type, pair, began, channel, reason, source)
SETTINGS non_replicated_deduplication_window = {DEDUPLICATED}
"""
"""A gap is written when it is noticed, without its end, and again when it ends."""

AGES = {
    "orderbook_deltas": "received",
    "orderbook_snapshots": "received",
    "trades": "timestamp",
    "bbo": "received",
    "book_gaps": "began",
}
"""By which column a row is too old to keep."""

LONGEST_DAYS = 10_000
"""The engine reckons in 32-bit seconds: beyond 2106 a row would count as past."""


def migrate(client: Any, *, keep_days: int) -> None:
    """Make what is missing, and set how long rows are kept. Safe to repeat.

    Raises:
        StoreAway: ClickHouse does not answer.
    """
    days = min(keep_days, LONGEST_DAYS)
    with translated():
        for statement in (DELTAS, SNAPSHOTS, TRADES, BBO, GAPS):
            client.command(statement)
        for table, age in AGES.items():
            client.command(
                f"ALTER TABLE {table} MODIFY TTL toDateTime({age}) + INTERVAL {days:d} DAY"
            )
