"""What a new order's parameters mean.

    {"category": "spot", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "qty": "0.1",
     "price": "15600", "timeInForce": "PostOnly", "orderLinkId": "spot-test-postonly"}

A market order's `qty` is in quote for a buy unless `marketUnit` says `baseCoin`, in base for a
sell unless it says `quoteCoin`. Fees are taken from what is received: an account's fee token is
Binance's, and clients of Bybit would not know it.
https://github.com/bybit-exchange/docs/blob/master/docs/v5/order/create-order.mdx
"""

from decimal import Decimal
from secrets import randbits

from containers.paper_exchange.bybit import errors, params
from janym.domain.trading import Side
from janym.matching.order import OrderKind, OrderRequest, TimeInForce

SIDES = {side.upper(): side for side in Side}
TYPES = ("LIMIT", "MARKET")
POST_ONLY = "PostOnly"
TIMES_IN_FORCE = {tif.upper(): tif for tif in TimeInForce}
DEFAULT_UNITS = {Side.BUY: "quoteCoin", Side.SELL: "baseCoin"}
ZERO = Decimal(0)


def order_request(account: str, values: params.Params) -> OrderRequest:
    """Return the order that parameters ask for. Raises Bybit's errors."""
    params.spot(values)
    symbol = params.required(values, "symbol")
    side = SIDES.get(params.required(values, "side").upper())
    if side is None:
        raise errors.bad_parameter("params error: side invalid")
    kind = _kind(values)
    quantity, quote_quantity = _amounts(kind, side, values)
    return OrderRequest(
        account=account,
        client_id=params.client_id(values) or str(randbits(62)),
        symbol=symbol,
        side=side,
        kind=kind,
        time_in_force=_time_in_force(kind, values),
        price=ZERO if kind is OrderKind.MARKET else params.decimal(values, "price"),
        quantity=quantity,
        quote_quantity=quote_quantity,
        token_fees=False,
    )


def _kind(values: params.Params) -> OrderKind:
    given = params.required(values, "orderType").upper()
    if given not in TYPES:
        raise errors.bad_parameter("params error: orderType invalid")
    if given == "MARKET":
        return OrderKind.MARKET
    return OrderKind.LIMIT_MAKER if values.get("timeInForce") == POST_ONLY else OrderKind.LIMIT


def _amounts(kind: OrderKind, side: Side, values: params.Params) -> tuple[Decimal, Decimal]:
    amount = params.decimal(values, "qty")
    unit = values.get("marketUnit") or DEFAULT_UNITS[side]
    if kind is OrderKind.MARKET and unit == "quoteCoin":
        return ZERO, amount
    return amount, ZERO


def _time_in_force(kind: OrderKind, values: params.Params) -> TimeInForce:
    """A market order's is always IOC, whatever is sent."""
    given = values.get("timeInForce") or "GTC"
    if kind is not OrderKind.LIMIT:
        return TimeInForce.GTC
    found = TIMES_IN_FORCE.get(given.upper())
    if found is None:
        raise errors.bad_parameter("params error: timeInForce invalid")
    return found
