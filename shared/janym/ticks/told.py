"""Columns of what venues tell in decimals: trades, best bids and offers."""

from array import array

from janym.domain.market import Bbo, Trade
from janym.domain.trading import Side
from janym.ports.market_history import Place
from janym.ticks import native
from janym.ticks.columns import MOMENT, Price, Prices, Table, whole
from janym.ticks.native import DECIMAL


class Trades(Table):
    """`trades`: a row for each."""

    name = "trades"

    def __init__(self) -> None:
        super().__init__()
        self._timestamp, self._received = array("q"), array("q")
        self._id, self._side = bytearray(), bytearray()
        self._price, self._amount = bytearray(), bytearray()

    def add(self, place: Place, trade: Trade) -> None:
        price, amount = native.decimals([whole(trade.price)]), native.decimals([whole(trade.size)])
        name = native.text(trade.id)
        self._timestamp.append(trade.happened_ns or trade.received_ns)
        self._received.append(trade.received_ns)
        self._id += name
        self._side.append(1 if trade.side is Side.BUY else 2)
        self._price += price
        self._amount += amount
        self.count(place, 1, trade.received_ns)

    def columns(self, source: str) -> list[tuple[str, str, bytes]]:
        del source  # who heard a trade does not matter
        return [
            ("timestamp", MOMENT, native.signed(self._timestamp)),
            ("received", MOMENT, native.signed(self._received)),
            ("trade_id", "String", bytes(self._id)),
            ("side", "Enum8('buy' = 1, 'sell' = 2)", bytes(self._side)),
            ("price", DECIMAL, bytes(self._price)),
            ("amount", DECIMAL, bytes(self._amount)),
        ]


class Quotes(Table):
    """`bbo`: a row for each best bid and offer."""

    name = "bbo"

    def __init__(self) -> None:
        super().__init__()
        self._timestamp, self._received = array("q"), array("q")
        self._sequence = array("Q")
        self._bid, self._ask = Prices(), Prices()
        self._bid_amount, self._ask_amount = bytearray(), bytearray()

    def add(self, place: Place, quote: Bbo) -> None:
        bid, ask = (None if each is None else whole(each) for each in (quote.bid, quote.ask))
        prices = Price(bid), Price(ask)
        sizes = [native.decimals([whole(each)]) for each in (quote.bid_size, quote.ask_size)]
        happened = array("q", (quote.happened_ns or quote.received_ns,))
        self._sequence.append(quote.sequence)
        self._timestamp += happened
        self._received.append(quote.received_ns)
        self._bid.add(prices[0])
        self._ask.add(prices[1])
        self._bid_amount += sizes[0]
        self._ask_amount += sizes[1]
        self.count(place, 1, quote.received_ns)

    def columns(self, source: str) -> list[tuple[str, str, bytes]]:
        del source  # who heard it does not matter
        return [
            ("timestamp", MOMENT, native.signed(self._timestamp)),
            ("received", MOMENT, native.signed(self._received)),
            ("sequence_num", "UInt64", native.unsigned(self._sequence)),
            ("bid", f"Nullable({DECIMAL})", self._bid.written()),
            ("bid_amount", DECIMAL, bytes(self._bid_amount)),
            ("ask", f"Nullable({DECIMAL})", self._ask.written()),
            ("ask_amount", DECIMAL, bytes(self._ask_amount)),
        ]
