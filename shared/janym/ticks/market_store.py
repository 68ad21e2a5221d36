"""Batches of market data into ClickHouse."""

from collections.abc import Callable
from typing import Any

from janym.domain.errors import StoreAway
from janym.ports.market_history import Batch
from janym.ticks.connection import translated


class ClickHouseMarketStore:
    """`ports.market_history.MarketStore`.

    Args:
        connect: gives a client; called when first needed, and again after one that failed.
    """

    def __init__(self, connect: Callable[[], Any]) -> None:
        self._connect = connect
        self._client: Any = None

    def store(self, batch: Batch) -> None:
        try:
            with translated():
                if self._client is None:
                    self._client = self._connect()
                self._client.raw_insert(
                    batch.table,
                    insert_block=batch.block,
                    fmt="Native",
                    settings={"insert_deduplication_token": batch.token},
                )
        except StoreAway:
            self._client = None  # the next one asks for its address and password anew
            raise
