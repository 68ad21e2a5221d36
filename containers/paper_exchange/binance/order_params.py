"""What a new order's parameters mean, and which of them each order type wants.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md#new-order-trade
"""

from decimal import Decimal
from secrets import token_hex

from containers.paper_exchange.binance import errors, params
from janym.domain.trading import Side
from janym.matching.order import OrderKind, OrderRequest, TimeInForce

STYLES = ("ACK", "RESULT", "FULL")
KINDS = {kind.upper(): kind for kind in OrderKind}
SIDES = {side.upper(): side for side in Side}
TIMES_IN_FORCE = {tif.upper(): tif for tif in TimeInForce}
ZERO = Decimal(0)


def order_request(account: str, values: params.Params) -> OrderRequest:
    """Return the order that parameters ask for. Raises Binance's errors."""
    symbol = params.required(values, "symbol")
    side = SIDES.get(params.required(values, "side"))
    if side is None:
        raise errors.BinanceError(-1117, "Invalid side.")
    kind = KINDS.get(params.required(values, "type"))
    if kind is None:
        raise errors.BinanceError(-1116, "Invalid orderType.")
    quantity, quote_quantity = _amounts(kind, values)
    return OrderRequest(
        account=account,
        client_id=params.client_id(values, "newClientOrderId") or token_hex(11),
        symbol=symbol,
        side=side,
        kind=kind,
        time_in_force=_time_in_force(kind, values),
        price=_price(kind, values),
        quantity=quantity,
        quote_quantity=quote_quantity,
    )


def response_style(values: params.Params) -> str:
    """Return `ACK`, `RESULT` or `FULL`; the last is the default but for `LIMIT_MAKER`."""
    default = "ACK" if values.get("type") == "LIMIT_MAKER" else "FULL"
    style = values.get("newOrderRespType", default)
    if style not in STYLES:
        raise errors.illegal("newOrderRespType", "^(ACK|RESULT|FULL)$")
    return style


def _amounts(kind: OrderKind, values: params.Params) -> tuple[Decimal, Decimal]:
    by_quote = bool(values.get("quoteOrderQty"))
    if kind is not OrderKind.MARKET:
        if by_quote:
            raise errors.not_required("quoteOrderQty")
        return params.decimal(values, "quantity"), ZERO
    if not by_quote and not values.get("quantity"):
        raise errors.missing_both("quantity", "quoteOrderQty")
    if by_quote:
        if values.get("quantity"):
            raise errors.BinanceError(-1128, "Combination of optional parameters invalid.")
        return ZERO, params.decimal(values, "quoteOrderQty")
    return params.decimal(values, "quantity"), ZERO


def _price(kind: OrderKind, values: params.Params) -> Decimal:
    if kind is not OrderKind.MARKET:
        return params.decimal(values, "price")
    if values.get("price"):
        raise errors.not_required("price")
    return ZERO


def _time_in_force(kind: OrderKind, values: params.Params) -> TimeInForce:
    given = values.get("timeInForce")
    if kind is not OrderKind.LIMIT:
        if given:
            raise errors.not_required("timeInForce")
        return TimeInForce.GTC
    found = TIMES_IN_FORCE.get(params.required(values, "timeInForce"))
    if found is None:
        raise errors.BinanceError(-1115, "Invalid timeInForce.")
    return found
