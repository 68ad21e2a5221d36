"""Signatures by an independent hand, and the time window at its edges."""

import hashlib
import hmac

import pytest

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.bybit import security
from containers.paper_exchange.bybit.errors import BybitError

SECRET = "s" * 36
KEY = "k" * 18
ACCOUNT = Account(
    api_key=KEY,
    secret=SECRET,
    label="",
    permissions=("SPOT",),
    withdrawals=False,
    fee_asset=None,
    created_ms=0,
)
SENT_MS = 1_658_384_314_791
QUERY = "category=spot&symbol=BTCUSDT"


def headers(window: str = "5000", payload: str = QUERY) -> dict[str, str]:
    text = f"{SENT_MS}{KEY}{window}{payload}"
    return {
        "X-BAPI-TIMESTAMP": str(SENT_MS),
        "X-BAPI-RECV-WINDOW": window,
        "X-BAPI-SIGN": hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest(),
    }


@pytest.mark.parametrize("now_ms", [SENT_MS + 5_000, SENT_MS, SENT_MS - 999])
def test_a_signed_request_in_time_passes(now_ms: int) -> None:
    security.check(ACCOUNT, headers(), QUERY, now_ms=now_ms)


def test_a_window_that_is_not_sent_is_five_seconds_and_signed_as_nothing() -> None:
    sent = headers(window="")
    del sent["X-BAPI-RECV-WINDOW"]

    security.check(ACCOUNT, sent, QUERY, now_ms=SENT_MS + 5_000)


@pytest.mark.parametrize("now_ms", [SENT_MS + 5_001, SENT_MS - 1_000])
def test_a_request_out_of_time_is_refused(now_ms: int) -> None:
    with pytest.raises(BybitError) as refused:
        security.check(ACCOUNT, headers(), QUERY, now_ms=now_ms)

    assert refused.value.code == 10002


@pytest.mark.parametrize("payload", [QUERY + "&limit=1", ""])
def test_what_was_not_signed_is_refused(payload: str) -> None:
    with pytest.raises(BybitError) as refused:
        security.check(ACCOUNT, headers(), payload, now_ms=SENT_MS)

    assert refused.value.code == 10004


@pytest.mark.parametrize("name", ["X-BAPI-TIMESTAMP", "X-BAPI-RECV-WINDOW"])
def test_a_header_that_is_no_number_is_named(name: str) -> None:
    with pytest.raises(BybitError, match=name):
        security.check(ACCOUNT, headers() | {name: "soon"}, QUERY, now_ms=SENT_MS)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(BybitError) as refused:
        security.known({KEY: ACCOUNT}, "other")

    assert refused.value.code == 10003


def test_a_stream_signs_the_moment_until_which_it_may_be_opened() -> None:
    text = f"GET/realtime{SENT_MS}"
    signature = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).hexdigest()

    security.check_stream(ACCOUNT, SENT_MS, signature, now_ms=SENT_MS - 1)
    with pytest.raises(BybitError):
        security.check_stream(ACCOUNT, SENT_MS, signature, now_ms=SENT_MS)
    with pytest.raises(BybitError):
        security.check_stream(ACCOUNT, SENT_MS, signature[::-1], now_ms=SENT_MS - 1)
