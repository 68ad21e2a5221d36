"""Bybit's codes and texts, each in one place, and the envelope that every answer comes in.

    {"retCode": 170121, "retMsg": "Invalid symbol.", "result": {}, "retExtInfo": {},
     "time": 1672211918471}

A refusal is HTTP 200; only what the gateway itself says has another status.
https://github.com/bybit-exchange/docs/blob/master/docs/v5/error.mdx
"""

from janym.matching.order import Refusal

Json = dict[str, object]


class BybitError(Exception):
    """An answer in Bybit's form. `headers` go out with it, `retry_after_s` as a moment."""

    def __init__(
        self, code: int, text: str, *, status: int = 200, retry_after_s: int | None = None
    ) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.status = status
        self.retry_after_s = retry_after_s


NO_SUCH_ORDER = (170213, "Order does not exist.")
REFUSALS: dict[Refusal, tuple[int, str]] = {
    Refusal.UNKNOWN_SYMBOL: (170121, "Invalid symbol."),
    Refusal.BAD_ORDER: (170130, "Data sent for parameter is not valid."),
    Refusal.PRICE_FILTER: (170134, "Order price has too many decimals or is out of range."),
    Refusal.QUANTITY_FILTER: (170137, "Order quantity has too many decimals or is out of range."),
    Refusal.NOTIONAL_FILTER: (170140, "Order value exceeded lower limit."),
    Refusal.INSUFFICIENT_BALANCE: (170131, "Insufficient balance."),
    Refusal.WOULD_TAKE: (170218, "The LIMIT-MAKER order is rejected due to invalid price."),
    Refusal.DUPLICATE_CLIENT_ID: (170141, "Duplicate clientOrderId."),
    Refusal.NO_LIQUIDITY: (170130, "Data sent for parameter 'qty' is not valid."),
    Refusal.UNKNOWN_ORDER: NO_SUCH_ORDER,
}


def envelope(result: Json, *, now_ms: int, code: int = 0, text: str = "OK") -> Json:
    """Return an answer as Bybit wraps it."""
    return {"retCode": code, "retMsg": text, "result": result, "retExtInfo": {}, "time": now_ms}


def refused(reason: Refusal) -> BybitError:
    return BybitError(*REFUSALS[reason])


def no_such_order() -> BybitError:
    return BybitError(*NO_SUCH_ORDER)


def unknown_symbol() -> BybitError:
    return refused(Refusal.UNKNOWN_SYMBOL)


def bad_parameter(text: str) -> BybitError:
    return BybitError(10001, text)


def out_of_time(sent_ms: int, now_ms: int, window_ms: int) -> BybitError:
    return BybitError(
        10002,
        "invalid request, please check your server timestamp or recv_window param. "
        f"req_timestamp[{sent_ms}],server_timestamp[{now_ms}],recv_window[{window_ms}]",
    )


def rejected_key() -> BybitError:
    return BybitError(10003, "API key is invalid.")


def bad_signature() -> BybitError:
    return BybitError(10004, "error sign! Please check your signature generation algorithm.")


def not_permitted() -> BybitError:
    return BybitError(10005, "Permission denied, please check your API key permissions.")


def too_many_requests(retry_after_s: int) -> BybitError:
    return BybitError(
        10006, "Too many visits. Exceeded the API Rate Limit.", retry_after_s=retry_after_s
    )


def under_maintenance() -> BybitError:
    return BybitError(10016, "Service unavailable.", status=503)


def status_unknown(status: int) -> BybitError:
    """Return the 5xx that leaves the sender not knowing whether the order went in."""
    return BybitError(10016, "Internal System Error.", status=status)
