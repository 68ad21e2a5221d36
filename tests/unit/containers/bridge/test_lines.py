"""The engine's lines."""

import json
from decimal import Decimal

import pytest

from containers.bridge import lines
from containers.bridge.lines import BadLine, Execution, Fatal, Ready

FILL = {
    "v": 1, "type": "fill", "at": "2026-01-01T00:00:00Z", "trade_id": "7",
    "client_order_id": "c", "exchange_order_id": "x", "trading_pair": "ETH-USDT", "side": "sell",
    "price": "2000.10", "quantity": "0.1", "fees": [{"asset": "BNB", "amount": "-0.01"}],
    "maker": None,
}  # fmt: skip


def test_a_fill_keeps_its_decimals() -> None:
    fill = lines.decode(json.dumps(FILL).encode())

    assert isinstance(fill, Execution)
    assert (fill.price, fill.fees[0].amount) == (Decimal("2000.10"), Decimal("-0.01"))


def test_a_newer_engine_may_say_more() -> None:
    assert isinstance(lines.decode(b'{"v":1,"type":"ready","mood":"good"}'), Ready)


def test_a_fatal_line_has_a_code() -> None:
    fatal = lines.decode(b'{"v":1,"type":"fatal","code":"KEY_REFUSED","message":"no"}')

    assert isinstance(fatal, Fatal)
    assert fatal.code == "KEY_REFUSED"


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"not json",
        b"[]",
        b'{"v":2,"type":"ready"}',
        b'{"v":1,"type":"unheard of"}',
        json.dumps(FILL | {"price": "NaN"}).encode(),
        json.dumps(FILL | {"at": "2026-01-01T00:00:00"}).encode(),
        json.dumps({name: FILL[name] for name in FILL if name != "trade_id"}).encode(),
    ],
)
def test_what_is_not_of_the_protocol_is_refused(line: bytes) -> None:
    with pytest.raises(BadLine):
        lines.decode(line)


def test_a_refusal_names_fields_and_no_values() -> None:
    with pytest.raises(BadLine) as refusal:
        lines.decode(json.dumps(FILL | {"price": "the-secret"}).encode())

    assert "price" in str(refusal.value)
    assert "the-secret" not in str(refusal.value)
