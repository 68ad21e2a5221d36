"""Signatures, against the example that Binance documents, and the time window at its edges."""

import pytest

from containers.paper_exchange.accounts import Account
from containers.paper_exchange.binance import security
from containers.paper_exchange.binance.errors import BinanceError

SECRET = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j"
KEY = "vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A"
PAYLOAD = (
    "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1"
    "&recvWindow=5000&timestamp=1499827319559"
)
SIGNATURE = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
ACCOUNT = Account(
    api_key=KEY,
    secret=SECRET,
    label="",
    permissions=("SPOT",),
    withdrawals=False,
    fee_asset=None,
    created_ms=0,
)
SENT_MS = 1_499_827_319_559


def check(now_ms: int, **changes: str) -> None:
    values = {"timestamp": str(SENT_MS), "signature": SIGNATURE} | changes
    security.check(ACCOUNT, values, PAYLOAD, now_ms=now_ms)


def test_binances_own_example_is_signed_alike() -> None:
    assert security.sign(SECRET, PAYLOAD) == SIGNATURE


def test_query_and_body_are_joined_without_separator_and_without_signature() -> None:
    payload = security.rest_payload("a=1&signature=xx", "b=2&signature=yy&c=3")

    assert payload == "a=1b=2&c=3"


def test_a_websocket_request_is_signed_in_order_of_names() -> None:
    values = {"timestamp": "5", "apiKey": "k", "signature": "s", "recvWindow": "9"}

    assert security.socket_payload(values) == "apiKey=k&recvWindow=9&timestamp=5"


def test_a_signature_may_be_in_capitals() -> None:
    check(SENT_MS, signature=SIGNATURE.upper())


@pytest.mark.parametrize(
    ("now_ms", "changes"),
    [
        (SENT_MS + 5_000, {}),
        (SENT_MS - 999, {}),
        (SENT_MS + 60_000, {"recvWindow": "60000"}),
        (SENT_MS, {"timestamp": str(SENT_MS * 1000)}),
    ],
)
def test_within_the_window(now_ms: int, changes: dict[str, str]) -> None:
    check(now_ms, **changes)


@pytest.mark.parametrize(
    ("now_ms", "changes", "code"),
    [
        (SENT_MS + 5_001, {}, -1021),
        (SENT_MS - 1_000, {}, -1021),
        (SENT_MS + 11, {"recvWindow": "10.5"}, -1021),
        (SENT_MS, {"recvWindow": "60000.1"}, -1131),
        (SENT_MS, {"recvWindow": "soon"}, -1100),
        (SENT_MS, {"timestamp": "now"}, -1100),
        (SENT_MS, {"timestamp": "99999999999999999999"}, -1108),
        (SENT_MS, {"timestamp": ""}, -1102),
        (SENT_MS, {"signature": ""}, -1102),
        (SENT_MS, {"signature": "\ud800"}, -1022),
    ],
)
def test_outside_of_it(now_ms: int, changes: dict[str, str], code: int) -> None:
    with pytest.raises(BinanceError) as refused:
        check(now_ms, **changes)

    assert refused.value.code == code


@pytest.mark.parametrize(("key", "code"), [("", -2014), ("a-b" * 8, -2014), ("Z" * 64, -2015)])
def test_a_key_that_is_not_known(key: str, code: int) -> None:
    with pytest.raises(BinanceError) as refused:
        security.known({KEY: ACCOUNT}, key)

    assert (refused.value.code, refused.value.status) == (code, 401)
