"""What bots say is read exactly, and what cannot be read is kept with the reason."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from janym.api import telemetry
from janym.domain.bot import BotStatus, Position
from janym.domain.command import CommandState
from janym.domain.telemetry import (
    AckReport,
    ConfigReport,
    FillReport,
    LogLine,
    MetricsReport,
    OrderReport,
    Rejected,
    Report,
    StatusReport,
)
from janym.domain.topics import TOPICS, Direction
from janym.domain.trading import FillSource, OrderStatus, OrderType, Side
from janym.usecases.ingest import Heard
from tests.fakes.clock import NOON

SHARED = Path(__file__).parents[4] / "shared"
BOT = "5f0c2d9e-7b1a-4c83-9d46-0a1b2c3d4e5f"
HEAD = {"v": 1, "session": 3, "seq": 7, "timestamp": "2026-11-21T12:00:05Z"}
AT = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
HEARD = datetime(2026, 11, 21, 12, 0, 6, 250_000, tzinfo=UTC)
ORDER = {
    "client_order_id": "jnabc12311x",
    "exchange_order_id": "42",
    "trading_pair": "ETH-USDT",
    "order_type": "limit",
    "order_side": "buy",
    "price": "3000.10",
    "quantity": "0.05",
}
FILL = {
    "trade_id": "t1",
    "client_order_id": "jnabc12311x",
    "trading_pair": "ETH-USDT",
    "order_side": "sell",
    "price": 3000.1,
    "quantity": "0.05",
    "fee": "0.0003",
    "fee_asset": "BNB",
}
METRICS = {
    "balance": {"total": "20031.50", "available": "1", "locked": "2"},
    "pnl": {"total": "-1", "total_pct": "0.001", "realized": "0", "unrealized": "0"},
    "orders": {"active": 2, "filled_24h": 3, "cancelled_24h": 4, "volume_24h": "5"},
}


def envelope(
    suffix: str, payload: Any, *, bot: str = BOT, topic: str | None = None, raw: bytes | None = None
) -> str:
    body = raw if raw is not None else json.dumps(payload).encode()
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "bot_id": bot,
            "topic": topic or f"hbot/{BOT}/{suffix}",
            "client_id": BOT,
            "received_ms": 1795262406250,
        }
    )


def read(suffix: str, payload: dict[str, Any]) -> Report:
    heard = telemetry.decode(envelope(suffix, HEAD | payload), received_at=NOON)
    assert isinstance(heard, Heard), heard
    at = HEARD if suffix.startswith("status") else AT
    assert (str(heard.report.bot), heard.report.at) == (BOT, at)
    assert heard.report.position == Position(session=3, seq=7)
    return heard.report


def refused(text: str) -> Rejected:
    rejected = telemetry.decode(text, received_at=NOON)
    assert isinstance(rejected, Rejected), rejected
    return rejected


@pytest.mark.parametrize("suffix", ["status", "status/ready", "status/error"])
def test_a_status(suffix: str) -> None:
    """S0-084, S0-085, S0-086, S0-097."""
    report = read(suffix, {"status": "running", "uptime_seconds": 5, "engine_version": "2026"})

    assert isinstance(report, StatusReport)
    assert (report.status, report.uptime_seconds) == (BotStatus.RUNNING, 5)


def test_an_ack() -> None:
    report = read("ack", {"command_id": BOT, "state": "failed", "reason": "no"})

    assert isinstance(report, AckReport)
    assert (str(report.command), report.state, report.reason) == (BOT, CommandState.FAILED, "no")


@pytest.mark.parametrize(
    ("suffix", "status"),
    [
        ("orders", OrderStatus.OPEN),
        ("orders/new", OrderStatus.OPEN),
        ("orders/cancelled", OrderStatus.CANCELLED),
        ("orders/failed", OrderStatus.FAILED),
    ],
)
def test_an_order(suffix: str, status: OrderStatus) -> None:
    """S0-091, S0-093, K-18."""
    report = read(suffix, ORDER | {"reason": "why"})

    assert isinstance(report, OrderReport)
    assert (report.status, report.type, report.side) == (status, OrderType.LIMIT, Side.BUY)
    assert (report.price, report.quantity) == (Decimal("3000.10"), Decimal("0.05"))


def test_a_status_counts_from_when_it_was_heard() -> None:
    """K-04: a will was written when its connection opened, long before it is sent."""
    report = read("status", {"status": "error", "reason": "BRIDGE_LOST", "uptime_seconds": 0})

    assert report.at == HEARD


def test_a_fill() -> None:
    """S0-092."""
    report = read("orders/filled", FILL)

    assert isinstance(report, FillReport)
    fill = report.fill
    assert (fill.price, fill.fee.asset, fill.fee.price) == (Decimal("3000.1"), "BNB", None)
    assert (fill.source, fill.executed_at, fill.position) == (
        FillSource.BOT,
        AT,
        report.position,
    )


def test_metrics() -> None:
    """S0-087, S0-098."""
    report = read("metrics", METRICS | {"mid_price": "3000.5", "cpu_seconds": "1.5"})

    assert isinstance(report, MetricsReport)
    assert (report.balance_total, report.orders_active) == (Decimal("20031.50"), 2)
    assert report.extra == {"assets": {}, "mid_price": "3000.5", "cpu_seconds": "1.5"}


@pytest.mark.parametrize("level", ["info", "warning", "error"])
def test_a_log_has_the_level_of_its_topic(level: str) -> None:
    """S0-094, S0-157."""
    report = read(f"logs/{level}", {"message": "hello", "logger": "engine", "level": "info"})

    assert isinstance(report, LogLine)
    assert (report.level, report.metadata) == (level, {"logger": "engine"})


def test_a_configuration() -> None:
    """S0-083."""
    report = read("config", {"config": {"bid_spread": "0.001"}})

    assert isinstance(report, ConfigReport)
    assert report.config == {"bid_spread": "0.001"}


def test_numbers_do_not_pass_through_a_float() -> None:
    """K-12: a JSON number is taken by its shortest text."""
    report = read("orders/new", ORDER | {"price": 0.1, "quantity": 3})

    assert isinstance(report, OrderReport)
    assert (report.price, report.quantity) == (Decimal("0.1"), Decimal(3))


def test_a_field_from_a_newer_bridge_is_ignored() -> None:
    assert read("status", {"status": "running", "uptime_seconds": 5, "mood": "good"})


def test_a_nul_in_a_text_is_replaced() -> None:
    """PostgreSQL takes any character but that one."""
    report = read("logs/info", {"message": "a\0b", "metadata": {"k\0": ["\0"]}})

    assert isinstance(report, LogLine)
    assert (report.message, report.metadata) == ("a\N{REPLACEMENT CHARACTER}b", {
        "k\N{REPLACEMENT CHARACTER}": ["\N{REPLACEMENT CHARACTER}"]
    })  # fmt: skip


def test_the_bot_is_the_topics_whatever_the_payload_says() -> None:
    forged = {"status": "running", "uptime_seconds": 5, "bot_id": "another"}

    assert str(read("status", forged).bot) == BOT


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (envelope("status", None, raw=b"{not json"), "the body is not JSON"),
        (envelope("status", None, raw=b""), "the body is not JSON"),
        (envelope("status", None, raw=b'{"a": NaN}'), "the body is not JSON"),
        (envelope("status", None, raw=b"[" * 2_000 + b"]" * 2_000), "the body is not JSON"),
        (envelope("logs/info", HEAD | {"message": "x" * 131_072}), "131072 are allowed"),
        (envelope("status", []), "body: "),
        (envelope("status", HEAD), "status: is required; uptime_seconds: is required"),
        (envelope("status", HEAD | {"status": "dancing", "uptime_seconds": 1}), "status: "),
        (envelope("status", {"status": "running", "uptime_seconds": 1}), "session: is required"),
        (envelope("ack", HEAD | {"command_id": "7", "state": "done"}), "command_id: is not a UUID"),
        (envelope("ack", HEAD | {"command_id": BOT, "state": "accepted"}), "state: "),
        (envelope("orders/failed", HEAD | ORDER), "reason: is required"),
        (envelope("orders/new", HEAD | ORDER | {"price": "NaN"}), "price: "),
        (envelope("orders/new", HEAD | ORDER | {"price": 1e300}), "price: "),
        (envelope("orders/new", HEAD | ORDER | {"price": "1e999999"}), "price: "),
        (envelope("status", HEAD | {"session": 0}), "session: "),
        (envelope("status", HEAD | {"v": 2}), "v: "),
        (envelope("start", HEAD), "unknown topic"),
        (envelope("secrets", HEAD), "unknown topic"),
        (envelope("", HEAD, topic="other/x/status"), "unknown topic"),
        (envelope("status", HEAD, bot="another"), "the rule says bot 'another'"),
        (envelope("", HEAD, bot="x", topic="hbot/x/status"), "bot 'x' is not a UUID"),
        (
            envelope("", HEAD, bot=BOT.upper(), topic=f"hbot/{BOT.upper()}/status"),
            "is not written as a UUID is",
        ),
    ],
)
def test_what_cannot_be_read_is_kept_with_the_reason(text: str, reason: str) -> None:
    """S2-064."""
    kept = refused(text)

    assert reason in kept.reason
    assert kept.received_at == HEARD


def test_a_body_that_is_not_base64() -> None:
    text = json.dumps(json.loads(envelope("status", HEAD)) | {"body": "§"})

    assert refused(text).reason == "the body is not base64"


@pytest.mark.parametrize("text", ["", "{}", "null", '{"body": 1}'])
def test_an_envelope_that_cannot_be_read(text: str) -> None:
    kept = refused(text)

    assert (kept.reason, kept.body, kept.received_at) == (
        "the rule's envelope cannot be read",
        text.encode(),
        NOON,
    )


def test_every_topic_of_bots_is_read() -> None:
    """S0-088, S0-089, S0-090, S0-095."""
    told = {topic.suffix for topic in TOPICS if topic.direction is Direction.FROM_BOT}

    assert told == telemetry.DECODERS.keys()


def test_reading_telemetry_needs_no_web_framework() -> None:
    """What a cold start of an ingest function pays for."""
    probe = "import sys, janym.api.telemetry; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe],
        env={"PYTHONPATH": str(SHARED)},
        check=True,
        capture_output=True,
        text=True,
    )
    packages = {name.partition(".")[0] for name in done.stdout.split()}

    assert "janym" in packages
    assert packages.isdisjoint({"aws_lambda_powertools", "asyncio", "psycopg", "boto3"})
