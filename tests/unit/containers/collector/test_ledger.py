"""What does not fit into the tables is refused by name, and everything else is written down."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from containers.collector.ledger import Ledger
from janym.book.message import BookLive
from janym.domain.market import Bbo, BookUpdate, Channel, Pair, Scale, Trade
from janym.domain.trading import Side
from janym.live import feeds
from janym.ports.market_history import Place
from janym.ticks.columns import Table
from janym.ticks.recording import Recorder

BTC, ETH = Pair("BTC/USDT"), Pair("ETH/USDT")
FEED = feeds.get("okx", "spot")
LINK: Any = SimpleNamespace(session=SimpleNamespace(streams={}))
USUAL = Scale(price_places=2, size_places=3)
WIDTHS = {"DateTime64(9, 'UTC')": 8, "UInt64": 8, "Decimal(38, 18)": 16}
HUGE = Decimal("1E+999999999")


def update(number: int, *, pair: Pair = BTC, scale: Scale = USUAL, **changed: Any) -> BookUpdate:
    """Give a message of one bid."""
    told = BookUpdate(pair, False, number, [(100, 7)], [], scale, number, number)
    return told._replace(**changed)


def trade(number: int, **changed: Any) -> Trade:
    told = Trade(BTC, str(number), Decimal("1.5"), Decimal(2), Side.BUY, number, number)
    return told._replace(**changed)


def quote(number: int, **changed: Any) -> Bbo:
    told = Bbo(BTC, Decimal(1), Decimal(2), None, Decimal(0), number, number, number)
    return told._replace(**changed)


class Heard:
    """A ledger, and what it was told."""

    def __init__(self) -> None:
        self.recorder = Recorder("ana")
        self.ledger = Ledger(self.recorder, now_ns=lambda: 99, snapshot_every_s=1)
        self.hear: Any = self.ledger.hears(FEED)

    def tell(self, *effects: object) -> None:
        for effect in effects:
            self.hear(LINK, effect)

    def refusal(self, pair: Pair) -> str | None:
        return self.ledger.refusals.get(Place(FEED.venue, FEED.market, pair))

    @property
    def gaps(self) -> tuple[list[int], bytes]:
        """How many rows each recorded gap lost, and whether it is open."""
        gaps = self.recorder.gaps
        return list(gaps._numbers["lost_rows"]), bytes(gaps._open)  # pyright: ignore[reportPrivateUsage]

    def is_even(self) -> bool:
        """Tell whether every column has as many rows as its table."""
        return all(_is_even(table) for table in self.recorder._tables())  # pyright: ignore[reportPrivateUsage]


def _is_even(table: Table) -> bool:
    return all(
        len(written) == WIDTHS[kind] * table.rows
        for _, kind, written in table.columns("ana")
        if kind in WIDTHS
    )


@pytest.mark.parametrize(
    "unfit",
    [
        {"scale": Scale(price_places=20, size_places=3)},
        {"scale": Scale(price_places=2, size_places=19)},
        {"bids": [(100, 7), (10**30, 1)]},
        {"asks": [(101, 10**40)]},
        {"sequence": -1},
        {"sequence": 2**64},
        {"happened_ns": 2**64},
    ],
    ids=str,
)
def test_a_book_that_does_not_fit_is_on_record_as_unwritten_until_it_does(
    unfit: dict[str, Any],
) -> None:
    """S4-051, S4-055: a price with twenty places raises nothing where frames are read."""
    heard = Heard()

    heard.tell(update(1), update(2), update(3, **unfit), BookLive(pair=BTC, at_ns=3, gap=None))
    heard.tell(update(4, pair=ETH), update(5, pair=ETH))

    assert heard.refusal(BTC) is not None
    assert heard.refusal(ETH) is None
    assert heard.gaps == ([0], b"\x01")
    assert heard.recorder.deltas.rows == 2, "one of each book"
    assert heard.is_even()

    heard.tell(update(6))

    assert heard.refusal(BTC) is None
    assert heard.gaps == ([0, 0], b"\x01\x00")
    assert heard.recorder.snapshots.rows == 3, "it begins anew, whole"
    assert heard.is_even()


@pytest.mark.parametrize(
    "unfit",
    [
        trade(1, price=Decimal("0.1234567890123456789")),
        trade(1, size=Decimal(10) ** 25),
        trade(1, price=HUGE),
        trade(1, id="\ud800"),
        trade(1, happened_ns=2**64),
        quote(1, bid=Decimal("0.1234567890123456789")),
        quote(1, ask=HUGE),
        quote(1, bid_size=Decimal(10) ** 25),
        quote(1, sequence=-1),
        quote(1, happened_ns=2**64),
    ],
    ids=str,
)
def test_a_trade_or_quote_that_does_not_fit_is_a_lost_row_and_no_more(unfit: Trade | Bbo) -> None:
    """S4-020, S4-028."""
    heard = Heard()

    heard.tell(trade(2), quote(2), unfit, trade(3), quote(3))

    assert (heard.recorder.trades.rows, heard.recorder.quotes.rows) == (2, 2)
    assert heard.gaps == ([1], b"\x00")
    assert heard.ledger.counters.refused == 1
    assert heard.is_even()


def test_a_hole_that_is_known_late_ends_where_it_was_first_heard() -> None:
    """K-23: one that began without Postgres learns later up to when the last had written."""
    heard = Heard()
    btc, eth = (Place(FEED.venue, FEED.market, pair) for pair in (BTC, ETH))
    heard.tell(BookLive(pair=BTC, at_ns=50, gap=None), BookLive(pair=BTC, at_ns=70, gap=None))

    heard.ledger.attend(btc, [Channel.BOOK], 10)
    heard.ledger.attend(btc, [Channel.BOOK], 60)
    heard.ledger.attend(eth, [Channel.BOOK], 10)

    assert heard.gaps == ([0, 0], b"\x00\x01")
    ended = heard.recorder.gaps._moments["ended"]  # pyright: ignore[reportPrivateUsage]
    assert list(ended) == [50, 0]

    heard.ledger.forget([btc])
    heard.ledger.attend(btc, [Channel.BOOK], 80)
    assert heard.gaps[1] == b"\x00\x01\x01", "it is heard no more"
