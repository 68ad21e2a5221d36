"""Order events and fills, in the order they happened, on their way out.

A fill waits for the price of its fee, so it waits here and not in the way of the engine's pongs.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from decimal import Decimal

from pydantic import ValidationError

from containers.bridge import sweep
from containers.bridge.claim import ClaimedFill
from containers.bridge.ledger import Ledger
from containers.bridge.lines import Execution, OrderEvent, Paid
from containers.bridge.reporter import Reporter
from janym.api.messages import FillMessage, OrderMessage
from janym.domain import topics
from janym.domain.ids import BotId, ClientOrderId, TradeId
from janym.domain.trading import Fee, Fill, FillSource
from janym.ports.venue import VenueOrder

TOPICS = {
    "order_created": (topics.ORDERS, topics.ORDERS_NEW),
    "order_cancelled": (topics.ORDERS_CANCELLED,),
    "order_failed": (topics.ORDERS_FAILED,),
    "order_completed": (),
}
"""`orders` is for who knows no other; a completed order is told by its fills."""
SWEPT = "cancelled by the bridge, outside of any engine"
NO_REASON = "the venue gave no reason"

logger = logging.getLogger(__name__)

AskPrice = Callable[[str], Awaitable[Decimal | None]]


class Trading:
    """Tells of orders and fills of one bot; each fill once, whoever saw it."""

    def __init__(
        self, *, bot: BotId, pair: str, ledger: Ledger, reporter: Reporter, price: AskPrice
    ) -> None:
        """`price` asks what an asset, which is not of the pair, is worth in quote units."""
        self._bot = bot
        self.base, _, self._quote = pair.partition("-")
        self._ledger = ledger
        self._reporter = reporter
        self._price = price
        self._queue: asyncio.Queue[OrderEvent | Execution] = asyncio.Queue()

    async def position(self, timeout_s: float) -> Decimal:
        """Give the bot's own position in base units, once what was heard is told."""
        await self.settled(timeout_s)
        return self._ledger.profit.position

    def take(self, event: OrderEvent | Execution) -> None:
        """Queue an event of the engine."""
        self._queue.put_nowait(event)

    async def run(self) -> None:
        """Tell of each event, until cancelled."""
        while True:
            event = await self._queue.get()
            try:
                await self._tell(event)
            except ValidationError as error:
                wrong = [".".join(map(str, each["loc"])) for each in error.errors()]
                logger.error("an order event does not fit the wire: %s", wrong)  # noqa: TRY400 - as is
            finally:
                self._queue.task_done()

    async def settled(self, timeout_s: float) -> None:
        """Wait until everything taken so far is told."""
        waiting = asyncio.ensure_future(self._queue.join())
        done, _ = await asyncio.wait({waiting}, timeout=timeout_s)
        if not done:
            waiting.cancel()
            logger.warning("%d order events were not told in time", self._queue.qsize())

    async def missed(self, executions: Sequence[sweep.Execution]) -> int:
        """Tell of the fills that only the venue told us; give their number."""
        number = 0
        for execution in executions:
            trade = execution.trade
            if not self._ledger.knows(trade.trading_pair, trade.trade_id):
                worth = await self._worth(trade.fee_asset, trade.price)
                name = execution.client_order_id
                number += self._fill(trade.fill(self._bot, name, fee_price=worth))
        return number

    def swept(self, orders: Sequence[VenueOrder], at: datetime) -> None:
        """Tell of orders that were cancelled at the venue, whose engine cannot tell any more."""
        for order in orders:
            self._ledger.cancelled(at)
            message = OrderMessage(
                **self._reporter.position(at),
                client_order_id=order.client_order_id,
                exchange_order_id=order.exchange_order_id,
                trading_pair=order.trading_pair,
                order_type=order.type,
                order_side=order.side,
                price=order.price,
                quantity=order.quantity,
                reason=SWEPT,
            )
            self._reporter.send(topics.ORDERS_CANCELLED, message)

    async def _tell(self, event: OrderEvent | Execution) -> None:
        if isinstance(event, OrderEvent):
            self._order(event)
        elif not self._ledger.knows(event.trading_pair, event.trade_id):
            fee = await self._fee(event.fees, event.price)
            self._fill(
                Fill(
                    bot=self._bot,
                    trade_id=TradeId(event.trade_id),
                    client_order_id=ClientOrderId(event.client_order_id),
                    exchange_order_id=event.exchange_order_id or None,
                    trading_pair=event.trading_pair,
                    side=event.side,
                    price=event.price,
                    quantity=event.quantity,
                    fee=fee,
                    maker=event.maker,
                    executed_at=event.at,
                    source=FillSource.BOT,
                    position=None,
                )
            )

    def _order(self, event: OrderEvent) -> None:
        if event.type == "order_cancelled":
            self._ledger.cancelled(event.at)
        reason = event.reason or (NO_REASON if event.type == "order_failed" else None)
        message = OrderMessage(
            **self._reporter.position(event.at),
            client_order_id=event.client_order_id,
            exchange_order_id=event.exchange_order_id or None,
            trading_pair=event.trading_pair,
            order_type=event.order_type,
            order_side=event.side,
            price=event.price,
            quantity=event.quantity,
            reason=reason[:1000] if reason else None,
        )
        for topic in TOPICS[event.type]:
            self._reporter.send(topic, message)

    def _fill(self, fill: Fill) -> bool:
        if not self._ledger.add(fill):
            return False
        message = FillMessage(
            **self._reporter.position(fill.executed_at),
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
            source=fill.source.value,
        )
        self._reporter.send(topics.ORDERS_FILLED, message)
        return True

    async def _fee(self, paid: Sequence[Paid], price: Decimal) -> Fee:
        """Make one fee of what was paid; in quote units where it was paid in several assets."""
        worths = [(each, await self._worth(each.asset, price)) for each in paid]
        match worths:
            case []:
                return Fee(asset=self._quote, amount=Decimal(0), price=Decimal(1))
            case [(only, worth)]:
                return Fee(asset=only.asset, amount=only.amount, price=worth)
            case _:
                known = [each.amount * worth for each, worth in worths if worth is not None]
                if len(known) < len(worths):
                    logger.error("a fee in several assets is told without those that have no price")
                return Fee(asset=self._quote, amount=sum(known, Decimal(0)), price=Decimal(1))

    async def _worth(self, asset: str, price: Decimal) -> Decimal | None:
        if asset == self._quote:
            return Decimal(1)
        return price if asset == self.base else await self._price(asset)


def known_fill(bot: BotId, fill: ClaimedFill) -> Fill:
    """Turn a fill that the platform knows into ours."""
    return Fill(
        bot=bot,
        trade_id=TradeId(fill.trade_id),
        client_order_id=ClientOrderId(fill.client_order_id),
        exchange_order_id=fill.exchange_order_id,
        trading_pair=fill.trading_pair,
        side=fill.side,
        price=fill.price,
        quantity=fill.quantity,
        fee=Fee(asset=fill.fee_asset, amount=fill.fee, price=fill.fee_price),
        maker=fill.maker,
        executed_at=fill.executed_at,
        source=fill.source,
        position=None,
    )
