"""Rows as JSON: exact where they can be, closest where PostgreSQL cannot hold them."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from janym.db import payload
from janym.domain.bot import BotStatus


def through(value: Any) -> Any:
    return json.loads(payload.encode([{"x": value}]))[0]["x"]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (Decimal("0.1"), "0.1"),
        (Decimal("1E+3"), "1E+3"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (datetime(2026, 11, 21, 1, 2, 3, 4, tzinfo=UTC), "2026-11-21T01:02:03.000004+00:00"),
        (BotStatus.RUNNING, "running"),
        (2**53 - 1, 2**53 - 1),
        (True, True),
        (None, None),
        ("a\\u0000b", "a\\u0000b"),
    ],
)
def test_a_value_travels_exactly(value: Any, told: Any) -> None:
    assert through(value) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("a\0b", "a\ufffdb"),
        ("\ud800", "?"),
        (2**80, str(2**80)),
        (float("inf"), None),
        ({"k\0": ["\0", (1, Decimal("0.5"))]}, {"k\ufffd": ["\ufffd", [1, "0.5"]]}),
        ({"big": 2**80, "ok": True}, {"big": str(2**80), "ok": True}),
    ],
)
def test_what_cannot_be_held_is_replaced_by_what_is_closest(value: Any, told: Any) -> None:
    assert through(value) == told
