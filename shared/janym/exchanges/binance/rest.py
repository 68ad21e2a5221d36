"""Binance spot over REST: requests to make, and answers read exactly.

Money comes as strings and stays decimal. Lists of orders and trades hold 1,000 rows. Where the
newest page does not reach back far enough, a window of time (24 hours at most) finds the first row,
and ids find the rest.

https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints
https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
https://developers.binance.com/docs/wallet/account/api-key-permission
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from janym.domain.credential import Permissions
from janym.domain.trading import OrderStatus, OrderType, Side
from janym.exchanges.binance.markets import theirs
from janym.ports.venue import VenueBalance, VenueOrder, VenueTrade

LIVE = {
    "rest": "https://api.binance.com",
    "stream": "wss://stream.binance.com:9443/ws",
    "ws_api": "wss://ws-api.binance.com:443/ws-api/v3",
}
"""Binance's own addresses."""

PAGE = 1_000
WINDOW = timedelta(hours=24) - timedelta(milliseconds=1)

STATUSES = {
    "NEW": OrderStatus.OPEN,
    "PENDING_NEW": OrderStatus.OPEN,
    "PARTIALLY_FILLED": OrderStatus.OPEN,
    "PENDING_CANCEL": OrderStatus.OPEN,
    "FILLED": OrderStatus.FILLED,
    "CANCELED": OrderStatus.CANCELLED,
    "EXPIRED": OrderStatus.CANCELLED,
    "EXPIRED_IN_MATCH": OrderStatus.CANCELLED,
    "REJECTED": OrderStatus.FAILED,
}
"""https://developers.binance.com/docs/binance-spot-api-docs/enums"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; a signed one still lacks its time and signature."""

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict[str, str])
    signed: bool = False


def server_time() -> Request:
    """Ask the venue's clock: `{"serverTime": 1499827319559}`."""
    return Request(method="GET", path="/api/v3/time")


def exchange_info() -> Request:
    """Ask what can be traded; `markets.instruments` reads the answer."""
    return Request(method="GET", path="/api/v3/exchangeInfo")


def ticker_price(pair: str) -> Request:
    """Ask the last price: `{"symbol": "LTCBTC", "price": "4.00000200"}`."""
    return Request(method="GET", path="/api/v3/ticker/price", query={"symbol": theirs(pair)})


def all_prices() -> Request:
    """Ask the last price of every symbol: `[{"symbol": "LTCBTC", "price": "4.00000200"}, ...]`."""
    return Request(method="GET", path="/api/v3/ticker/price")


def account() -> Request:
    """Ask what the account holds."""
    query = {"omitZeroBalances": "true"}
    return Request(method="GET", path="/api/v3/account", query=query, signed=True)


def balances(answer: dict[str, Any]) -> list[VenueBalance]:
    """Read `{"balances": [{"asset": "BTC", "free": "4723846.89208129", "locked": "0.0"}], …}`."""
    return [
        VenueBalance(asset=row["asset"], free=Decimal(row["free"]), locked=Decimal(row["locked"]))
        for row in rows(answer["balances"])
    ]


def api_restrictions() -> Request:
    """Ask what a key may do."""
    return Request(method="GET", path="/sapi/v1/account/apiRestrictions", signed=True)


def open_orders(pair: str) -> Request:
    """Ask for the account's open orders of a pair."""
    query = {"symbol": theirs(pair)}
    return Request(method="GET", path="/api/v3/openOrders", query=query, signed=True)


def recent_orders(pair: str) -> Request:
    """Ask for the newest page of orders, oldest first."""
    return _page("/api/v3/allOrders", pair, {})


def orders_between(pair: str, since: datetime) -> Request:
    """Ask for the first orders placed within a day from `since` on."""
    return _page("/api/v3/allOrders", pair, _window(since))


def orders_from(pair: str, order_id: int) -> Request:
    """Ask for the orders from this id on."""
    return _page("/api/v3/allOrders", pair, {"orderId": str(order_id)})


def recent_trades(pair: str) -> Request:
    """Ask for the newest page of executions, oldest first."""
    return _page("/api/v3/myTrades", pair, {})


