"""Events as integrators get them over MQTT, on `live/{organization}/bots/{bot_id}/{kind}`.

Decimals are strings. `id` rises with each event of an organization: an event that comes again has
the id it had. Readers ignore fields that they do not know.
"""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel

from janym.domain.bot import BotStatus, Desired
from janym.domain.trading import FillSource, OrderStatus, OrderType, Side


class StatusData(BaseModel):
    """How a bot fares. Of one that was deleted, nothing but its name is said."""

    bot_id: UUID
    name: str
    deleted: bool
    status: BotStatus | None = None
    status_reason: str | None = None
    status_detail: str | None = None
    desired_status: Desired | None = None
    session: int | None = None
    updated_at: AwareDatetime | None = None


class OrderData(BaseModel):
    """An order as it stands now."""

    bot_id: UUID
    client_order_id: str
    exchange_order_id: str | None
    trading_pair: str
    order_type: OrderType
    order_side: Side
    price: str | None
    quantity: str
    filled_quantity: str
    status: OrderStatus
    reason: str | None
    exchange_timestamp: AwareDatetime | None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class FillData(BaseModel):
    """One execution."""

    bot_id: UUID
    trade_id: str
    client_order_id: str
    exchange_order_id: str | None
    trading_pair: str
    order_side: Side
    price: str
    quantity: str
    fee: str
    fee_asset: str
    fee_price: str | None
    """What the fee's asset was worth in the pair's quote, where it was known."""
    maker: bool | None
    executed_at: AwareDatetime
    source: FillSource


class _Event(BaseModel):
    v: Literal[1]
    id: int
    at: AwareDatetime


class StatusEvent(_Event):
    """A bot's state changed, or the bot is gone."""

    kind: Literal["status"]
    data: StatusData


class OrderEvent(_Event):
    """An order changed."""

    kind: Literal["order"]
    data: OrderData


class FillEvent(_Event):
    """An order was executed, wholly or in part."""

    kind: Literal["fill"]
    data: FillData


class Resync(BaseModel):
    """Events up to this id are not published any more: read by HTTPS what they told."""

    v: Literal[1]
    id: int
