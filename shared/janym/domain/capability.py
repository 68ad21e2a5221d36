"""What the platform can do at each exchange, apart from what addresses it was told."""

from collections.abc import Mapping

from janym.domain.market import Market

WATCHED = ("binance", "bybit", "coinex", "htx", "kucoin", "mexc", "okx")
DATA: Mapping[str, frozenset[Market]] = {venue: frozenset(Market) for venue in WATCHED}
"""Whose books and trades are read: a test holds it to the feeds that there are."""

TRADED = frozenset({Market.SPOT})
"""The markets that signed calls and bots know; futures are watched, not traded."""

NATIVE: frozenset[str] = frozenset()
"""Exchanges that an engine of our own trades on: there is none yet, bots run on Hummingbot."""
