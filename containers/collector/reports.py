"""What the collector says of itself at its door."""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from containers.collector.ledger import Ledger
from containers.collector.markets import Collected, Markets
from containers.collector.monitor import Monitor
from containers.collector.writer import Writer
from janym.book.keepers import BEST
from janym.book.stream import Stream
from janym.book.subscribers import Subscribers
from janym.domain.collecting import DaemonId
from janym.domain.market import BookState, Market, Pair, VenueId
from janym.ports.market_history import Place

SECOND = 1_000_000_000


class Reports:
    """Reads the parts of the service; changes nothing."""

    def __init__(  # noqa: PLR0913 - it looks at every part
        self,
        daemon: DaemonId,
        library: str,
        *,
        markets: Markets,
        monitor: Monitor,
        ledger: Ledger,
        writer: Writer,
        subscribers: Subscribers[Place],
        now_ns: Callable[[], int],
    ) -> None:
        self._daemon = daemon
        self._library = library
        self._markets = markets
        self._monitor = monitor
        self._ledger = ledger
        self._writer = writer
        self._subscribers = subscribers
        self._now_ns = now_ns

    def health(self) -> dict[str, Any]:
        """Say whether all is well, and what is not."""
        troubles = [*self._troubles()]
        return {"daemon": self._daemon, "healthy": not troubles, "troubles": troubles}

    def books(self) -> dict[str, Any]:
        """Show every book in a line."""
        return {
            "books": [
                self._line(market, pair, stream)
                for market in self._markets.collected.values()
                for pair, stream in sorted(market.streams.items())
            ]
        }

    def book(self, venue: str, market: str, pair: str, limit: int) -> dict[str, Any] | None:
        """Show one book; its levels only while it is right."""
        known = set(Market)
        if market not in known:
            return None
        collected = self._markets.collected.get((VenueId(venue), Market(market)))
        stream = None if collected is None else collected.streams.get(Pair(pair))
        if collected is None or stream is None:
            return None
        live = stream.state is BookState.LIVE
        top = stream.book.top(limit) if live else None
        return {
            **self._line(collected, Pair(pair), stream),
            "bids": [[f"{price:f}", f"{size:f}"] for price, size in top.bids] if top else [],
            "asks": [[f"{price:f}", f"{size:f}"] for price, size in top.asks] if top else [],
        }

    def counters(self) -> dict[str, Any]:
        """Count what was heard, written and lost."""
        links = [
            {
                "market": f"{market.feed.venue}/{market.feed.market}",
                "endpoint": link.endpoint.name,
                "state": link.state,
                "pairs": len({each.pair for each in link.session.subscriptions}),
                "proven": link.proven,
                **asdict(link.counters),
            }
            for market in self._markets.collected.values()
            for link in market.pool.links
        ]
        writer = self._writer
        return {
            "daemon": self._daemon,
            "sockets": self._library,
            "kept_by": BEST.name,
            "tasks": len(self._monitor.held.tasks),
            "tasks_of_all": self._monitor.held.of_all,
            "heard": asdict(self._ledger.counters),
            "written": asdict(writer.counters)
            | {"backlog": writer.backlog, "behind_s": self._age(writer.covered_ns)},
            "listeners": {"here": self._subscribers.here, "lost": self._subscribers.lost},
            "links": links,
        }

    def _troubles(self) -> "list[str]":
        found = [f"{'/'.join(key)}: {why}" for key, why in self._markets.unknown.items()]
        found += [
            f"{market.feed.venue}/{market.feed.market}: {market.trouble}"
            for market in self._markets.collected.values()
            if market.trouble
        ]
        found += [f"{'/'.join(place)}: {why}" for place, why in self._ledger.refusals.items()]
        if self._monitor.held.away:
            found.append("Postgres is away: the last known tasks serve")
        if self._writer.counters.away:
            found.append(f"ClickHouse is away: {self._writer.backlog} batches wait")
        return found

    def _line(self, market: Collected, pair: Pair, stream: Stream) -> dict[str, Any]:
        live = stream.state is BookState.LIVE
        scale, bid, ask = stream.book.scale, stream.book.bids.best, stream.book.asks.best
        return {
            "venue": market.feed.venue,
            "market": market.feed.market,
            "pair": pair,
            "state": stream.state,
            "sequence": stream.sequence,
            "updates": stream.updates,
            "gaps": stream.gaps,
            "age_s": self._age(stream.heard_ns) if stream.heard_ns else None,
            "bid": f"{scale.price(bid):f}" if live and bid is not None else None,
            "ask": f"{scale.price(ask):f}" if live and ask is not None else None,
        }

    def _age(self, at_ns: int) -> float:
        return round((self._now_ns() - at_ns) / SECOND, 3)
