"""How many collectors a number of pairs takes: `python -m benchmarks.scale [--write]`.

A simulation without a network. The pairs are shared out by the collectors' own rule; then every
connection of every collector is cut at once, and the time is reckoned until each book is right
again, with the paces that the collectors keep and the limits that each venue's folder states.
Afterwards every stretch of time is looked at: nothing may have passed a limit.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import cast

from janym.book.law import Source
from janym.domain.collecting import Daemon, DaemonId, Task, share_out
from janym.domain.egress import Pace
from janym.domain.market import Channel, Depth, Listing, Market, Pair, Subscription, VenueId
from janym.feeds.feed import VenueFeed
from janym.live.budgets import pace
from janym.live.feeds import FEEDS
from janym.ports.feeds import Endpoint, Fetch, Rate, Request

PAGE = Path(__file__).parents[1] / "docs" / "guides" / "scale.md"
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"
START = datetime(2026, 1, 1, tzinfo=UTC)
AT_NS = 1_767_225_600 * 10**9
CHANNELS = (Channel.BOOK, Channel.TRADES)
MOST_PAIRS = 50
WELCOME = '{"id":"1","type":"welcome"}'
"""Of the one venue that greets."""
HANDSHAKE_S, ANSWER_S = 0.3, 0.2
"""What a connection and an answer take; the limits are what takes long."""
PAIRS = 100_000
COLLECTORS = (50, 100, 200)


@dataclass(slots=True)
class Budget:
    """One limit as it is kept, and what was taken of it when."""

    pace: Pace
    full_at: datetime = START
    taken: list[tuple[float, int]] = field(default_factory=list[tuple[float, int]])

    def take(self, units: int, at_s: float) -> float:
        """Wait as a collector does; give the moment."""
        asked = START + timedelta(seconds=at_s)
        at = max(asked, self.pace.earliest(self.full_at, min(units, self.pace.burst)))
        self.full_at = self.pace.after(self.full_at, units, at=at)
        seconds = (at - START).total_seconds()
        self.taken.append((seconds, units))
        return seconds

    def most(self, rate: Rate) -> int:
        """Give the most that was taken in any stretch of the limit's period."""
        return busiest(self.taken, rate.per_ns / 1e9)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """How one collector's part of a feed came back."""

    connections: int
    seconds: float
    over: Sequence[str]
    """Limits that were passed."""


def busiest(taken: Sequence[tuple[float, int]], period_s: float) -> int:
    """Give the most units in any stretch of a period."""
    ordered = sorted(taken)
    most = held = first = 0
    for at, units in ordered:
        held += units
        while ordered[first][0] <= at - period_s:
            held -= ordered[first][1]
            first += 1
        most = max(most, held)
    return most


