"""The seeded market of one instrument: house quotes around a random walk, and house takers.

Time here is counted in steps, never in seconds. In each step: takers trade, the mid walks, the
house quotes around the new mid. A user's order near the mid is crossed after it has rested
for `rest_steps` steps, first in part, then in full; the taker sweeps whatever is ahead of it, as
price and time demand. Chance comes from (seed, symbol, step), so a restarted market goes on
as it would have done.
"""

import random
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal

from containers.paper_exchange.accounts import HOUSE, HOUSE_MAKER, HOUSE_TAKER
from containers.paper_exchange.instruments import Listing
from janym.domain.trading import Side
from janym.matching.engine import Engine
from janym.matching.order import (
    OPPOSITE,
    ZERO,
    Event,
    Order,
    OrderKind,
    OrderRequest,
    TimeInForce,
)

LEVELS = 25
WALK_PPM = 90
PULL = Decimal("0.0005")
AMBIENT_CHANCE = 0.5
RESIZED_LEVELS = 2
SIDES = (Side.BUY, Side.SELL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How soon users' orders are met: after `rest_steps` steps, within `reach` of the mid."""

    rest_steps: int = 8
    reach: Decimal = Decimal("0.004")


class Market:
    """House quotes and flow on one book. `step` may be called as often as one likes."""

    def __init__(
        self, listing: Listing, engine: Engine, *, seed: int, pace: Pace, state: tuple[int, Decimal]
    ) -> None:
        """`state` is the step and the mid to go on from."""
        self.steps, self.mid = state
        self.symbol = listing.instrument.symbol
        self._listing = listing
        self._engine = engine
        self._seed = seed
        self._pace = pace
        self._quotes: dict[Side, dict[Decimal, int]] = {side: {} for side in SIDES}
        self._rested: dict[int, int] = {}
        self._tag = 0

    def open(self, at_ms: int) -> list[Event]:
        """Quote around the mid without taking a step: how a market begins, or begins again."""
        events: list[Event] = []
        self._requote(self._chance(), events, at_ms)
        return events

    def step(self, at_ms: int) -> list[Event]:
        """Advance by one step and return what happened, oldest first."""
        self.steps += 1
        chance = self._chance()
        events: list[Event] = []
        if not self._listing.quiet:
            self._trade_ambient(chance, events, at_ms)
            self._cross_rested(chance, events, at_ms)
            self._walk(chance)
        self._requote(chance, events, at_ms)
        return events

    def _chance(self) -> random.Random:
        return random.Random(f"{self._seed}:{self.symbol}:{self.steps}")  # noqa: S311 - a seeded market, not a secret

    def _cross_rested(self, chance: random.Random, events: list[Event], at_ms: int) -> None:
        book = self._engine.books[self.symbol]
        resting = [order for order in book if order.account not in HOUSE]
        rested = {order.id: self._rested.get(order.id, 0) + 1 for order in resting}
        self._rested = rested
        for order in resting:
            due = rested[order.id] % self._pace.rest_steps == 0
            near = abs(order.price - self.mid) <= self.mid * self._pace.reach
            present = book.get(order.id)
            if due and near and present is not None:
                self._sweep_to(present, chance, events, at_ms)

    def _sweep_to(
        self, order: Order, chance: random.Random, events: list[Event], at_ms: int
    ) -> None:
        ahead = ZERO
        for other in self._engine.books[self.symbol].queue(order.side):
            if other.id == order.id:
                break
            ahead += other.remaining
        piece = order.remaining
        if order.filled == 0:
            piece = self._whole(order.remaining * chance.randint(35, 75) / 100) or order.remaining
        self._submit_taker(OPPOSITE[order.side], order.price, ahead + piece, events, at_ms)

    def _trade_ambient(self, chance: random.Random, events: list[Event], at_ms: int) -> None:
        if chance.random() > AMBIENT_CHANCE:
            return
        side = chance.choice(SIDES)
        price = self._engine.books[self.symbol].best(OPPOSITE[side])
        quantity = self._whole(self._listing.size * chance.randint(2, 20) / 100)
        if price is not None and quantity > 0:
            self._submit_taker(side, price, quantity, events, at_ms)

    def _walk(self, chance: random.Random) -> None:
        drift = self.mid * round(chance.gauss(0, WALK_PPM)) / 1_000_000
        pull = (self._listing.start_price - self.mid) * PULL
        tick = self._listing.instrument.tick
        self.mid = ((self.mid + drift + pull) / tick).quantize(Decimal(1)) * tick

    def _requote(self, chance: random.Random, events: list[Event], at_ms: int) -> None:
        wanted = {side: self._ladder(side) for side in SIDES}
        for side in SIDES:
            dropped = chance.sample(wanted[side], RESIZED_LEVELS) if self._alive(side) else []
            for price in list(self._quotes[side]):
                if price not in wanted[side] or price in dropped:
                    self._withdraw(side, price, events, at_ms)
        for side in SIDES:
            for price in wanted[side]:
                self._quote(side, price, chance, events, at_ms)

    def _alive(self, side: Side) -> bool:
        return not self._listing.quiet and bool(self._quotes[side])

    def _ladder(self, side: Side) -> list[Decimal]:
        """Return the prices of one side, best first: one at the spread, the rest on the grid."""
        grid, half = self._listing.grid, self._listing.half_spread
        if side is Side.BUY:
            best = self.mid - half
            anchor = best // grid * grid
            first = anchor if anchor < best else anchor - grid
            return [best, *(first - grid * n for n in range(LEVELS))]
        best = self.mid + half
        anchor = best // grid * grid + grid
        return [best, *(anchor + grid * n for n in range(LEVELS))]

    def _withdraw(self, side: Side, price: Decimal, events: list[Event], at_ms: int) -> None:
        order_id = self._quotes[side].pop(price)
        if order_id in self._engine.books[self.symbol]:
            events.append(self._engine.cancel(self.symbol, order_id, at_ms=at_ms))

    def _quote(
        self, side: Side, price: Decimal, chance: random.Random, events: list[Event], at_ms: int
    ) -> None:
        order_id = self._quotes[side].get(price)
        if order_id is not None and order_id in self._engine.books[self.symbol]:
            return
        size = self._whole(self._listing.size * chance.randint(40, 160) / 100)
        placed = self._engine.submit(
            self._request(HOUSE_MAKER, side, price, size, TimeInForce.GTC), at_ms=at_ms
        )
        self._quotes[side][price] = placed[0].order.id
        events.extend(placed)

    def _submit_taker(
        self, side: Side, price: Decimal, quantity: Decimal, events: list[Event], at_ms: int
    ) -> None:
        request = self._request(HOUSE_TAKER, side, price, quantity, TimeInForce.IOC)
        events.extend(self._engine.submit(request, at_ms=at_ms))

    def _request(
        self,
        account: str,
        side: Side,
        price: Decimal,
        quantity: Decimal,
        time_in_force: TimeInForce,
    ) -> OrderRequest:
        self._tag += 1
        return OrderRequest(
            account=account,
            client_id=f"house-{self._tag}",
            symbol=self.symbol,
            side=side,
            kind=OrderKind.LIMIT,
            time_in_force=time_in_force,
            price=price,
            quantity=quantity,
        )

    def _whole(self, quantity: Decimal) -> Decimal:
        step = self._listing.instrument.step
        return (quantity / step).quantize(Decimal(1), rounding=ROUND_DOWN) * step
