"""Bybit spot over REST: requests to make, and answers read exactly.

Money comes as strings and stays decimal. Lists come newest first, a page at a time: 50 orders or
100 executions, of at most seven days; `nextPageCursor` leads to the next page, encoded already.

https://bybit-exchange.github.io/docs/v5/order/open-order
https://bybit-exchange.github.io/docs/v5/order/order-list
https://bybit-exchange.github.io/docs/v5/order/execution
https://bybit-exchange.github.io/docs/v5/user/apikey-info
"""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from janym.domain.credential import Permissions
from janym.domain.trading import OrderStatus, OrderType, Side
from janym.exchanges.bybit.markets import theirs
from janym.ports.venue import VenueBalance, VenueOrder, VenueTrade

ORDERS_PAGE = 50
TRADES_PAGE = 100
WINDOW = timedelta(days=7) - timedelta(milliseconds=1)
SPOT = {"category": "spot"}

STATUSES = {
    "New": OrderStatus.OPEN,
    "PartiallyFilled": OrderStatus.OPEN,
    "Untriggered": OrderStatus.OPEN,
    "Triggered": OrderStatus.OPEN,
    "Filled": OrderStatus.FILLED,
    "Cancelled": OrderStatus.CANCELLED,
    "PartiallyFilledCanceled": OrderStatus.CANCELLED,
    "Deactivated": OrderStatus.CANCELLED,
    "Rejected": OrderStatus.FAILED,
}
"""https://bybit-exchange.github.io/docs/v5/enum#orderstatus"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request; a signed one still lacks its time and signature. A POST sends its fields."""

    method: str
    path: str
    fields: dict[str, str] = field(default_factory=dict[str, str])
    signed: bool = False

    @property
    def query(self) -> str:
        """The query string. Values need no encoding: they are ours, or cursors that have it."""
        if self.method == "POST":
            return ""
        return "&".join(f"{name}={value}" for name, value in self.fields.items())

    @property
    def body(self) -> str:
        return json.dumps(self.fields) if self.method == "POST" else ""


def server_time() -> Request:
    """Ask the venue's clock: `{"timeSecond": "1688639403", "timeNano": "1688639403423213947"}`."""
    return Request(method="GET", path="/v5/market/time")


def instruments_info() -> Request:
    """Ask what can be traded; `markets.instruments` reads the answer."""
    return Request(method="GET", path="/v5/market/instruments-info", fields=SPOT)


def tickers(pair: str) -> Request:
    """Ask the last price: `{"list": [{"symbol": "BTCUSDT", "lastPrice": "20533.13", ...}]}`."""
    fields = SPOT | {"symbol": theirs(pair)}
    return Request(method="GET", path="/v5/market/tickers", fields=fields)


def all_tickers() -> Request:
    """Ask the last price of every symbol; the answer is as that of one."""
    return Request(method="GET", path="/v5/market/tickers", fields=SPOT)


def wallet() -> Request:
    """Ask what the account holds.

    https://bybit-exchange.github.io/docs/v5/account/wallet-balance
    """
    fields = {"accountType": "UNIFIED"}
    return Request(method="GET", path="/v5/account/wallet-balance", fields=fields, signed=True)


def balances(answer: dict[str, Any]) -> list[VenueBalance]:
    """Read `{"list": [{"coin": [{"coin": "BTC", "walletBalance": "1.5", "locked": "0.5"}]}]}`.

    What spot orders have locked is part of the wallet's balance.
    """
    coins = [coin for wallet in rows(answer) for coin in wallet["coin"]]
    return [
        VenueBalance(
            asset=coin["coin"],
            free=Decimal(coin["walletBalance"]) - Decimal(coin["locked"] or 0),
            locked=Decimal(coin["locked"] or 0),
        )
        for coin in coins
    ]


def query_api() -> Request:
    """Ask what a key may do."""
    return Request(method="GET", path="/v5/user/query-api", signed=True)


def open_orders(pair: str) -> Request:
    """Ask for the first page of the account's open orders of a pair."""
    return _page("/v5/order/realtime", pair, ORDERS_PAGE, {"openOnly": "0"})


def closed_lately(pair: str) -> Request:
    """Ask for the first page of up to 500 orders that ended just now: history comes later."""
    return _page("/v5/order/realtime", pair, ORDERS_PAGE, {"openOnly": "1"})


def orders_between(pair: str, since: datetime) -> Request:
    """Ask for the first page of orders placed within seven days from `since` on, and ended."""
    return _page("/v5/order/history", pair, ORDERS_PAGE, _window(since))


def trades_between(pair: str, since: datetime) -> Request:
    """Ask for the first page of executions within seven days from `since` on."""
    return _page("/v5/execution/list", pair, TRADES_PAGE, _window(since))