def comes_back(feed: VenueFeed, pairs: int) -> Return:
    """Cut all connections of a collector to one feed, and let them come back."""
    limits = feed.limits
    connects, weight = Budget(pace(limits.connections)), Budget(pace(limits.weight))
    listings = {pair: _listing(feed, pair) for pair in _names(pairs)}
    connections, last, over = 0, 0.0, set[str]()
    for endpoint, wanted in _connections(feed, list(listings)):
        connections += 1
        session = feed.session(endpoint, listings)
        asked_s = 0.0
        for effect in session.dial(AT_NS):
            if isinstance(effect, Fetch):
                asked_s = weight.take(effect.request.weight, 0.0) + ANSWER_S
        opened_s = connects.take(1, asked_s) + HANDSHAKE_S
        messages = Budget(pace(limits.messages, reserve=max(1, limits.messages.count // 5)))
        session.subscribe(wanted, AT_NS)
        sends = session.opened(AT_NS) or session.receive(WELCOME, AT_NS)
        out = [messages.take(1, opened_s) for _ in sends]
        books = _books(feed, wanted, out, weight, messages)
        last = max(last, out[-1] + ANSWER_S, *books)
        if messages.most(limits.messages) > limits.messages.count:
            over.add("messages")
    if connects.most(limits.connections) > limits.connections.count:
        over.add("connections")
    if weight.most(limits.weight) > limits.weight.count:
        over.add("weight")
    return Return(connections=connections, seconds=last, over=sorted(over))


def _books(
    feed: VenueFeed,
    wanted: Sequence[Subscription],
    out: Sequence[float],
    weight: Budget,
    messages: Budget,
) -> Iterator[float]:
    """Give the moments at which a connection's books are right."""
    books = [each for each in wanted if each.channel is Channel.BOOK]
    for index, book in enumerate(books):
        heard_s = out[min(len(out) - 1, index * len(out) // len(books))] + ANSWER_S
        token = feed.dialect.token(book.depth, _symbol(feed, book.pair))
        if feed.dialect.law(token).source is Source.STREAM:
            yield heard_s
            continue
        asked = feed.dialect.snapshot(token, book.depth, 1)
        if isinstance(asked, Request):
            yield weight.take(asked.weight, heard_s) + ANSWER_S
        else:
            yield messages.take(1, heard_s) + ANSWER_S


def _connections(
    feed: VenueFeed, pairs: Sequence[Pair]
) -> Iterator[tuple[Endpoint, list[Subscription]]]:
    """Spread pairs over connections as pools do."""
    for endpoint in feed.endpoints:
        channels = [channel for channel in CHANNELS if channel in endpoint.channels]
        if not channels:
            continue
        most = min(MOST_PAIRS, feed.limits.pairs)
        if feed.limits.topics is not None:
            most = min(most, feed.limits.topics // len(channels))
        for start in range(0, len(pairs), most):
            yield (
                endpoint,
                [
                    Subscription(pair=pair, channel=channel, depth=Depth.FULL)
                    for pair in pairs[start : start + most]
                    for channel in channels
                ],
            )


def _names(count: int) -> list[Pair]:
    return [Pair(f"A{number}/USDT") for number in range(count)]


def _symbol(feed: VenueFeed, pair: Pair) -> str:
    return pair.replace("/", "-" if feed.market is Market.SPOT else "")


def _listing(feed: VenueFeed, pair: Pair) -> Listing:
    return Listing(
        venue=feed.venue, market=feed.market, pair=pair, symbol=_symbol(feed, pair),
        tick=Decimal("0.01"), step=Decimal("0.001"),
    )  # fmt: skip


def feeds() -> list[VenueFeed]:
    return [cast("VenueFeed", feed) for feed in FEEDS.values()]


def shares(pairs: int, collectors: int) -> dict[tuple[VenueId, Market], int]:
    """Share pairs out evenly over feeds, then by the rule; give the most that one collector has."""
    every = feeds()
    each = -(-pairs // len(every))
    tasks = [
        Task(venue=feed.venue, market=feed.market, pair=pair, depth=Depth.FULL, priority=1)
        for feed in every
        for pair in _names(each)
    ]
    daemons = [Daemon(id=DaemonId(f"collector-{number}")) for number in range(collectors)]
    most: dict[tuple[VenueId, Market], int] = {}
    for taken in share_out(tasks, daemons).values():
        for place, count in Counter((task.venue, task.market) for task in taken).items():
            most[place] = max(most.get(place, 0), count)
    return most


def table(pairs: int, collectors: Sequence[int]) -> list[str]:
    """Reckon, and write the rows of a table."""
    fleets = {count: shares(pairs, count) for count in collectors}
    rows = [
        "| feed | " + " | ".join(f"{count} collectors" for count in collectors) + " |",
        "|---|" + "--:|" * len(collectors),
    ]
    for feed in feeds():
        cells: list[str] = []
        for count in collectors:
            share = fleets[count][feed.venue, feed.market]
            back = comes_back(feed, share)
            passed = f", passes {' and '.join(back.over)}" if back.over else ""
            cells.append(f"{share} · {back.connections} · {back.seconds:.0f} s{passed}")
        rows.append(f"| {feed.venue} {feed.market} | " + " | ".join(cells) + " |")
    return rows


def main() -> int:
    """Print the table; 1 if any limit was passed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--pairs", type=int, default=PAIRS)
    parser.add_argument("--collectors", type=int, nargs="+", default=list(COLLECTORS))
    parser.add_argument("--write", action="store_true", help=f"and put it into {PAGE.name}")
    options = parser.parse_args()
    rows = table(options.pairs, options.collectors)
    sys.stdout.write("\n".join(rows) + "\n")
    if options.write:
        page = PAGE.read_text()
        before, after = page.partition(BEGIN)[0], page.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n" + "\n".join(rows) + f"\n{END}{after}")
    return 1 if any("passes" in row for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
