"""Binance's error codes and texts, each in one place.

    {"code": -1121, "msg": "Invalid symbol."}

https://github.com/binance/binance-spot-api-docs/blob/master/errors.md
"""

from janym.matching.order import Refusal


class BinanceError(Exception):
    """An answer in Binance's form. `headers` go out with it."""

    def __init__(
        self, code: int, text: str, *, status: int = 400, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(f"{code} {text}")
        self.code = code
        self.text = text
        self.status = status
        self.headers = headers or {}

    @property
    def body(self) -> dict[str, int | str]:
        return {"code": self.code, "msg": self.text}


UNKNOWN_ORDER = (-2011, "Unknown order sent.")
REFUSALS: dict[Refusal, tuple[int, str]] = {
    Refusal.UNKNOWN_SYMBOL: (-1121, "Invalid symbol."),
    Refusal.BAD_ORDER: (-1128, "Combination of optional parameters invalid."),
    Refusal.PRICE_FILTER: (-1013, "Filter failure: PRICE_FILTER"),
    Refusal.QUANTITY_FILTER: (-1013, "Filter failure: LOT_SIZE"),
    Refusal.NOTIONAL_FILTER: (-1013, "Filter failure: NOTIONAL"),
    Refusal.INSUFFICIENT_BALANCE: (
        -2010,
        "Account has insufficient balance for requested action.",
    ),
    Refusal.WOULD_TAKE: (-2010, "Order would immediately match and take."),
    Refusal.DUPLICATE_CLIENT_ID: (-2010, "Duplicate order sent."),
    Refusal.NO_LIQUIDITY: (
        -2010,
        "Order book liquidity is less than LOT_SIZE filter minimum quantity.",
    ),
    Refusal.UNKNOWN_ORDER: UNKNOWN_ORDER,
}


def refused(reason: Refusal) -> BinanceError:
    code, text = REFUSALS[reason]
    return BinanceError(code, text)


def unknown_order() -> BinanceError:
    return BinanceError(*UNKNOWN_ORDER)


def no_such_order() -> BinanceError:
    return BinanceError(-2013, "Order does not exist.")


def rejected_key() -> BinanceError:
    return BinanceError(-2015, "Invalid API-key, IP, or permissions for action.", status=401)


def bad_key_format() -> BinanceError:
    return BinanceError(-2014, "API-key format invalid.", status=401)


def bad_signature() -> BinanceError:
    return BinanceError(-1022, "Signature for this request is not valid.")


def outside_window() -> BinanceError:
    return BinanceError(-1021, "Timestamp for this request is outside of the recvWindow.")


def ahead_of_time() -> BinanceError:
    return BinanceError(-1021, "Timestamp for this request was 1000ms ahead of the server's time.")


def missing(name: str) -> BinanceError:
    return BinanceError(
        -1102, f"Mandatory parameter '{name}' was not sent, was empty/null, or malformed."
    )


def missing_both(first: str, second: str) -> BinanceError:
    return BinanceError(
        -1102, f"Param '{first}' or '{second}' must be sent, but both were empty/null!"
    )


def illegal(name: str, pattern: str) -> BinanceError:
    return BinanceError(
        -1100, f"Illegal characters found in parameter '{name}'; legal range is '{pattern}'."
    )


def too_precise(name: str) -> BinanceError:
    return BinanceError(-1111, f"Parameter '{name}' has too much precision.")


def overflowed(name: str) -> BinanceError:
    return BinanceError(-1108, f"Parameter '{name}' overflowed.")


def not_required(name: str) -> BinanceError:
    return BinanceError(-1106, f"Parameter '{name}' sent when not required.")


def duplicated() -> BinanceError:
    return BinanceError(-1101, "Duplicate values for a parameter detected.")


def too_many_requests(retry_after_s: int) -> BinanceError:
    return BinanceError(
        -1003,
        "Too much request weight used; current limit is 6000 request weight per 1 MINUTE. "
        "Please use WebSocket Streams for live updates to avoid polling the API.",
        status=429,
        headers={"Retry-After": str(retry_after_s)},
    )


def under_maintenance() -> BinanceError:
    return BinanceError(-1016, "This service is no longer available.", status=503)


def status_unknown(status: int) -> BinanceError:
    """Return the 5xx that leaves the sender not knowing whether the order went in."""
    return BinanceError(
        -1000, "Unknown error, please check your request or try again later.", status=status
    )
