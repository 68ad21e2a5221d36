"""Bybit's side of each call of the platform, without a socket.

A call is a generator: it yields requests, is sent what each was answered with, and returns what
the platform asked for. A request that was refused raises `VenueRefused` where it was yielded.
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

from janym.domain.bot import Environment
from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import VenueRefused
from janym.domain.instrument import Instrument
from janym.exchanges.bybit import NAME as NAME  # noqa: PLC0414 - whoever carries calls reads it
from janym.exchanges.bybit import errors, markets, rest, sign
from janym.exchanges.bybit.rest import Request
from janym.ports.venue import VenueBalance, VenueOrder, VenueTrade

Result = TypeVar("Result")
Call = Generator[Request, Any, Result]
Row = dict[str, Any]

PUBLISHED: Mapping[Environment, Mapping[str, str]] = {
    Environment.LIVE: {
        "rest": "https://api.bybit.com",
        "stream": "wss://stream.bybit.com/v5/public/spot",
        "private": "wss://stream.bybit.com/v5/private",
    },
    Environment.TESTNET: {
        "rest": "https://api-testnet.bybit.com",
        "stream": "wss://stream-testnet.bybit.com/v5/public/spot",
        "private": "wss://stream-testnet.bybit.com/v5/private",
    },
}
"""Bybit's own addresses. Its demo is left out: the bots' connector does not know it."""


def written(
    request: Request, key: ExchangeKey | None, *, timestamp_ms: int
) -> tuple[str, dict[str, str], bytes | None]:
    """Give target, headers and body as they go out; a signed request needs the key."""
    target = f"{request.path}?{request.query}" if request.query else request.path
    headers = {"Content-Type": "application/json"} if request.body else {}
    if request.signed and key is not None:
        payload = request.query or request.body
        headers |= sign.headers(payload, key, timestamp_ms=timestamp_ms)
    return target, headers, request.body.encode() or None


def read(status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """Give what an answer holds, or raise what it means. Header names are in lower case."""
    return errors.result(status, headers, body)


def is_clock_off(refused: VenueRefused) -> bool:
    """Tell whether a request was refused for its time alone."""
    return errors.is_code(refused, errors.CLOCK_IS_OFF)


def server_time() -> Call[int]:
    """Return the venue's clock in Unix milliseconds."""
    return rest.clock_ms((yield rest.server_time()))


def instruments() -> Call[Sequence[Instrument]]:
    return markets.instruments((yield rest.instruments_info()))


def price(pair: str) -> Call[Decimal]:
    [ticker] = rest.rows((yield rest.tickers(pair)))
    return Decimal(ticker["lastPrice"])


def prices(pairs: Sequence[str]) -> Call[Mapping[str, Decimal]]:
    """Ask for all at once: one request, however many are wanted."""
    told = {row["symbol"]: row["lastPrice"] for row in rest.rows((yield rest.all_tickers()))}
    wanted = {pair: told.get(markets.theirs(pair)) for pair in pairs}
    return {pair: Decimal(price) for pair, price in wanted.items() if price}


def balances() -> Call[Sequence[VenueBalance]]:
    held = rest.balances((yield rest.wallet()))
    return [each for each in held if each.free or each.locked]


def permissions() -> Call[Permissions]:
    return rest.permissions((yield rest.query_api()))


def open_orders(pair: str) -> Call[Sequence[VenueOrder]]:
    rows = yield from _pages(rest.open_orders(pair))
    return [rest.order(row, pair) for row in reversed(rows)]


def orders(pair: str, *, since: datetime, now: datetime) -> Call[Sequence[VenueOrder]]:
    """Open ones, those that ended just now, then history: the way that an order goes itself."""
    found = yield from _pages(rest.open_orders(pair))
    found += yield from _pages(rest.closed_lately(pair))
    found += yield from _windows(lambda start: rest.orders_between(pair, start), since, now)
    latest: dict[str, Row] = {}
    for row in found:
        known = latest.get(row["orderId"])
        if known is None or int(row["updatedTime"]) >= int(known["updatedTime"]):
            latest[row["orderId"]] = row
    placed = sorted((row for row in latest.values() if rest.placed_at(row) >= since), key=_age)
    return [rest.order(row, pair) for row in placed]


def trades(pair: str, *, since: datetime, now: datetime) -> Call[Sequence[VenueTrade]]:
    """Oldest first."""
    rows = yield from _windows(lambda start: rest.trades_between(pair, start), since, now)
    return [rest.trade(row, pair) for row in rows if rest.is_trade(row)]


def cancel(pair: str, client_order_id: str) -> Call[None]:
    """An order that is not open any more is no error."""
    try:
        yield rest.cancel(pair, client_order_id)
    except VenueRefused as refused:
        if not errors.is_code(refused, *errors.NOT_OPEN):
            raise


def _windows(
    request: Callable[[datetime], Request], since: datetime, now: datetime
) -> Call[list[Row]]:
    """Return all rows from `since` on, oldest first, a window of seven days at a step."""
    found = list(reversed((yield from _pages(request(since)))))
    while (since := since + rest.WINDOW) <= now:
        found += reversed((yield from _pages(request(since))))
    return found


def _pages(request: Request) -> Call[list[Row]]:
    """Return the rows of all pages, newest first."""
    found: list[Row] = []
    wanted: Request | None = request
    while wanted is not None:
        answer = yield wanted
        found += rest.rows(answer)
        wanted = rest.following(request, answer)
    return found


def _age(row: Row) -> tuple[datetime, int]:
    """Orders of one millisecond keep the order of their numbers, where they are numbers."""
    number = row["orderId"]
    return rest.placed_at(row), int(number) if number.isdecimal() else 0
