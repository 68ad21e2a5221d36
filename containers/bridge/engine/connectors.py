"""What differs between the connectors, one entry each: addresses, refused keys, resting orders.

Nothing of Hummingbot is imported here; a connector comes as it is, and is asked through its own
authenticated requests, so that its throttler and its signatures hold.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Addresses = Mapping[str, str]

UNNAMED = "UNKNOWN"
"""How Binance's connector names an order whose creation was answered with a 503: the venue may have
it or not."""


def exchange_id(order: Any) -> str | None:
    """The venue's name for one of Hummingbot's orders, once the venue told it."""
    return None if order is None or order.exchange_order_id == UNNAMED else order.exchange_order_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Resting:
    """An open order as the venue names it."""

    client_order_id: str
    exchange_order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Connector:
    """One connector of Hummingbot.

    `constants` is its module of constants, whose `HBOT_ORDER_ID_PREFIX` all of them have;
    `addresses` names what the start line must give to `point`; `key_refused` finds, in what a
    request for the balances raised, that the key is no good; `fee_asset` is the token that the
    venue may take fees in; `prepare` mends what the connector leaves out of its requests.
    """

    constants: str
    addresses: tuple[str, ...]
    point: Callable[[ModuleType, Addresses], None]
    key_refused: re.Pattern[str]
    fee_asset: str | None
    prepare: Callable[[Any], None]
    open_orders: Callable[[Any, str], Awaitable[list[Resting]]]
    cancel: Callable[[Any, str, str], Awaitable[None]]


def _nothing_missing(connector: Any) -> None:
    """The connector's requests say all that they mean."""


# ---- Binance

BINANCE_GONE = "-2011"


def _point_binance(constants: Any, venue: Addresses) -> None:
    constants.REST_URL = venue["rest"].rstrip("/") + "/api/"
    constants.WSS_URL = venue["stream"]
    constants.WSS_API_URL = venue["ws_api"]


async def _open_on_binance(connector: Any, symbol: str) -> list[Resting]:
    orders = await connector._api_get(  # noqa: SLF001 - its own signed request
        path_url="/openOrders",
        params={"symbol": symbol},
        is_auth_required=True,
        limit_id="/myTrades",  # a weight that the connector's throttler knows, and no less
    )
    return [
        Resting(client_order_id=one["clientOrderId"], exchange_order_id=str(one["orderId"]))
        for one in orders
    ]


async def _cancel_on_binance(connector: Any, symbol: str, client_order_id: str) -> None:
    try:
        await connector._api_delete(  # noqa: SLF001 - its own signed request
            path_url="/order",
            params={"symbol": symbol, "origClientOrderId": client_order_id},
            is_auth_required=True,
        )
    except OSError as error:
        if BINANCE_GONE not in str(error):
            raise


# ---- Bybit: refusals come with HTTP 200, a code and a text

BYBIT_DOMAIN = "bybit_main"
BYBIT_PAGE = "50"
BYBIT_PLACE = "/v5/order/create"
BYBIT_GONE = (170139, 170142, 170143, 170213)  # filled, cancelled, not on the book, no such order


def _point_bybit(constants: Any, venue: Addresses) -> None:
    constants.REST_URLS[BYBIT_DOMAIN] = venue["rest"].rstrip("/")
    constants.WSS_PUBLIC_URL[BYBIT_DOMAIN] = venue["stream"]
    constants.WSS_PRIVATE_URL[BYBIT_DOMAIN] = venue["private"]


def _send_post_only_to_bybit(connector: Any) -> None:
    """The connector leaves a maker's order without `timeInForce`, and Bybit takes that for GTC."""
    post = connector._api_post  # noqa: SLF001 - the request is built in one piece with its sending

    async def post_only(path_url: str, data: dict[str, Any] | None = None, **rest: Any) -> Any:
        if path_url == BYBIT_PLACE and data is not None and data["orderType"] == "Limit":
            data = {"timeInForce": "PostOnly", **data}
        return await post(path_url=path_url, data=data, **rest)

    connector._api_post = post_only  # noqa: SLF001 - see above


async def _open_on_bybit(connector: Any, symbol: str) -> list[Resting]:
    found: list[Resting] = []
    page: dict[str, str] = {}
    while True:
        answer = await connector._api_get(  # noqa: SLF001 - its own signed request
            path_url="/v5/order/realtime",
            params={"category": "spot", "symbol": symbol, "limit": BYBIT_PAGE, **page},
            is_auth_required=True,
        )
        _check_bybit(answer)
        orders = answer["result"]["list"]
        found += [
            Resting(client_order_id=one["orderLinkId"], exchange_order_id=one["orderId"])
            for one in orders
        ]
        cursor = answer["result"].get("nextPageCursor")
        if not orders or not cursor:
            return found
        page = {"cursor": cursor}


async def _cancel_on_bybit(connector: Any, symbol: str, client_order_id: str) -> None:
    answer = await connector._api_post(  # noqa: SLF001 - its own signed request
        path_url="/v5/order/cancel",
        data={"category": "spot", "symbol": symbol, "orderLinkId": client_order_id},
        is_auth_required=True,
    )
    if answer["retCode"] not in BYBIT_GONE:
        _check_bybit(answer)


def _check_bybit(answer: Mapping[str, Any]) -> None:
    if answer["retCode"] != 0:
        raise OSError(f"Bybit refused: {answer['retMsg']} ({answer['retCode']})")


CONNECTORS: Mapping[str, Connector] = {
    "binance": Connector(
        constants="hummingbot.connector.exchange.binance.binance_constants",
        addresses=("rest", "stream", "ws_api"),
        point=_point_binance,
        # Unauthorized, bad signature, unknown key, malformed key, wrong key or address or right.
        key_refused=re.compile(r'"code":\s*(-1002|-1022|-2008|-2014|-2015)\b'),
        fee_asset="BNB",
        prepare=_nothing_missing,
        open_orders=_open_on_binance,
        cancel=_cancel_on_binance,
    ),
    "bybit": Connector(
        constants="hummingbot.connector.exchange.bybit.bybit_constants",
        addresses=("rest", "stream", "private"),
        point=_point_bybit,
        # The connector raises the text of a refusal without its code.
        key_refused=re.compile(
            "(API key is invalid|error sign|permission denied|user authentication failed"
            "|unmatched IP|api key has expired|user has been banned|HTTP status is 401)",
            re.IGNORECASE,
        ),
        fee_asset=None,
        prepare=_send_post_only_to_bybit,
        open_orders=_open_on_bybit,
        cancel=_cancel_on_bybit,
    ),
}
"""Those that this engine was tested with, by the name that Hummingbot has for them."""
