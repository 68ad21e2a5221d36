"""What is collected, over HTTP."""

from datetime import datetime
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, Field, StrictBool

from janym.api.requests import Asked
from janym.domain.collecting import Collector, DaemonStatus, Monitored, Task
from janym.domain.market import Depth, Market
from janym.usecases import past_books
from janym.usecases.monitoring import Change

Priority = Annotated[int, Field(ge=0, le=100, strict=True)]
"""Its part in the load that collectors share; 0 collects nothing."""


class CreateMonitoring(Asked):
    """A book to be collected from now on, and with it the pair's trades."""

    exchange: Annotated[str, Field(min_length=1, max_length=50)]
    market: Market = Market.SPOT
    pair: Annotated[str, Field(max_length=50)]
    """`BASE/QUOTE`, for example BTC/USDT."""
    depth: Depth = Depth.FIFTY
    """Levels of a side that are right at least; an exchange may give more."""
    bbo: StrictBool = False
    """Whether the exchange's own channel of best bid and offer is kept too."""
    priority: Priority = 1
    enabled: StrictBool = True

    def task(self) -> Task:
        """Give what is to be collected. Raises InvalidInput naming `pair`."""
        place = past_books.place(self.exchange, self.market, self.pair)
        return Task(
            venue=place.venue,
            market=place.market,
            pair=place.pair,
            depth=self.depth,
            priority=self.priority,
            bbo=self.bbo,
        )


class ChangeMonitoring(Asked):
    """What is to be otherwise; what is not named stays."""

    depth: Depth | None = None
    bbo: StrictBool | None = None
    priority: Priority | None = None
    enabled: StrictBool | None = None

    def change(self) -> Change:
        return Change(depth=self.depth, bbo=self.bbo, priority=self.priority, enabled=self.enabled)


class MonitoringView(BaseModel):
    """A book that the organization wants collected."""

    monitoring_id: int
    exchange: str
    market: Market
    pair: str
    depth: Depth
    bbo: bool
    priority: int
    enabled: bool
    created_at: AwareDatetime
    updated_at: AwareDatetime

    @classmethod
    def of(cls, monitored: Monitored) -> Self:
        task = monitored.task
        return cls(
            monitoring_id=monitored.id,
            exchange=task.venue,
            market=task.market,
            pair=task.pair,
            depth=task.depth,
            bbo=task.bbo,
            priority=task.priority,
            enabled=monitored.enabled,
            created_at=monitored.created_at,
            updated_at=monitored.updated_at,
        )


class CollectorView(BaseModel):
    """How a collector of the platform is."""

    collector_id: str
    alive: bool
    """Whether it collects: who gave no sign for twenty seconds has lost its books to others."""
    status: DaemonStatus
    """What it last said of itself."""
    heartbeat_at: AwareDatetime
    books: int
    """How many it held when it gave its last sign."""

    @classmethod
    def of(cls, collector: Collector, now: datetime) -> Self:
        return cls(
            collector_id=collector.id,
            alive=collector.is_alive(now),
            status=collector.status,
            heartbeat_at=collector.heartbeat,
            books=collector.books,
        )
