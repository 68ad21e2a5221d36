"""Columns of the tables of market data, gathered as they will be sent."""

from abc import ABC, abstractmethod
from array import array
from collections.abc import Sequence
from decimal import Context, Decimal
from functools import cache
from itertools import repeat

from janym.domain.market import BookUpdate, Channel, Gap, Level
from janym.ports.market_history import Place, Span, Whole
from janym.ticks import native
from janym.ticks.native import DECIMAL, DIGITS, LEVELS, PLACES

BID, ASK = b"\x01", b"\x02"
UPDATE, DELETE = 1, 2
MOMENT = "DateTime64(9, 'UTC')"

_EXACT = Context(prec=60)


class Table(ABC):
    """What all tables have: to which place each row belongs, and when it was received."""

    name = ""

    def __init__(self) -> None:
        self.rows = 0
        self._places = (bytearray(), bytearray(), bytearray())
        self._spans: dict[Place, list[int]] = {}

    def spans(self) -> tuple[Span, ...]:
        """Give the rows by place."""
        return tuple(Span(place, *counted) for place, counted in self._spans.items())

    def block(self, source: str) -> bytes:
        """Put the rows together."""
        names = ("exchange_id", "market_type", "pair")
        where = [
            (name, "String", bytes(column))
            for name, column in zip(names, self._places, strict=True)
        ]
        return native.block(self.rows, [*where, *self.columns(source)])

    @abstractmethod
    def columns(self, source: str) -> list[tuple[str, str, bytes]]:
        """Give the columns that are the table's own."""

    def count(self, place: Place, rows: int, at_ns: int) -> None:
        """Take note of rows, received then."""
        for column, text in zip(self._places, _written(place), strict=True):
            column.extend(text * rows)
        self.rows += rows
        span = self._spans.get(place)
        if span is None:
            self._spans[place] = [rows, at_ns, at_ns]
            return
        span[0] += rows
        span[1] = min(span[1], at_ns)
        span[2] = max(span[2], at_ns)


class Positioned(Table):
    """Rows of a book, each with its place in the stretch."""

    def __init__(self) -> None:
        super().__init__()
        self._timestamp, self._received = array("q"), array("q")
        self._sequence, self._epoch, self._number = array("Q"), array("Q"), array("Q")

    def position(self, update: BookUpdate | Whole, epoch: int, number: int, rows: int) -> None:
        """Write where an update stands, once for each of its rows.

        Raises:
            OverflowError: the venue's number or moment has more than 64 bits; nothing is written.
        """
        received = update.received_ns
        happened = array("q", (update.happened_ns or received,))
        sequence = array("Q", (update.sequence,))
        self._timestamp.extend(happened * rows)
        self._received.extend(repeat(received, rows))
        self._sequence.extend(sequence * rows)
        self._epoch.extend(repeat(epoch, rows))
        self._number.extend(repeat(number, rows))

    def columns(self, source: str) -> list[tuple[str, str, bytes]]:
        return [
            ("timestamp", MOMENT, native.signed(self._timestamp)),
            ("received", MOMENT, native.signed(self._received)),
            ("sequence_num", "UInt64", native.unsigned(self._sequence)),
            ("source", "String", native.text(source) * self.rows),
            ("epoch", "UInt64", native.unsigned(self._epoch)),
            ("number", "UInt64", native.unsigned(self._number)),
        ]


class Deltas(Positioned):
    """`orderbook_deltas`: a row for each level that changed."""

    name = "orderbook_deltas"

    def __init__(self) -> None:
        super().__init__()
        self._side, self._action = bytearray(), bytearray()
        self._price, self._amount = bytearray(), bytearray()

    def add(self, place: Place, update: BookUpdate, epoch: int, number: int) -> None:
        bids, asks = update.bids, update.asks
        levels = [*bids, *asks]
        prices, sizes = _units(update.scale.price_places), _units(update.scale.size_places)
        price = native.decimals([price * prices for price, _ in levels])
        amount = native.decimals([size * sizes for _, size in levels])
        self.position(update, epoch, number, len(levels))
        self.count(place, len(levels), update.received_ns)
        self._side += BID * len(bids) + ASK * len(asks)
        self._price += price
        self._amount += amount
        self._action += bytes([UPDATE if size else DELETE for _, size in levels])

    def columns(self, source: str) -> list[tuple[str, str, bytes]]:
        return [
            *super().columns(source),
            ("side", "Enum8('bid' = 1, 'ask' = 2)", bytes(self._side)),
            ("price", DECIMAL, bytes(self._price)),
            ("amount", DECIMAL, bytes(self._amount)),
            ("action", "Enum8('update' = 1, 'delete' = 2)", bytes(self._action)),
        ]


