"""What the platform makes of answers that Binance should not give."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import pytest

from janym.domain.credential import ExchangeKey
from janym.domain.errors import OutcomeUnknown, VenueRefused
from janym.exchanges.binance import calls
from janym.live.http import Answer, Http
from janym.live.venue import LiveVenue

KEY = ExchangeKey(api_key="k", api_secret="s")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    def now(self) -> datetime:
        return NOON


@dataclass
class Script:
    """Answers by path, and keeps what was asked."""

    answers: dict[str, list[tuple[int, bytes]]]
    asked: list[tuple[str, str, dict[str, str]]] = field(
        default_factory=list[tuple[str, str, dict[str, str]]]
    )

    def send(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None = None
    ) -> Answer:
        assert body is None
        self.asked.append((method, target, headers))
        status, body = self.answers[target.partition("?")[0]].pop(0)
        return Answer(status=status, headers={}, body=body)


def binance(**answers: list[tuple[int, bytes]]) -> tuple[LiveVenue, Script]:
    script = Script({f"/api/v3/{name}": given for name, given in answers.items()})
    return LiveVenue(calls, cast("Http", script), Clock()), script


@pytest.mark.parametrize("body", [b"", b"{}", b"7", b"<html>", b'[{"orderId": 1}]', b'["text"]'])
def test_an_answer_in_unknown_words_is_unknown(body: bytes) -> None:
    """S2-065."""
    venue, _ = binance(openOrders=[(200, body)])

    with pytest.raises(OutcomeUnknown):
        venue.open_orders(KEY, "ETH-USDT")


def test_a_public_question_shows_no_key() -> None:
    venue, script = binance(**{"ticker/price": [(200, b'{"symbol":"ETHUSDT","price":"1.10"}')]})

    assert str(venue.price("ETH-USDT")) == "1.10"
    assert script.asked == [("GET", "/api/v3/ticker/price?symbol=ETHUSDT", {})]


def test_a_signed_question_shows_the_key_and_never_the_secret() -> None:
    venue, script = binance(openOrders=[(200, b"[]")])

    venue.open_orders(KEY, "ETH-USDT")

    [(method, target, headers)] = script.asked
    assert (method, headers) == ("GET", {"X-MBX-APIKEY": "k"})
    assert f"timestamp={int(NOON.timestamp() * 1000)}&signature=" in target


def refusal(code: int) -> tuple[int, bytes]:
    return 400, f'{{"code": {code}, "msg": "no"}}'.encode()


def test_a_request_refused_for_its_time_is_sent_once_more_with_the_venues() -> None:
    ahead = int(NOON.timestamp() * 1000) + 5_000
    time = (200, f'{{"serverTime": {ahead}}}'.encode())
    venue, script = binance(order=[refusal(-1021), (200, b"{}"), (200, b"{}")], time=[time])

    venue.cancel(KEY, "ETH-USDT", "a")
    venue.cancel(KEY, "ETH-USDT", "b")

    assert len(script.asked) == 4
    assert all(f"timestamp={ahead}&" in target for _, target, _ in script.asked[2:])


def test_a_clock_that_cannot_be_set_is_the_venues_refusal() -> None:
    venue, _ = binance(order=[refusal(-1021), refusal(-1021)], time=[(200, b'{"serverTime": 1}')])

    with pytest.raises(VenueRefused):
        venue.cancel(KEY, "ETH-USDT", "a")


def test_an_order_that_is_not_open_needs_no_cancel() -> None:
    venue, script = binance(order=[refusal(-2011)])

    venue.cancel(KEY, "ETH-USDT", "a")

    assert len(script.asked) == 1


def test_any_other_refusal_of_a_cancel_is_told() -> None:
    venue, _ = binance(order=[refusal(-1121)])

    with pytest.raises(VenueRefused):
        venue.cancel(KEY, "ETH-USDT", "a")
