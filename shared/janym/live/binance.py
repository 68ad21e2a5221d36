"""Binance spot as the platform asks it: signed REST calls over one connection."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import urlencode

from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import OutcomeUnknown, VenueRefused
from janym.domain.instrument import Instrument
from janym.exchanges.binance import NAME, errors, markets, rest, sign
from janym.exchanges.binance.rest import Request
from janym.live.http import Http
from janym.ports.clock import Clock
from janym.ports.venue import VenueOrder, VenueTrade

Read = TypeVar("Read")

INSTRUMENTS_KEPT = timedelta(minutes=10)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pages:
    """How to ask for the pages of one list."""

    id_field: str
    recent: Request
    between: Callable[[datetime], Request]
    following: Callable[[int], Request]


class Binance:
    """`ports.venue.Venue`.

    Args:
        http: connections to the address that serves `/api/v3`.
        clock: our time; requests carry the venue's, as far as the two were found to differ.
    """

    def __init__(self, http: Http, clock: Clock) -> None:
        self._http = http
        self._clock = clock
        self._ahead_ms = 0
        self._instruments: tuple[datetime, Sequence[Instrument]] | None = None

    def instruments(self) -> Sequence[Instrument]:
        now = self._clock.now()
        if self._instruments is None or now - self._instruments[0] > INSTRUMENTS_KEPT:
            found = self._read(rest.exchange_info(), None, markets.instruments)
            self._instruments = (now, found)
        return self._instruments[1]

    def price(self, pair: str) -> Decimal:
        return self._read(rest.ticker_price(pair), None, lambda answer: Decimal(answer["price"]))

    def permissions(self, key: ExchangeKey) -> Permissions:
        return self._read(rest.api_restrictions(), key, rest.permissions)

    def open_orders(self, key: ExchangeKey, pair: str) -> Sequence[VenueOrder]:
        return self._read(
            rest.open_orders(pair),
            key,
            lambda answer: [rest.order(row, pair) for row in rest.rows(answer)],
        )

    def orders(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueOrder]:
        pages = _Pages(
            id_field="orderId",
            recent=rest.recent_orders(pair),
            between=lambda start: rest.orders_between(pair, start),
            following=lambda last: rest.orders_from(pair, last + 1),
        )
        return self._understood(
            lambda: [rest.order(row, pair) for row in self._since(since, pages, key)]
        )

    def trades(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueTrade]:
        pages = _Pages(
            id_field="id",
            recent=rest.recent_trades(pair),
            between=lambda start: rest.trades_between(pair, start),
            following=lambda last: rest.trades_from(pair, last + 1),
        )
        return self._understood(
            lambda: [rest.trade(row, pair) for row in self._since(since, pages, key)]
        )

    def cancel(self, key: ExchangeKey, pair: str, client_order_id: str) -> None:
        try:
            self._ask(rest.cancel(pair, client_order_id), key)
        except VenueRefused as refused:
            if not errors.is_code(refused, errors.NOT_OPEN):
                raise

    def _since(self, since: datetime, pages: "_Pages", key: ExchangeKey) -> list[dict[str, Any]]:
        """Give all rows since then: the newest page has them all, or ids lead to the rest."""
        page = self._rows(pages.recent, key)
        if len(page) < rest.PAGE or rest.moment(page[0]["time"]) < since:
            return [row for row in page if rest.moment(row["time"]) >= since]
        page = self._first(since, pages, key)
        rows = page
        while page:
            page = self._rows(pages.following(page[-1][pages.id_field]), key)
            rows = rows + page
        return rows

    def _first(self, since: datetime, pages: "_Pages", key: ExchangeKey) -> list[dict[str, Any]]:
        """Find the first page by time, a day at a step."""
        rows = self._rows(pages.between(since), key)
        while not rows and since <= self._clock.now():
            since += rest.WINDOW
            rows = self._rows(pages.between(since), key)
        return rows

    def _rows(self, request: Request, key: ExchangeKey) -> list[dict[str, Any]]:
        return self._read(request, key, rest.rows)

    def _read(self, request: Request, key: ExchangeKey | None, read: Callable[[Any], Read]) -> Read:
        answer = self._ask(request, key)
        return self._understood(lambda: read(answer))

    def _understood(self, read: Callable[[], Read]) -> Read:
        try:
            return read()
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise OutcomeUnknown(f"{NAME} answered in words we do not know: {error!r}") from error

    def _ask(self, request: Request, key: ExchangeKey | None) -> Any:
        """Send a request; one refused for its time is sent again with the venue's."""
        try:
            return self._sent(request, key)
        except VenueRefused as refused:
            if not errors.is_code(refused, errors.CLOCK_IS_OFF):
                raise
        theirs = self._sent(rest.server_time(), None)
        self._ahead_ms = self._understood(
            lambda: int(theirs["serverTime"]) - rest.milliseconds(self._clock.now())
        )
        return self._sent(request, key)

    def _sent(self, request: Request, key: ExchangeKey | None) -> Any:
        query, headers = urlencode(request.query), dict[str, str]()
        if request.signed and key is not None:
            now_ms = rest.milliseconds(self._clock.now()) + self._ahead_ms
            query = sign.signed(request.query, key, timestamp_ms=now_ms)
            headers = {sign.KEY_HEADER: key.api_key}
        target = f"{request.path}?{query}" if query else request.path
        answer = self._http.send(request.method, target, headers)
        if not 200 <= answer.status < 300:
            raise errors.problem(answer.status, answer.headers, answer.body)
        try:
            return json.loads(answer.body, parse_float=Decimal)
        except ValueError as error:
            raise OutcomeUnknown(f"{NAME} answered no JSON") from error
