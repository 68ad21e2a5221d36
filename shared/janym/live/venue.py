"""One venue as the platform asks it: the calls of its folder, carried over HTTP."""

from collections.abc import Generator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar

from janym.domain.bot import Environment
from janym.domain.credential import ExchangeKey, Permissions
from janym.domain.errors import OutcomeUnknown, VenueRefused
from janym.domain.instrument import Instrument
from janym.live.http import Http
from janym.ports.clock import Clock
from janym.ports.venue import VenueBalance, VenueOrder, VenueTrade

Result = TypeVar("Result")
Call = Generator[Any, Any, Result]
Written = tuple[str, dict[str, str], bytes | None]

INSTRUMENTS_KEPT = timedelta(minutes=10)
NOT_UNDERSTOOD = (KeyError, TypeError, ValueError, ArithmeticError)
EPOCH = datetime.fromtimestamp(0, UTC)


class Calls(Protocol):
    """The module `calls` of a venue's folder. Its requests are its own; each has a `method`."""

    @property
    def NAME(self) -> str: ...  # noqa: N802 - a module's constant

    @property
    def PUBLISHED(self) -> Mapping[Environment, Mapping[str, str]]: ...  # noqa: N802 - the same

    def written(self, request: Any, key: ExchangeKey | None, *, timestamp_ms: int) -> Written: ...

    def read(self, status: int, headers: Mapping[str, str], body: bytes) -> Any: ...

    def is_clock_off(self, refused: VenueRefused) -> bool: ...

    def server_time(self) -> Call[int]: ...

    def instruments(self) -> Call[Sequence[Instrument]]: ...

    def price(self, pair: str) -> Call[Decimal]: ...

    def prices(self, pairs: Sequence[str]) -> Call[Mapping[str, Decimal]]: ...

    def balances(self) -> Call[Sequence[VenueBalance]]: ...

    def permissions(self) -> Call[Permissions]: ...

    def open_orders(self, pair: str) -> Call[Sequence[VenueOrder]]: ...

    def orders(
        self, pair: str, *, since: datetime, now: datetime
    ) -> Call[Sequence[VenueOrder]]: ...

    def trades(
        self, pair: str, *, since: datetime, now: datetime
    ) -> Call[Sequence[VenueTrade]]: ...

    def cancel(self, pair: str, client_order_id: str) -> Call[None]: ...


class LiveVenue:
    """`ports.venue.Venue`.

    Args:
        calls: the venue's protocol.
        http: connections to the address that serves its REST calls.
        clock: our time; requests carry the venue's, as far as the two were found to differ.
    """

    def __init__(self, calls: Calls, http: Http, clock: Clock) -> None:
        self._calls = calls
        self._http = http
        self._clock = clock
        self._ahead_ms = 0
        self._instruments: tuple[datetime, Sequence[Instrument]] | None = None

    def instruments(self) -> Sequence[Instrument]:
        now = self._clock.now()
        if self._instruments is None or now - self._instruments[0] > INSTRUMENTS_KEPT:
            self._instruments = (now, self._carry(self._calls.instruments()))
        return self._instruments[1]

    def price(self, pair: str) -> Decimal:
        return self._carry(self._calls.price(pair))

    def prices(self, pairs: Sequence[str]) -> Mapping[str, Decimal]:
        return self._carry(self._calls.prices(pairs))

    def balances(self, key: ExchangeKey) -> Sequence[VenueBalance]:
        return self._carry(self._calls.balances(), key)

    def permissions(self, key: ExchangeKey) -> Permissions:
        return self._carry(self._calls.permissions(), key)

    def open_orders(self, key: ExchangeKey, pair: str) -> Sequence[VenueOrder]:
        return self._carry(self._calls.open_orders(pair), key)

    def orders(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueOrder]:
        return self._carry(self._calls.orders(pair, since=since, now=self._clock.now()), key)

    def trades(self, key: ExchangeKey, pair: str, *, since: datetime) -> Sequence[VenueTrade]:
        return self._carry(self._calls.trades(pair, since=since, now=self._clock.now()), key)

    def cancel(self, key: ExchangeKey, pair: str, client_order_id: str) -> None:
        self._carry(self._calls.cancel(pair, client_order_id), key)

    def _carry(self, call: Call[Result], key: ExchangeKey | None = None) -> Result:
        """Send what a call asks and hand it the answers, until it returns."""
        try:
            request = next(call)
            while True:
                try:
                    answer = self._ask(request, key)
                except VenueRefused as refused:
                    request = call.throw(refused)
                else:
                    request = call.send(answer)
        except StopIteration as done:
            return done.value
        except NOT_UNDERSTOOD as error:
            raise OutcomeUnknown(
                f"{self._calls.NAME} answered in words we do not know: {error!r}"
            ) from error

    def _ask(self, request: Any, key: ExchangeKey | None) -> Any:
        """Send a request; one refused for its time is sent again with the venue's."""
        try:
            return self._sent(request, key)
        except VenueRefused as refused:
            if not self._calls.is_clock_off(refused):
                raise
        self._ahead_ms = self._carry(self._calls.server_time()) - self._now_ms()
        return self._sent(request, key)

    def _sent(self, request: Any, key: ExchangeKey | None) -> Any:
        timestamp_ms = self._now_ms() + self._ahead_ms
        target, headers, body = self._calls.written(request, key, timestamp_ms=timestamp_ms)
        answer = self._http.send(request.method, target, headers, body)
        return self._calls.read(answer.status, answer.headers, answer.body)

    def _now_ms(self) -> int:
        return (self._clock.now() - EPOCH) // timedelta(milliseconds=1)
