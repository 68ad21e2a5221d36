"""A book as it was, for people and programs: what `janym book` prints."""

from datetime import datetime
from typing import Any

from janym.domain.errors import FieldError, InvalidInput
from janym.domain.market import Market, Pair, VenueId
from janym.domain.past import PastBook, PastGap
from janym.ports.market_history import Place
from janym.ports.market_past import MarketPast


def place(venue: str, market: str, pair: str) -> Place:
    """Read a book's address.

    Raises:
        InvalidInput: the market is none, or the pair is not BASE/QUOTE.
    """
    if market not in set(Market):
        reason = f"{market!r} is none; choose one of {', '.join(Market)}"
        raise InvalidInput(FieldError(field="market", reason=reason))
    base, slash, quote = pair.partition("/")
    if not (base and slash and quote) or "/" in quote:
        raise InvalidInput(FieldError(field="pair", reason=f"{pair!r} is not BASE/QUOTE"))
    return Place(VenueId(venue), Market(market), Pair(pair))


def moment(text: str) -> datetime:
    """Read a moment.

    Raises:
        InvalidInput: it is no RFC 3339 time with an offset.
    """
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        reason = f"{text!r} is no time with an offset, such as 2026-11-21T12:00:00Z"
        raise InvalidInput(FieldError(field="at", reason=reason))
    return at


def show(past: MarketPast, where: Place, at: datetime, *, limit: int | None) -> dict[str, Any]:
    """Rebuild a book and write it as JSON takes it; amounts are decimal strings.

    Raises:
        InvalidInput: the limit is not positive.
        NotFound: nothing was written before the moment.
        StoreAway: the history does not answer.
    """
    if limit is not None and limit < 1:
        raise InvalidInput(FieldError(field="limit", reason=f"{limit} is not positive"))
    return _written(past.book(where, at, limit=limit))


def _written(book: PastBook) -> dict[str, Any]:
    return {
        "exchange": book.venue,
        "market": book.market,
        "pair": book.pair,
        "at": book.at.isoformat(),
        "bids": [[f"{price:f}", f"{amount:f}"] for price, amount in book.bids],
        "asks": [[f"{price:f}", f"{amount:f}"] for price, amount in book.asks],
        "sequence": book.sequence,
        "snapshot_at": book.snapshot_at.isoformat(),
        "changed_at": book.changed_at.isoformat(),
        "updates": book.updates,
        "trust": book.trust,
        "doubts": list(book.doubts),
        "gaps": [_gap(gap) for gap in book.gaps],
    }


def _gap(gap: PastGap) -> dict[str, Any]:
    return {
        "began": gap.began.isoformat(),
        "ended": None if gap.ended is None else gap.ended.isoformat(),
        "reason": gap.reason,
        "detail": gap.detail,
        "lost_rows": gap.lost_rows,
    }
