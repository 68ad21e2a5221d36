"""The user stream's events: `executionReport` and `outboundAccountPosition`.

    {"subscriptionId": 0, "event": {"e": "executionReport", "E": 1499405658658, ...}}

https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md
"""

from collections.abc import Mapping
from decimal import Decimal

from containers.paper_exchange.binance.shapes import NO_LIST, NO_PREVENTION, Json, number
from janym.matching.balances import Holding
from janym.matching.order import Accepted, Canceled, Event, Expired, OrderStatus, Traded

ZERO = number(Decimal(0))
EXECUTIONS = {Accepted: "NEW", Traded: "TRADE", Canceled: "CANCELED", Expired: "EXPIRED"}


def execution(event: Event, *, execution_id: int, cancel_id: str, at_ms: int) -> Json:
    """Return the report of one event; `cancel_id` is the id of the request that canceled."""
    order = event.order
    canceled = isinstance(event, Canceled)
    report: Json = {
        "e": "executionReport",
        "E": at_ms,
        "s": order.symbol,
        "c": cancel_id if canceled else order.client_id,
        "S": order.side.upper(),
        "o": order.kind.upper(),
        "f": order.time_in_force.upper(),
        "q": number(order.quantity),
        "p": number(order.price),
        "P": ZERO,
        "F": ZERO,
        "g": NO_LIST,
        "C": order.client_id if canceled else "",
        "x": EXECUTIONS[type(event)],
        "X": order.status.upper(),
        "r": "NONE",
        "i": order.id,
        "l": ZERO,
        "z": number(order.filled),
        "L": ZERO,
        "n": "0",
        "N": None,
        "T": order.updated_ms,
        "t": -1,
        "I": execution_id,
        "w": order.status in (OrderStatus.NEW, OrderStatus.PARTIALLY_FILLED),
        "m": False,
        "M": isinstance(event, Traded),
        "O": order.created_ms,
        "Z": number(order.filled_quote),
        "Y": ZERO,
        "Q": number(order.quote_quantity),
        "W": order.created_ms,
        "V": NO_PREVENTION,
    }
    return report | _trade_part(event) if isinstance(event, Traded) else report


def position(holdings: Mapping[str, Holding], *, at_ms: int) -> Json:
    """Return the account's present balances of some assets."""
    return {
        "e": "outboundAccountPosition",
        "E": at_ms,
        "u": at_ms,
        "B": [
            {"a": asset, "f": number(held.free), "l": number(held.locked)}
            for asset, held in sorted(holdings.items())
        ],
    }


def _trade_part(event: Traded) -> Json:
    fill = event.fill
    return {
        "l": number(fill.quantity),
        "L": number(fill.price),
        "n": number(fill.fee),
        "N": fill.fee_asset,
        "t": fill.trade_id,
        "m": fill.maker,
        "Y": number(fill.price * fill.quantity),
    }
