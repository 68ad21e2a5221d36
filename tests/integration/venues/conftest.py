"""The platform's own calls, on the paper exchange as a real process."""

from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from janym.cloud.clock import SystemClock
from janym.domain.credential import ExchangeKey
from janym.live.binance import Binance
from janym.live.http import Http
from tests.integration.paper_exchange.conftest import Keys, PaperExchange


@dataclass(slots=True, kw_only=True)
class Skewed:
    """The machine's clock, as far off as a test wants it."""

    ahead: timedelta = timedelta(0)
    real: SystemClock = field(default_factory=SystemClock)

    def now(self) -> datetime:
        return self.real.now() + self.ahead


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
def venue(exchange: PaperExchange, clock: Skewed) -> Generator[Binance]:
    http = Http(exchange.url)
    yield Binance(http, clock)
    http.close()


@pytest.fixture
def keys(exchange: PaperExchange) -> Keys:
    return exchange.account()


@pytest.fixture
def key(keys: Keys) -> ExchangeKey:
    return ExchangeKey(api_key=keys.api_key, api_secret=keys.secret)
