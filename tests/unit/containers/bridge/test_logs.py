"""Log lines on their way out."""

import asyncio
import logging

from containers.bridge.logs import PER_SECOND, Forwarding, Gate, Logs, Masked
from containers.bridge.redaction import Redaction
from containers.bridge.reporter import Reporter
from janym.domain.telemetry import LogLevel
from tests.unit.containers.bridge.conftest import NOON, Heard


def test_a_gate_lets_so_many_through_in_each_second() -> None:
    gate = Gate(per_second=2)

    admitted = [gate.admit(second) for second in (0, 0, 0, 0, 1)]

    assert admitted == [True, True, False, False, True]
    assert gate.suppressed() == 2
    assert gate.suppressed() == 0


async def test_what_was_left_out_is_said(reporter: Reporter, heard: Heard) -> None:
    logs = Logs(reporter, seconds=lambda: 0.5)
    for number in range(PER_SECOND + 3):
        logs.tell(LogLevel.INFO, f"line {number}", logger="x", at=NOON)

    logs.account(NOON)
    logs.account(NOON)

    assert len(heard.on("logs/info")) == PER_SECOND
    [word] = heard.on("logs/warning")
    assert word["message"].startswith("3 log lines were left out")


async def test_the_bridges_own_log_is_sent_from_any_thread(
    reporter: Reporter, heard: Heard
) -> None:
    """S0-094."""
    forwarding = Forwarding(Logs(reporter, seconds=lambda: 0), asyncio.get_running_loop())
    record = logging.LogRecord("venue", logging.WARNING, "f", 1, "key the-secret-key", None, None)

    await asyncio.to_thread(forwarding.handle, record)
    await asyncio.to_thread(lambda: None)

    [told] = heard.on("logs/warning")
    assert (told["logger"], told["message"]) == ("venue", "key ***")


def test_the_containers_log_holds_no_secret() -> None:
    record = logging.LogRecord("x", logging.INFO, "f", 1, "key the-secret-key", None, None)

    assert Masked(Redaction(["the-secret-key"])).format(record).endswith("key ***")
