"""Writes what is heard down, row by row and table by table, until it is cut into batches."""

from janym.domain.market import Bbo, BookUpdate, Channel, Gap, Trade
from janym.ports.market_history import Batch, Place, Unwritable, Whole
from janym.ticks.columns import Deltas, Gaps, Snapshots, Table
from janym.ticks.told import Quotes, Trades

UNFIT = (ValueError, ArithmeticError)
"""What a table raises, before it has changed, where a number has no room in it."""


class Recorder:
    """`ports.market_history.Recorder`.

    Args:
        source: who records; with the number of the batch it makes the batch's token.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self._batches = 0
        self._begin()

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self._tables())

    @property
    def first_ns(self) -> int | None:
        spans = [span for table in self._tables() for span in table.spans()]
        return min((span.first_ns for span in spans), default=None)

    def book(self, place: Place) -> "BookLine":
        return BookLine(self, place)

    def trade(self, place: Place, trade: Trade) -> None:
        try:
            self.trades.add(place, trade)
        except UNFIT as unfit:
            raise Unwritable(str(unfit)) from unfit

    def quote(self, place: Place, quote: Bbo) -> None:
        try:
            self.quotes.add(place, quote)
        except UNFIT as unfit:
            raise Unwritable(str(unfit)) from unfit

    def gap(
        self, place: Place, gap: Gap, *, channel: Channel = Channel.BOOK, lost_rows: int = 0
    ) -> None:
        self.gaps.add(place, gap, channel, lost_rows)

    def cut(self) -> list[Batch]:
        tables = [table for table in self._tables() if table.rows]
        self._batches += bool(tables)
        batches = [
            Batch(
                table=table.name,
                token=f"{self._source}-{self._batches}",
                spans=table.spans(),
                block=table.block(self._source),
            )
            for table in tables
        ]
        self._begin()
        return batches

    def _begin(self) -> None:
        self.deltas, self.snapshots = Deltas(), Snapshots()
        self.trades, self.quotes, self.gaps = Trades(), Quotes(), Gaps()

    def _tables(self) -> tuple[Table, ...]:
        # Snapshots go first: a reader who finds a delta finds what it changes.
        return (self.snapshots, self.deltas, self.trades, self.quotes, self.gaps)


class BookLine:
    """`ports.market_history.BookLine`."""

    __slots__ = ("_epoch", "_number", "_place", "_recorder")

    def __init__(self, recorder: Recorder, place: Place) -> None:
        self._recorder = recorder
        self._place = place
        self._epoch = 0
        self._number = 0

    def began(self, book: Whole) -> None:
        self._epoch, self._number = book.received_ns, 0
        self.whole(book)

    def updated(self, update: BookUpdate) -> None:
        if update.bids or update.asks:
            self._number += 1
            try:
                self._recorder.deltas.add(self._place, update, self._epoch, self._number)
            except UNFIT as unfit:
                raise Unwritable(str(unfit)) from unfit

    def whole(self, book: Whole) -> None:
        try:
            self._recorder.snapshots.add(self._place, book, self._epoch, self._number)
        except UNFIT as unfit:
            raise Unwritable(str(unfit)) from unfit