def following(request: Request, answer: dict[str, Any]) -> Request | None:
    """Ask for the page after an answer, or for nothing where it was the last."""
    cursor = answer.get("nextPageCursor") or ""
    if not cursor or not rows(answer):
        return None
    return replace(request, fields=request.fields | {"cursor": str(cursor)})


def cancel(pair: str, client_order_id: str) -> Request:
    """Cancel one order by the id that its owner gave it."""
    fields = SPOT | {"symbol": theirs(pair), "orderLinkId": client_order_id}
    return Request(method="POST", path="/v5/order/cancel", fields=fields, signed=True)


def permissions(answer: dict[str, Any]) -> Permissions:
    """Read `{"readOnly": 0, "permissions": {"Spot": ["SpotTrade"], "Wallet": [...], ...}}`.

    What the answer does not say is unknown.
    """
    rights = answer.get("permissions")
    named = cast("dict[str, Any]", rights) if isinstance(rights, dict) else {}
    trade = _has(named.get("Spot"), "SpotTrade")
    if answer.get("readOnly") not in (0, None):
        trade = False
    return Permissions(trade=trade, withdraw=_has(named.get("Wallet"), "Withdraw"))


def order(row: dict[str, Any], pair: str) -> VenueOrder:
    """Read a row of realtime or history.

    {"orderId": "1", "orderLinkId": "mine", "symbol": "ETHUSDT", "side": "Buy", "price": "0.1",
     "qty": "1", "cumExecQty": "0", "orderType": "Limit", "orderStatus": "New",
     "createdTime": "1684738540559", "updatedTime": "1684738540561", ...}
    """
    kind = OrderType.MARKET if row["orderType"] == "Market" else OrderType.LIMIT
    by_quote = row.get("marketUnit") == "quoteCoin"
    filled = Decimal(row["cumExecQty"])
    return VenueOrder(
        client_order_id=row["orderLinkId"],
        exchange_order_id=row["orderId"],
        trading_pair=pair,
        type=kind,
        side=Side(row["side"].lower()),
        price=Decimal(row["price"]) if kind is OrderType.LIMIT else None,
        quantity=filled if by_quote else Decimal(row["qty"]),
        filled_quantity=filled,
        status=STATUSES[row["orderStatus"]],
        updated_at=moment(row["updatedTime"]),
    )


def placed_at(row: dict[str, Any]) -> datetime:
    """Tell when an order of a list was placed."""
    return moment(row["createdTime"])


def is_trade(row: dict[str, Any]) -> bool:
    """Tell an execution from what else that list holds, such as funding."""
    return row["execType"] == "Trade"


def trade(row: dict[str, Any], pair: str) -> VenueTrade:
    """Read a row of execution/list.

    {"symbol": "ETHUSDT", "execId": "7e2ae69c", "orderId": "1", "orderLinkId": "mine",
     "side": "Sell", "execPrice": "1190.15", "execQty": "0.1", "execFee": "0.071409",
     "feeCurrency": "USDT", "execType": "Trade", "isMaker": false, "execTime": "1672282722429"}
    """
    return VenueTrade(
        trade_id=row["execId"],
        exchange_order_id=row["orderId"],
        trading_pair=pair,
        side=Side(row["side"].lower()),
        price=Decimal(row["execPrice"]),
        quantity=Decimal(row["execQty"]),
        fee=Decimal(row["execFee"]),
        fee_asset=row["feeCurrency"],
        maker=row["isMaker"],
        executed_at=moment(row["execTime"]),
    )


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Read a list of rows: anything else must not pass for an empty one.

    Raises:
        TypeError: it is no list.
    """
    found = answer["list"]
    if not isinstance(found, list):
        raise TypeError(f"a list was asked for, not {type(found).__name__}")
    return cast("list[dict[str, Any]]", found)


def clock_ms(answer: dict[str, Any]) -> int:
    """Read the venue's time in milliseconds."""
    return int(answer["timeNano"]) // 1_000_000


def moment(milliseconds: str) -> datetime:
    """Turn Bybit's time into ours, without a float in between."""
    seconds, rest = divmod(int(milliseconds), 1_000)
    return datetime.fromtimestamp(seconds, UTC) + timedelta(milliseconds=rest)


def milliseconds(at: datetime) -> int:
    """Turn our time into Bybit's, rounded down."""
    return (at - datetime.fromtimestamp(0, UTC)) // timedelta(milliseconds=1)


def _page(path: str, pair: str, size: int, part: dict[str, str]) -> Request:
    fields = SPOT | {"symbol": theirs(pair), "limit": str(size)} | part
    return Request(method="GET", path=path, fields=fields, signed=True)


def _window(since: datetime) -> dict[str, str]:
    start = milliseconds(since)
    return {"startTime": str(start), "endTime": str(start + WINDOW // timedelta(milliseconds=1))}


def _has(names: object, name: str) -> bool | None:
    return name in cast("list[object]", names) if isinstance(names, list) else None
