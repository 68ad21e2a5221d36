"""Batches of market data into ClickHouse."""

from collections.abc import Callable
from typing import Any

from janym.ports.market_history import Batch
from janym.ticks.connection import Server


class ClickHouseMarketStore:
    """`ports.market_history.MarketStore`.

    Args:
        connect: gives a client.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._server = Server(connect)

    def store(self, batch: Batch) -> None:
        with self._server.client() as client:
            client.raw_insert(
                batch.table,
                insert_block=batch.block,
                fmt="Native",
                settings={"insert_deduplication_token": batch.token},
            )
