"""Signatures, against a digest made by hand from the documented recipe."""

import hashlib
import hmac

from janym.domain.credential import ExchangeKey
from janym.exchanges.bybit import calls, rest, sign

KEY = ExchangeKey(api_key="key", api_secret="secret")


def digest(text: str) -> str:
    return hmac.new(b"secret", text.encode(), hashlib.sha256).hexdigest()


def test_time_key_and_window_stand_before_what_is_sent() -> None:
    made = sign.headers("a=b", KEY, timestamp_ms=1_658_384_314_791)

    assert made["X-BAPI-SIGN"] == digest("1658384314791key10000a=b")
    assert (made["X-BAPI-API-KEY"], made["X-BAPI-TIMESTAMP"]) == ("key", "1658384314791")
    assert "secret" not in str(made)


def test_a_get_signs_its_query_as_it_is_sent() -> None:
    target, headers, body = calls.written(rest.open_orders("ETH-USDT"), KEY, timestamp_ms=5)

    path, _, query = target.partition("?")
    assert (path, body) == ("/v5/order/realtime", None)
    assert headers["X-BAPI-SIGN"] == digest(f"5key10000{query}")


def test_a_post_signs_its_body_as_it_is_sent() -> None:
    target, headers, body = calls.written(rest.cancel("ETH-USDT", "mine"), KEY, timestamp_ms=5)

    assert target == "/v5/order/cancel"
    assert body is not None
    assert headers["X-BAPI-SIGN"] == digest(f"5key10000{body.decode()}")
    assert headers["Content-Type"] == "application/json"


def test_a_public_question_shows_no_key() -> None:
    _, headers, _ = calls.written(rest.server_time(), KEY, timestamp_ms=5)

    assert headers == {}
