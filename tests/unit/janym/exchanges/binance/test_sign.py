"""Signatures are those of Binance's own documentation."""

import hashlib
import hmac

import pytest

from janym.domain.credential import ExchangeKey
from janym.exchanges.binance import sign
from janym.exchanges.binance.sign import signed

KEY = ExchangeKey(
    api_key="vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A",
    api_secret="NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j",
)


def test_the_signature_covers_all_that_stands_before_it() -> None:
    query = signed({"symbol": "LTCBTC", "note": "a b&c"}, KEY, timestamp_ms=1_499_827_319_559)

    text, _, signature = query.rpartition("&signature=")
    assert text == "symbol=LTCBTC&note=a+b%26c&recvWindow=10000&timestamp=1499827319559"
    expected = hmac.new(KEY.api_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    assert signature == expected


def test_the_documented_example_has_the_documented_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The query and digest printed in "Request Security" of the REST documentation."""
    monkeypatch.setattr(sign, "RECV_WINDOW_MS", 5_000)
    order = {
        "symbol": "LTCBTC",
        "side": "BUY",
        "type": "LIMIT",
        "timeInForce": "GTC",
        "quantity": "1",
        "price": "0.1",
    }

    query = signed(order, KEY, timestamp_ms=1_499_827_319_559)

    digest = "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"
    assert query.endswith(f"&signature={digest}")
