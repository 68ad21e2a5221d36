"""The platform's own calls, on the paper exchange as a real process."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from janym.cloud.clock import SystemClock
from janym.domain.credential import ExchangeKey
from janym.exchanges.binance import calls as binance
from janym.exchanges.binance import rest as binance_rest
from janym.exchanges.bybit import calls as bybit
from janym.exchanges.bybit import rest as bybit_rest
from janym.live.http import Http
from janym.live.venue import Calls, LiveVenue
from tests.integration.paper_exchange.conftest import Keys, PaperExchange


@dataclass(slots=True, kw_only=True)
class Skewed:
    """The machine's clock, as far off as a test wants it."""

    ahead: timedelta = timedelta(0)
    real: SystemClock = field(default_factory=SystemClock)

    def now(self) -> datetime:
        return self.real.now() + self.ahead


@dataclass(frozen=True, slots=True, kw_only=True)
class Wire:
    """What differs between the venues that the same tests are run on."""

    calls: Calls
    pages: object
    sizes: tuple[str, ...]
    bad_signature: str
    open_orders: str
    cancel: dict[str, str]


WIRES = {
    "binance": Wire(
        calls=binance,
        pages=binance_rest,
        sizes=("PAGE",),
        bad_signature="-1022",
        open_orders="/api/v3/openOrders",
        cancel={"method": "DELETE"},
    ),
    "bybit": Wire(
        calls=bybit,
        pages=bybit_rest,
        sizes=("ORDERS_PAGE", "TRADES_PAGE"),
        bad_signature="10004",
        open_orders="/v5/order/realtime",
        cancel={"path": "/v5/order/cancel"},
    ),
}


@pytest.fixture(params=WIRES)
def wire(request: pytest.FixtureRequest) -> Wire:
    return WIRES[request.param]


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Generator[PaperExchange]:
    one = PaperExchange(data=tmp_path_factory.mktemp("exchange"))
    one.start()
    yield one
    one.kill()


@pytest.fixture
def exchange(process: PaperExchange) -> PaperExchange:
    process.control("DELETE", "faults")
    process.steps(1)
    return process


@pytest.fixture
def clock() -> Skewed:
    return Skewed()


@pytest.fixture
def venue(exchange: PaperExchange, clock: Skewed, wire: Wire) -> Generator[LiveVenue]:
    http = Http(exchange.url)
    yield LiveVenue(wire.calls, http, clock)
    http.close()


@pytest.fixture
def keys(exchange: PaperExchange) -> Keys:
    return exchange.account()


@pytest.fixture
def key(keys: Keys) -> ExchangeKey:
    return ExchangeKey(api_key=keys.api_key, api_secret=keys.secret)