class Snapshots(Positioned):
    """`orderbook_snapshots`: a row for each whole book."""

    name = "orderbook_snapshots"

    def __init__(self) -> None:
        super().__init__()
        self._bids, self._asks = _Levels(), _Levels()
        self._bid_edge, self._ask_edge = Prices(), Prices()
        self._kept = array("Q")

    def add(self, place: Place, book: Whole, epoch: int, number: int) -> None:
        prices, sizes = _units(book.scale.price_places), _units(book.scale.size_places)
        bids, asks = (_side(levels, prices, sizes) for levels in (book.bids, book.asks))
        edges = [Price(edge, prices) for edge in (book.bid_edge, book.ask_edge)]
        self.position(book, epoch, number, 1)
        self.count(place, 1, book.received_ns)
        self._bids.add(len(book.bids), bids)
        self._asks.add(len(book.asks), asks)
        self._bid_edge.add(edges[0])
        self._ask_edge.add(edges[1])
        self._kept.append(book.keep or 0)

    def columns(self, source: str) -> list[tuple[str, str, bytes]]:
        return [
            *super().columns(source),
            ("bids", LEVELS, self._bids.written()),
            ("asks", LEVELS, self._asks.written()),
            ("bid_edge", f"Nullable({DECIMAL})", self._bid_edge.written()),
            ("ask_edge", f"Nullable({DECIMAL})", self._ask_edge.written()),
            ("kept", "UInt64", native.unsigned(self._kept)),
        ]


class Price:
    """A price as it is written, or none.

    Args:
        price: counted in `units`; None where there is none.
        units: so many 10^-18.

    Raises:
        OverflowError: it has more than 128 bits.
    """

    __slots__ = ("absent", "written")

    def __init__(self, price: int | None, units: int = 1) -> None:
        self.absent = price is None
        self.written = native.decimals([(price or 0) * units])


class Prices:
    """A column of prices, some of which are not there."""

    def __init__(self) -> None:
        self._absent, self._prices = bytearray(), bytearray()

    def add(self, price: Price) -> None:
        self._absent.append(price.absent)
        self._prices += price.written

    def written(self) -> bytes:
        return bytes(self._absent) + bytes(self._prices)


class _Levels:
    """A column of arrays of price and amount."""

    def __init__(self) -> None:
        self._lengths = array("Q")
        self._prices, self._amounts = bytearray(), bytearray()

    def add(self, levels: int, written: tuple[bytes, bytes]) -> None:
        self._lengths.append(levels)
        self._prices += written[0]
        self._amounts += written[1]

    def written(self) -> bytes:
        return native.offsets(self._lengths) + bytes(self._prices) + bytes(self._amounts)


class Gaps(Table):
    """`book_gaps`: a row when a gap is noticed, and one when it ends."""

    name = "book_gaps"

    def __init__(self) -> None:
        super().__init__()
        self._moments = {"began": array("q"), "noticed": array("q"), "ended": array("q")}
        self._open = bytearray()
        self._numbers = {
            name: array("Q") for name in ("last_sequence", "found_sequence", "lost_rows", "version")
        }
        self._channel, self._reason, self._detail = bytearray(), bytearray(), bytearray()

    def add(self, place: Place, gap: Gap, channel: Channel, lost_rows: int) -> None:
        latest = gap.ended_ns or gap.noticed_ns
        self.count(place, 1, latest)
        self._moments["began"].append(gap.good_until_ns or gap.noticed_ns)
        self._moments["noticed"].append(gap.noticed_ns)
        self._moments["ended"].append(gap.ended_ns or 0)
        self._open.append(gap.ended_ns is None)
        self._numbers["last_sequence"].append(gap.last_sequence)
        self._numbers["found_sequence"].append(gap.found_sequence)
        self._numbers["lost_rows"].append(lost_rows)
        self._numbers["version"].append(latest)
        self._channel += native.text(channel)
        self._reason += native.text(gap.reason)
        self._detail += native.text(gap.detail)

    def columns(self, source: str) -> list[tuple[str, str, bytes]]:
        ended = bytes(self._open) + native.signed(self._moments["ended"])
        return [
            ("began", MOMENT, native.signed(self._moments["began"])),
            ("noticed", MOMENT, native.signed(self._moments["noticed"])),
            ("ended", f"Nullable({MOMENT})", ended),
            ("channel", "String", bytes(self._channel)),
            ("reason", "String", bytes(self._reason)),
            *((name, "UInt64", native.unsigned(column)) for name, column in self._numbers.items()),
            ("detail", "String", bytes(self._detail)),
            ("source", "String", native.text(source) * self.rows),
        ]


def _side(levels: Sequence[Level], prices: int, sizes: int) -> tuple[bytes, bytes]:
    """Write the prices and the sizes of a side.

    Raises:
        OverflowError: one has more than 128 bits.
    """
    return (
        native.decimals([price * prices for price, _ in levels]),
        native.decimals([size * sizes for _, size in levels]),
    )


@cache
def _written(place: Place) -> tuple[bytes, bytes, bytes]:
    """Write a place as its three columns take it."""
    return native.text(place.venue), native.text(place.market), native.text(place.pair)


@cache
def _units(places: int) -> int:
    """Give how many 10^-18 are in one unit of so many places.

    Raises:
        ValueError: the tables keep no more than 18 places.
    """
    if places > PLACES:
        raise ValueError(f"{places} decimal places, and the tables keep {PLACES}")
    return 10 ** (PLACES - places)


def whole(value: Decimal) -> int:
    """Give a decimal in units of 10^-18.

    Raises:
        ValueError: it has more places or digits than the tables keep.
    """
    if value.adjusted() >= DIGITS - PLACES:
        raise ValueError(f"{value:.6E} has more than the {DIGITS} digits that the tables keep")
    scaled = value.scaleb(PLACES, _EXACT)
    number = int(scaled)
    if number != scaled:
        raise ValueError(f"{value} has more than the {PLACES} decimal places that the tables keep")
    return number
