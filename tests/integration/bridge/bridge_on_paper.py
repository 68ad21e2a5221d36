"""The bridge's real process, with a venue that is a file: `python -m … VENUE_FILE`."""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from containers.bridge.life import Patience
from containers.bridge.process import run
from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import OutcomeUnknown, VenueRefused
from janym.domain.instrument import Instrument
from janym.domain.trading import OrderStatus, OrderType, Side
from janym.ports.venue import VenueBalance, VenueOrder, VenueTrade

WHEN = datetime(2026, 1, 1, tzinfo=UTC)


class FileVenue:
    """Orders and trades in a JSON file, which the test writes and a cancel changes."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def instruments(self) -> Sequence[Instrument]:
        return []

    def price(self, pair: str) -> Decimal:
        prices = self._read()["prices"]
        if pair not in prices:
            raise VenueRefused("paper", "-1121", f"no symbol {pair}")
        return Decimal(prices[pair])

    def prices(self, pairs: Sequence[str]) -> Mapping[str, Decimal]:
        known = self._read()["prices"]
        return {pair: Decimal(known[pair]) for pair in pairs if pair in known}

    def balances(self, key: ExchangeKey) -> Sequence[VenueBalance]:
        assert key.api_secret
        return []

    def permissions(self, key: ExchangeKey) -> Permissions:
        return Permissions(trade=bool(key), withdraw=False)

    def open_orders(self, key: ExchangeKey, pair: str) -> Sequence[VenueOrder]:
        assert key.api_secret
        return [_order(name, pair) for name in self._read()["open"]]

    def orders(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueOrder]:
        assert key.api_secret
        assert since
        return [_order(name, pair) for name in self._read()["orders"]]

    def trades(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueTrade]:
        assert key.api_secret
        assert since
        return [_trade(row, pair) for row in self._read()["trades"]]

    def cancel(self, key: ExchangeKey, pair: str, client_order_id: str) -> None:
        assert key.api_secret
        assert pair
        content = self._read()
        content["open"] = [name for name in content["open"] if name != client_order_id]
        draft = self._file.with_suffix(".draft")
        draft.write_text(json.dumps(content))
        draft.rename(self._file)

    def _read(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self._file.read_text())
        if content.get("away"):
            raise OutcomeUnknown("the venue does not answer")
        return content


def _order(name: str, pair: str) -> VenueOrder:
    return VenueOrder(
        client_order_id=name,
        exchange_order_id=f"x-{name}",
        trading_pair=pair,
        type=OrderType.LIMIT,
        side=Side.BUY,
        price=Decimal(2000),
        quantity=Decimal(1),
        filled_quantity=Decimal(0),
        status=OrderStatus.OPEN,
        updated_at=WHEN,
    )


def _trade(row: dict[str, str], pair: str) -> VenueTrade:
    return VenueTrade(
        trade_id=row["trade_id"],
        exchange_order_id=f"x-{row['client_order_id']}",
        trading_pair=pair,
        side=Side.BUY,
        price=Decimal(2000),
        quantity=Decimal("0.1"),
        fee=Decimal("0.001"),
        fee_asset="BNB",
        maker=True,
        executed_at=WHEN,
    )


if __name__ == "__main__":
    venue = FileVenue(Path(sys.argv[1]))
    patience = Patience(pong_s=float(sys.argv[2]), ping_every_s=0.2, finish_s=3)
    asyncio.run(run(lambda _claim, _clock: venue, patience))
