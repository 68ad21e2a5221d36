"""A price-time order book of single orders, and the plan of what an incoming order would take.

Law: the best price first; at one price, the order that has rested longest. An order that is
partly filled keeps its place. `version` rises by one with each change of a level.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from janym.domain.trading import Side
from janym.matching.order import OPPOSITE, ZERO, Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Take:
    """A piece of a resting order that an incoming order would take, at the resting price."""

    maker: Order
    quantity: Decimal


class OrderBook:
    """Resting orders of one instrument."""

    def __init__(self, *, version: int = 0) -> None:
        self.version = version
        self._orders: dict[int, Order] = {}
        self._queues: dict[Side, dict[Decimal, dict[int, Order]]] = {Side.BUY: {}, Side.SELL: {}}
        self._sizes: dict[Side, dict[Decimal, Decimal]] = {Side.BUY: {}, Side.SELL: {}}
        self._prices: dict[Side, list[Decimal]] = {Side.BUY: [], Side.SELL: []}
        self._changed: dict[tuple[Side, Decimal], None] = {}

    def __contains__(self, order_id: int) -> bool:
        return order_id in self._orders

    def __iter__(self) -> Iterator[Order]:
        return iter(tuple(self._orders.values()))

    def get(self, order_id: int) -> Order | None:
        return self._orders.get(order_id)

    def best(self, side: Side) -> Decimal | None:
        """Return the highest bid or the lowest ask."""
        prices = self._prices[side]
        if not prices:
            return None
        return prices[-1] if side is Side.BUY else prices[0]

    def size(self, side: Side, price: Decimal) -> Decimal:
        return self._sizes[side].get(price, ZERO)

    def levels(self, side: Side, limit: int) -> list[tuple[Decimal, Decimal]]:
        """Return up to `limit` levels as (price, size), best first."""
        sizes = self._sizes[side]
        return [(price, sizes[price]) for price in self._ordered(side)[:limit]]

    def crosses(self, side: Side, price: Decimal) -> bool:
        """Tell whether an incoming order of `side` at `price` would trade at once."""
        best = self.best(OPPOSITE[side])
        return best is not None and _reaches(side, price, best)

    def queue(self, side: Side) -> Iterator[Order]:
        """Yield the orders of one side in the order in which they would trade."""
        queues = self._queues[side]
        for price in self._ordered(side):
            yield from queues[price].values()

    def plan(self, side: Side, *, limit: Decimal | None, quantity: Decimal) -> list[Take]:
        """Return what an incoming order would take at prices no worse than `limit`."""
        takes: list[Take] = []
        for maker in self.queue(OPPOSITE[side]):
            if quantity <= 0 or (limit is not None and not _reaches(side, limit, maker.price)):
                break
            taken = min(quantity, maker.remaining)
            takes.append(Take(maker=maker, quantity=taken))
            quantity -= taken
        return takes

    def plan_quote(self, side: Side, *, quote: Decimal, step: Decimal) -> list[Take]:
        """Return what an incoming market order worth up to `quote` would take, in whole steps."""
        takes: list[Take] = []
        for maker in self.queue(OPPOSITE[side]):
            affordable = quote // (maker.price * step) * step
            taken = min(affordable, maker.remaining)
            if taken <= 0:
                break
            takes.append(Take(maker=maker, quantity=taken))
            quote -= taken * maker.price
        return takes

    def add(self, order: Order) -> None:
        """Let an order rest behind all others at its price."""
        if order.id in self._orders:
            raise ValueError(f"order {order.id} rests already")
        queues = self._queues[order.side]
        if order.price not in queues:
            queues[order.price] = {}
            insort(self._prices[order.side], order.price)
        queues[order.price][order.id] = order
        self._orders[order.id] = order
        self._resize(order.side, order.price, order.remaining)

    def replace(self, order: Order) -> None:
        """Put an order's new state in its old place; one that is no longer open leaves the book."""
        if not order.is_open:
            self.remove(order.id)
            return
        resting = self._orders[order.id]
        self._orders[order.id] = order
        self._queues[order.side][order.price][order.id] = order
        self._resize(order.side, order.price, order.remaining - resting.remaining)

    def remove(self, order_id: int) -> Order:
        """Take an order out and return it as it rested. Raises KeyError if it does not rest."""
        resting = self._orders.pop(order_id)
        queues = self._queues[resting.side]
        del queues[resting.price][order_id]
        if not queues[resting.price]:
            del queues[resting.price]
            prices = self._prices[resting.side]
            del prices[bisect_left(prices, resting.price)]
        self._resize(resting.side, resting.price, -resting.remaining)
        return resting

    def take_changes(self) -> list[tuple[Side, Decimal, Decimal]]:
        """Return the levels changed since the last call with their present size; 0 means gone."""
        changes = [(side, price, self.size(side, price)) for side, price in self._changed]
        self._changed.clear()
        return changes

    def _ordered(self, side: Side) -> list[Decimal]:
        prices = self._prices[side]
        return prices[::-1] if side is Side.BUY else prices[:]

    def _resize(self, side: Side, price: Decimal, by: Decimal) -> None:
        sizes = self._sizes[side]
        size = sizes.get(price, ZERO) + by
        if size:
            sizes[price] = size
        else:
            sizes.pop(price, None)
        self._changed[side, price] = None
        self.version += 1


def _reaches(side: Side, price: Decimal, resting: Decimal) -> bool:
    return price >= resting if side is Side.BUY else price <= resting
