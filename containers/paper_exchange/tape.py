"""The public tape of one instrument: recent trades, and the same gathered by taker and price."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from janym.domain.trading import Side
from janym.matching.order import Event, Traded

KEPT = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicTrade:
    """One trade; `seller_took` tells that the buyer was the maker. Time in Unix milliseconds."""

    id: int
    symbol: str
    price: Decimal
    quantity: Decimal
    seller_took: bool
    time_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregateTrade:
    """The trades of one taker order at one price."""

    id: int
    symbol: str
    price: Decimal
    quantity: Decimal
    first: int
    last: int
    seller_took: bool
    time_ms: int


class Tape:
    """Keeps the last thousand of each kind."""

    def __init__(self, next_aggregate: Callable[[], int], *, start_price: Decimal) -> None:
        """Until something trades, `start_price` is the last price."""
        self.trades: deque[PublicTrade] = deque(maxlen=KEPT)
        self.aggregates: deque[AggregateTrade] = deque(maxlen=KEPT)
        self.last_price = start_price
        self._next_aggregate = next_aggregate

    def add(self, events: Iterable[Event]) -> tuple[list[PublicTrade], list[AggregateTrade]]:
        """Take the trades out of the events of one symbol; return what is new on the tape."""
        trades: list[PublicTrade] = []
        runs: list[tuple[int, list[PublicTrade]]] = []
        for event in events:
            if not isinstance(event, Traded) or event.fill.maker:
                continue
            trade = _public(event)
            trades.append(trade)
            if runs and runs[-1][0] == event.order.id and runs[-1][1][-1].price == trade.price:
                runs[-1][1].append(trade)
            else:
                runs.append((event.order.id, [trade]))
        aggregates = [self._aggregate(run) for _, run in runs]
        self.trades.extend(trades)
        self.aggregates.extend(aggregates)
        if trades:
            self.last_price = trades[-1].price
        return trades, aggregates

    def _aggregate(self, run: list[PublicTrade]) -> AggregateTrade:
        return AggregateTrade(
            id=self._next_aggregate(),
            symbol=run[0].symbol,
            price=run[0].price,
            quantity=sum((trade.quantity for trade in run), Decimal(0)),
            first=run[0].id,
            last=run[-1].id,
            seller_took=run[0].seller_took,
            time_ms=run[-1].time_ms,
        )


def _public(event: Traded) -> PublicTrade:
    fill = event.fill
    return PublicTrade(
        id=fill.trade_id,
        symbol=fill.symbol,
        price=fill.price,
        quantity=fill.quantity,
        seller_took=fill.side is Side.SELL,
        time_ms=fill.time_ms,
    )
