"""Orders and executions over HTTP."""

from typing import Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from janym.api.messages import Money
from janym.api.requests import Moment, PageQuery, Pair
from janym.domain.errors import FieldError, InvalidInput
from janym.domain.trading import Fill, FillSource, Order, OrderStatus, OrderType, Side
from janym.ports.told import WantedOrders


class OrdersQuery(PageQuery):
    """Which orders: of one status, on one side, of one pair, created in a span of time."""

    status: OrderStatus | None = None
    side: Side | None = None
    pair: Pair | None = None
    """As bots have it: ETH-USDT."""
    since: Moment | None = None
    until: Moment | None = None
    """Created before then."""
    open_only: bool = False
    """The same as `status=open`."""

    def wanted(self) -> WantedOrders:
        """Give what to look for. Raises InvalidInput naming `status` or `until`."""
        if self.open_only and self.status not in {None, OrderStatus.OPEN}:
            raise InvalidInput(FieldError(field="status", reason="open_only asks for open orders"))
        if self.since and self.until and self.until <= self.since:
            raise InvalidInput(FieldError(field="until", reason="must be later than since"))
        return WantedOrders(
            status=OrderStatus.OPEN if self.open_only else self.status,
            side=self.side,
            pair=self.pair,
            since=self.since,
            until=self.until,
        )


class OrderView(BaseModel):
    """One order, merged from everything heard of it."""

    bot_id: UUID
    client_order_id: str
    exchange_order_id: str | None
    trading_pair: str
    order_type: OrderType
    order_side: Side
    price: Money | None
    quantity: Money
    filled_quantity: Money
    status: OrderStatus
    reason: str | None
    exchange_timestamp: AwareDatetime | None
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, order: Order) -> Self:
        return cls(
            bot_id=order.bot,
            client_order_id=order.client_order_id,
            exchange_order_id=order.exchange_order_id,
            trading_pair=order.trading_pair,
            order_type=order.type,
            order_side=order.side,
            price=order.price,
            quantity=order.quantity,
            filled_quantity=order.filled_quantity,
            status=order.status,
            reason=order.reason,
            exchange_timestamp=order.exchange_timestamp,
            created_at=order.created_at,
            updated_at=order.updated_at,
        )


class FillView(BaseModel):
    """One execution."""

    trade_id: str
    client_order_id: str
    exchange_order_id: str | None
    trading_pair: str
    order_side: Side
    price: Money
    quantity: Money
    fee: Money
    """Positive is paid, negative is a rebate."""
    fee_asset: str
    fee_price: Money | None
    """Quote units for one unit of the fee's asset; null where nobody knows."""
    maker: bool | None
    executed_at: AwareDatetime
    source: FillSource

    @classmethod
    def of(cls, fill: Fill) -> Self:
        return cls(
            trade_id=fill.trade_id,
            client_order_id=fill.client_order_id,
            exchange_order_id=fill.exchange_order_id,
            trading_pair=fill.trading_pair,
            order_side=fill.side,
            price=fill.price,
            quantity=fill.quantity,
            fee=fill.fee.amount,
            fee_asset=fill.fee.asset,
            fee_price=fill.fee.price,
            maker=fill.maker,
            executed_at=fill.executed_at,
            source=fill.source,
        )