def trades_between(pair: str, since: datetime) -> Request:
    """Ask for the first executions within a day from `since` on."""
    return _page("/api/v3/myTrades", pair, _window(since))


def trades_from(pair: str, trade_id: int) -> Request:
    """Ask for the executions from this id on."""
    return _page("/api/v3/myTrades", pair, {"fromId": str(trade_id)})


def cancel(pair: str, client_order_id: str) -> Request:
    """Cancel one order by the id that its owner gave it."""
    query = {"symbol": theirs(pair), "origClientOrderId": client_order_id}
    return Request(method="DELETE", path="/api/v3/order", query=query, signed=True)


def permissions(answer: dict[str, Any]) -> Permissions:
    """Read `{"enableReading": true, "enableWithdrawals": false, "enableSpotAndMarginTrading": …}`.

    What the answer does not say is unknown.
    """
    return Permissions(
        trade=_flag(answer.get("enableSpotAndMarginTrading")),
        withdraw=_flag(answer.get("enableWithdrawals")),
    )


def order(row: dict[str, Any], pair: str) -> VenueOrder:
    """Read a row of openOrders or allOrders.

    {"symbol": "ETHUSDT", "orderId": 1, "clientOrderId": "myOrder1", "price": "0.1",
     "origQty": "1.0", "executedQty": "0.0", "status": "NEW", "type": "LIMIT", "side": "BUY",
     "time": 1499827319559, "updateTime": 1499827319559, "isWorking": true, ...}
    """
    kind = OrderType.MARKET if row["type"] == "MARKET" else OrderType.LIMIT
    return VenueOrder(
        client_order_id=row["clientOrderId"],
        exchange_order_id=str(row["orderId"]),
        trading_pair=pair,
        type=kind,
        side=Side(row["side"].lower()),
        price=Decimal(row["price"]) if kind is OrderType.LIMIT else None,
        quantity=Decimal(row["origQty"]),
        filled_quantity=Decimal(row["executedQty"]),
        status=STATUSES[row["status"]],
        updated_at=moment(row["updateTime"]),
    )


def trade(row: dict[str, Any], pair: str) -> VenueTrade:
    """Read a row of myTrades.

    {"symbol": "ETHUSDT", "id": 28457, "orderId": 100234, "price": "4.00000100",
     "qty": "12.00000000", "quoteQty": "48.000012", "commission": "10.10000000",
     "commissionAsset": "BNB", "time": 1499865549590, "isBuyer": true, "isMaker": false, ...}
    """
    return VenueTrade(
        trade_id=str(row["id"]),
        exchange_order_id=str(row["orderId"]),
        trading_pair=pair,
        side=Side.BUY if row["isBuyer"] else Side.SELL,
        price=Decimal(row["price"]),
        quantity=Decimal(row["qty"]),
        fee=Decimal(row["commission"]),
        fee_asset=row["commissionAsset"],
        maker=row["isMaker"],
        executed_at=moment(row["time"]),
    )


def rows(answer: object) -> list[dict[str, Any]]:
    """Read a list of rows: anything else must not pass for an empty one.

    Raises:
        TypeError: it is no list.
    """
    if not isinstance(answer, list):
        raise TypeError(f"a list was asked for, not {type(answer).__name__}")
    return cast("list[dict[str, Any]]", answer)


def moment(milliseconds: int) -> datetime:
    """Turn Binance's time into ours, without a float in between."""
    seconds, rest = divmod(milliseconds, 1_000)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=rest)


def milliseconds(at: datetime) -> int:
    """Turn our time into Binance's, rounded down."""
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _page(path: str, pair: str, part: dict[str, str]) -> Request:
    query = {"symbol": theirs(pair), "limit": str(PAGE)} | part
    return Request(method="GET", path=path, query=query, signed=True)


def _window(since: datetime) -> dict[str, str]:
    start = milliseconds(since)
    return {"startTime": str(start), "endTime": str(start + WINDOW // timedelta(milliseconds=1))}


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None
