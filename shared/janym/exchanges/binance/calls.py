"""Binance's side of each call of the platform, without a socket.

A call is a generator: it yields requests, is sent what each was answered with, and returns what
the platform asked for. A request that was refused raises `VenueRefused` where it was yielded.
"""

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from janym.domain.bot import Environment
from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import OutcomeUnknown, VenueRefused
from janym.domain.instrument import Instrument
from janym.exchanges.binance import NAME as NAME  # noqa: PLC0414 - whoever carries calls reads it
from janym.exchanges.binance import errors, markets, rest, sign
from janym.exchanges.binance.rest import Request
from janym.ports.venue import VenueBalance, VenueOrder, VenueTrade

Result = TypeVar("Result")
Call = Generator[Request, Any, Result]
Row = dict[str, Any]

PUBLISHED: Mapping[Environment, Mapping[str, str]] = {Environment.LIVE: rest.LIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pages:
    """How to ask for the pages of one list."""

    id_field: str
    recent: Request
    between: Callable[[datetime], Request]
    following: Callable[[int], Request]


def written(
    request: Request, key: ExchangeKey | None, *, timestamp_ms: int
) -> tuple[str, dict[str, str], bytes | None]:
    """Give target, headers and body as they go out; a signed request needs the key."""
    query, headers = urlencode(request.query), dict[str, str]()
    if request.signed and key is not None:
        query = sign.signed(request.query, key, timestamp_ms=timestamp_ms)
        headers = {sign.KEY_HEADER: key.api_key}
    return f"{request.path}?{query}" if query else request.path, headers, None


def read(status: int, headers: Mapping[str, str], body: bytes) -> Any:
    """Give what an answer holds, or raise what it means. Header names are in lower case."""
    if not 200 <= status < 300:
        raise errors.problem(status, headers, body)
    try:
        return json.loads(body, parse_float=Decimal)
    except ValueError as error:
        raise OutcomeUnknown(f"{NAME} answered no JSON") from error


def is_clock_off(refused: VenueRefused) -> bool:
    """Tell whether a request was refused for its time alone."""
    return errors.is_code(refused, errors.CLOCK_IS_OFF)


def server_time() -> Call[int]:
    """Return the venue's clock in Unix milliseconds."""
    answer = yield rest.server_time()
    return int(answer["serverTime"])


def instruments() -> Call[Sequence[Instrument]]:
    return markets.instruments((yield rest.exchange_info()))


def price(pair: str) -> Call[Decimal]:
    answer = yield rest.ticker_price(pair)
    return Decimal(answer["price"])


def prices(pairs: Sequence[str]) -> Call[Mapping[str, Decimal]]:
    """Ask for all at once: one request, however many are wanted."""
    told = {row["symbol"]: row["price"] for row in rest.rows((yield rest.all_prices()))}
    wanted = {pair: told.get(markets.theirs(pair)) for pair in pairs}
    return {pair: Decimal(price) for pair, price in wanted.items() if price}


def balances() -> Call[Sequence[VenueBalance]]:
    held = rest.balances((yield rest.account()))
    return [each for each in held if each.free or each.locked]


def permissions() -> Call[Permissions]:
    return rest.permissions((yield rest.api_restrictions()))


def open_orders(pair: str) -> Call[Sequence[VenueOrder]]:
    return [rest.order(row, pair) for row in rest.rows((yield rest.open_orders(pair)))]


def orders(pair: str, *, since: datetime, now: datetime) -> Call[Sequence[VenueOrder]]:
    """Open or not, placed since then."""
    pages = _Pages(
        id_field="orderId",
        recent=rest.recent_orders(pair),
        between=lambda start: rest.orders_between(pair, start),
        following=lambda last: rest.orders_from(pair, last + 1),
    )
    return [rest.order(row, pair) for row in (yield from _since(since, now, pages))]


def trades(pair: str, *, since: datetime, now: datetime) -> Call[Sequence[VenueTrade]]:
    """Oldest first."""
    pages = _Pages(
        id_field="id",
        recent=rest.recent_trades(pair),
        between=lambda start: rest.trades_between(pair, start),
        following=lambda last: rest.trades_from(pair, last + 1),
    )
    return [rest.trade(row, pair) for row in (yield from _since(since, now, pages))]


def cancel(pair: str, client_order_id: str) -> Call[None]:
    """An order that is not open any more is no error."""
    try:
        yield rest.cancel(pair, client_order_id)
    except VenueRefused as refused:
        if not errors.is_code(refused, errors.NOT_OPEN):
            raise


def _since(since: datetime, now: datetime, pages: _Pages) -> Call[list[Row]]:
    """Return all rows since then: the newest page has them all, or ids lead to the rest."""
    page = rest.rows((yield pages.recent))
    if len(page) < rest.PAGE or rest.moment(page[0]["time"]) < since:
        return [row for row in page if rest.moment(row["time"]) >= since]
    page = yield from _first(since, now, pages)
    rows = page
    while page:
        page = rest.rows((yield pages.following(page[-1][pages.id_field])))
        rows = rows + page
    return rows


def _first(since: datetime, now: datetime, pages: _Pages) -> Call[list[Row]]:
    """Find the first page by time, a day at a step."""
    rows = rest.rows((yield pages.between(since)))
    while not rows and since <= now:
        since += rest.WINDOW
        rows = rest.rows((yield pages.between(since)))
    return rows
