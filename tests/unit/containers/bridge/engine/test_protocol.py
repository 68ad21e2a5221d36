"""The lines between bridge and engine: what is understood, what is told."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from containers.bridge.engine.protocol import (
    BadLine,
    Balance,
    Close,
    Fatal,
    Fee,
    Fill,
    OrderEvent,
    Ping,
    Pong,
    Ready,
    Reconnects,
    Report,
    Snapshot,
    Start,
    Stop,
    decode_command,
    encode,
)

NOON = datetime(2026, 1, 2, 12, 0, 0, 500_000, tzinfo=UTC)
SECRET = "canary-secret"
START: dict[str, Any] = {
    "v": 1,
    "type": "start",
    "bot_id": "b1",
    "engine": {"kind": "v1", "strategy": "pure_market_making", "config": {"bid_spread": "0.1"}},
    "connector": "binance",
    "trading_pair": "ETH-USDT",
    "client_order_id_prefix": "jnabc12321",
    "keys": {"binance_api_key": "canary-key", "binance_api_secret": SECRET},
    "venue": {"rest": "http://r", "stream": "ws://s", "ws_api": "ws://w"},
    "work_dir": "/w",
    "snapshot_interval_s": "0.5",
}


def line(**body: object) -> bytes:
    return json.dumps(body).encode()


def told(report: Report) -> dict[str, Any]:
    text = encode(report)
    assert text.endswith(b"\n")
    assert text.count(b"\n") == 1
    return json.loads(text)


def test_a_start_line_is_understood() -> None:
    start = decode_command(line(**START))

    assert isinstance(start, Start)
    assert start.kind == "v1"
    assert start.config == {"bid_spread": "0.1"}
    assert start.snapshot_interval_s == Decimal("0.5")
    assert start.reconnects is None


def test_a_share_of_connections_is_understood() -> None:
    start = decode_command(line(**START, reconnects={"connections": 15, "period_s": "300"}))

    assert isinstance(start, Start)
    assert start.reconnects == Reconnects(connections=15, period_s=Decimal(300))


def test_a_start_shows_no_keys() -> None:
    start = decode_command(line(**START))

    assert SECRET not in repr(start)


def test_ping_and_stop_are_understood() -> None:
    assert decode_command(line(v=1, type="ping", id=7)) == Ping(id=7)
    assert decode_command(line(v=1, type="stop", mode="keep_orders")) == Stop(mode="keep_orders")


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"v": 2}, "v must be 1"),
        ({"type": "dance"}, "type"),
        ({"bot_id": ""}, "bot_id"),
        ({"bot_id": 7}, "bot_id"),
        ({"engine": {"kind": "v3", "strategy": "x", "config": {}}}, "engine.kind"),
        ({"client_order_id_prefix": "short"}, "client_order_id_prefix"),
        ({"client_order_id_prefix": "jn-bc12321"}, "client_order_id_prefix"),
        ({"keys": {"binance_api_key": 1}}, "keys"),
        ({"venue": {"rest": "http://r"}}, "venue"),
        ({"reconnects": {"connections": 0, "period_s": "300"}}, "reconnects.connections"),
        ({"reconnects": {"connections": 3, "period_s": "0"}}, "period_s"),
        ({"snapshot_interval_s": "0"}, "snapshot_interval_s"),
        ({"snapshot_interval_s": "NaN"}, "snapshot_interval_s"),
        ({"snapshot_interval_s": "soon"}, "snapshot_interval_s"),
    ],
    ids=str,
)
def test_a_wrong_start_line_names_the_field(changes: dict[str, object], named: str) -> None:
    with pytest.raises(BadLine, match=named):
        decode_command(line(**{**START, **changes}))


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"7", b"\xff", b'{"v":1.0}', b'{"v":NaN}', line(v=1, type="ping", id=True)],
    ids=repr,
)
def test_what_is_no_command_is_refused(text: bytes) -> None:
    with pytest.raises(BadLine):
        decode_command(text)


def test_a_refusal_does_not_quote_the_line() -> None:
    with pytest.raises(BadLine) as refused:
        decode_command(line(**{**START, "work_dir": {"secret": SECRET}}))

    assert SECRET not in str(refused.value)


def test_an_unknown_stop_mode_is_refused() -> None:
    with pytest.raises(BadLine, match="cancel_orders, keep_orders, flatten"):
        decode_command(line(v=1, type="stop", mode="sell_all"))


def test_what_to_close_is_read_exactly() -> None:
    told = line(v=1, type="close", side="sell", quantity="0.10", slippage="0.01")

    close = decode_command(told)

    assert close == Close(side="sell", quantity=Decimal("0.10"), slippage=Decimal("0.01"))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"side": "both"}, "side must be one of buy, sell"),
        ({"quantity": "-1"}, "quantity must not be negative"),
        ({"slippage": "1"}, "slippage must be a fraction"),
        ({"quantity": "NaN"}, "quantity must be finite"),
    ],
)
def test_a_position_that_makes_no_sense_is_refused(wrong: dict[str, str], reason: str) -> None:
    told = {"v": 1, "type": "close", "side": "sell", "quantity": "1", "slippage": "0"} | wrong

    with pytest.raises(BadLine, match=reason):
        decode_command(line(**told))


def test_a_fill_is_told_exactly() -> None:
    fill = Fill(
        at=NOON,
        trade_id="9",
        client_order_id="jnabc12321B",
        exchange_order_id="5",
        trading_pair="SHIB-USDT",
        side="buy",
        price=Decimal("0.00001234567"),
        quantity=Decimal("1E+3"),
        fees=[Fee(asset="BNB", amount=Decimal("1E-8"))],
        maker=None,
    )

    assert told(fill) == {
        "v": 1,
        "type": "fill",
        "at": "2026-01-02T12:00:00.500000Z",
        "trade_id": "9",
        "client_order_id": "jnabc12321B",
        "exchange_order_id": "5",
        "trading_pair": "SHIB-USDT",
        "side": "buy",
        "price": "0.00001234567",
        "quantity": "1000",
        "fees": [{"asset": "BNB", "amount": "0.00000001"}],
        "maker": None,
    }


def test_a_snapshot_says_null_where_there_is_no_price() -> None:
    snapshot = Snapshot(
        at=NOON,
        balances={"ETH": Balance(total=Decimal(2), available=Decimal("1.5"))},
        active_orders=[],
        mid_price=None,
        connector_ready=False,
    )

    body = told(snapshot)

    assert body["balances"] == {"ETH": {"total": "2", "available": "1.5"}}
    assert body["mid_price"] is None
    assert body["connector_ready"] is False


@pytest.mark.parametrize("reason", [None, "expired"], ids=str)
def test_an_order_event_has_a_reason_only_where_there_is_one(reason: str | None) -> None:
    event = OrderEvent(
        type="order_cancelled",
        at=NOON,
        client_order_id="jnabc12321B",
        exchange_order_id=None,
        trading_pair="ETH-USDT",
        side="sell",
        order_type="limit",
        price=Decimal(2000),
        quantity=Decimal(1),
        reason=reason,
    )

    body = told(event)

    assert body["type"] == "order_cancelled"
    assert body.get("reason") == reason
    assert ("reason" in body) is (reason is not None)


@pytest.mark.parametrize("number", ["NaN", "Infinity"])
def test_a_number_that_is_not_finite_is_never_told(number: str) -> None:
    with pytest.raises(ValueError, match="can be told"):
        encode(
            Snapshot(
                at=NOON,
                balances={},
                active_orders=[],
                mid_price=Decimal(number),
                connector_ready=True,
            )
        )


def test_short_lines_are_short() -> None:
    assert told(Ready()) == {"v": 1, "type": "ready"}
    assert told(Pong(id=7)) == {"v": 1, "type": "pong", "id": 7}
    assert told(Fatal(code="X", message="zwölf\nDrei"))["message"] == "zwölf\nDrei"
