"""An instrument's rules: its assets, its grid of prices and sizes, its limits."""

from dataclasses import dataclass
from decimal import Decimal

from janym.matching.order import OrderKind, OrderRequest, Refusal, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """Prices are in quote per base; `min_notional` is in quote."""

    symbol: str
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    min_price: Decimal
    max_price: Decimal
    min_quantity: Decimal
    max_quantity: Decimal
    min_notional: Decimal
    max_notional: Decimal

    def check_grid(self, request: OrderRequest) -> None:
        """Raise `Refused` where a price or a quantity is not positive or off the grid."""
        if request.kind is not OrderKind.MARKET and not _on_grid(request.price, self.tick):
            raise Refused(Refusal.PRICE_FILTER, f"price must be a positive multiple of {self.tick}")
        if request.kind is OrderKind.MARKET and request.quote_quantity > 0:
            if request.quantity > 0:
                raise Refused(Refusal.BAD_ORDER, "give quantity or quote quantity, not both")
            return
        if not _on_grid(request.quantity, self.step):
            raise Refused(
                Refusal.QUANTITY_FILTER, f"quantity must be a positive multiple of {self.step}"
            )

    def check_limits(self, request: OrderRequest, reference: Decimal | None) -> None:
        """Raise `Refused` where a price, quantity or notional is outside the venue's limits.

        `reference` is the price that a market order is valued at; without one its notional
        is not judged.
        """
        market = request.kind is OrderKind.MARKET
        if not market and not self.min_price <= request.price <= self.max_price:
            raise Refused(
                Refusal.PRICE_FILTER, f"price must be within {self.min_price}..{self.max_price}"
            )
        by_quote = market and request.quote_quantity > 0
        if not by_quote and not self.min_quantity <= request.quantity <= self.max_quantity:
            raise Refused(
                Refusal.QUANTITY_FILTER,
                f"quantity must be within {self.min_quantity}..{self.max_quantity}",
            )
        notional = _notional(request, reference)
        if notional is not None and not self.min_notional <= notional <= self.max_notional:
            raise Refused(
                Refusal.NOTIONAL_FILTER,
                f"notional must be within {self.min_notional}..{self.max_notional}",
            )


def _on_grid(value: Decimal, grid: Decimal) -> bool:
    return value > 0 and value % grid == 0


def _notional(request: OrderRequest, reference: Decimal | None) -> Decimal | None:
    if request.quote_quantity > 0:
        return request.quote_quantity
    price = reference if request.kind is OrderKind.MARKET else request.price
    return None if price is None else price * request.quantity
