"""The bot's figures on their way out: all of them often, and each part by itself less often."""

import os
from dataclasses import dataclass
from decimal import Decimal

from containers.bridge import figures, usage
from containers.bridge.ledger import Ledger
from containers.bridge.lines import Snapshot
from containers.bridge.prices import PriceBook
from containers.bridge.reporter import Reporter
from janym.api.messages import (
    BalanceMessage,
    MetricsMessage,
    OrderFiguresMessage,
    ProfitAndLossMessage,
)
from janym.domain import topics
from janym.domain.pnl import ZERO
from janym.ports.clock import Clock

PARTS_EVERY = 6
"""Of so many tellings of `metrics` one is told in parts too."""


@dataclass(slots=True, kw_only=True)
class Measuring:
    """Measures one bot for the length of a session."""

    base: str
    quote: str
    ledger: Ledger
    prices: PriceBook
    reporter: Reporter
    clock: Clock
    _first_worth: Decimal = ZERO
    _told: int = 0

    async def tell(self, snapshot: Snapshot, *, engine_pid: int) -> None:
        """Tell the figures of this moment."""
        message = await self._metrics(snapshot, engine_pid)
        self.reporter.send(topics.METRICS, message)
        if self._told % PARTS_EVERY == 0:
            self._tell_parts(message)
        self._told += 1

    def _tell_parts(self, whole: MetricsMessage) -> None:
        position = self.reporter.position(whole.timestamp)
        for topic, part in (
            (
                topics.METRICS_BALANCE,
                BalanceMessage(**position, balance=whole.balance, assets=whole.assets),
            ),
            (topics.METRICS_PNL, ProfitAndLossMessage(**position, pnl=whole.pnl)),
            (topics.METRICS_ORDERS, OrderFiguresMessage(**position, orders=whole.orders)),
        ):
            self.reporter.send(topic, part)

    async def _metrics(self, snapshot: Snapshot, engine_pid: int) -> MetricsMessage:
        others = set(snapshot.balances) - {self.base, self.quote}
        held = {asset for asset in others if snapshot.balances[asset].total}
        prices = figures.Prices(
            quote=self.quote,
            base=self.base,
            mid=snapshot.mid_price,
            others=await self.prices.of_all(held),
        )
        worth = figures.worth(snapshot.balances, prices)
        self._first_worth = self._first_worth or worth.total
        now = self.clock.now()
        day = self.ledger.day(now)
        return MetricsMessage(
            **self.reporter.position(now),
            balance=worth,
            pnl=figures.earned(
                self.ledger.profit, snapshot.mid_price, first_worth=self._first_worth
            ),
            orders=figures.counted(day, active=len(snapshot.active_orders)),
            assets=figures.held(snapshot.balances),
            mid_price=snapshot.mid_price,
            engine_memory_bytes=usage.memory_bytes(engine_pid),
            bridge_memory_bytes=usage.memory_bytes(os.getpid()),
            cpu_seconds=usage.cpu_seconds([os.getpid(), engine_pid]),
        )
