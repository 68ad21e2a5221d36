"""What a stack's database says of scheduled work: what ran, how it went, what is overdue."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg

from janym.domain.job import PERIOD, JobName, JobState
from local import clock, components, provisioning
from local.layout import Stack, read_json

PATIENCE = 3
"""How many periods may pass before a job counts as overdue."""
CONNECT_TIMEOUT_S = 2
FIELDS = "name, state, started_at, ended_at, detail"


def read(stack: Stack, described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Describe every job; `state` is unknown where the database does not answer."""
    address = described.get("components", {}).get("postgres", {}).get("address")
    port = urlsplit(address or "").port
    rows = _rows(components.admin_url(port, read_json(stack.secrets))) if port else None
    if rows is None:
        return [_described(name, "unknown") for name in JobName]
    return [rows.get(name) or _described(name, "not yet run") for name in JobName]


def line(job: Mapping[str, Any]) -> str:
    """Write a job for people."""
    return f"{job['name']:<15} {job['state']:<12} {job['started_at'] or '':<27} {job['detail']}"


def _rows(admin_url: str) -> dict[str, dict[str, Any]] | None:
    url = admin_url.rsplit("/", 1)[0] + f"/{provisioning.DATABASE}"
    try:
        with psycopg.connect(url, connect_timeout=CONNECT_TIMEOUT_S) as connection:
            found = connection.execute(f"SELECT {FIELDS} FROM jobs").fetchall()  # noqa: S608 - ours
    except psycopg.Error:
        return None
    return {row[0]: _row(*row) for row in found}


def _row(
    name: str, state: str, started_at: datetime, ended_at: datetime | None, detail: str
) -> dict[str, Any]:
    known = {each.value: period for each, period in PERIOD.items()}
    overdue = clock.now() - started_at > PATIENCE * known.get(name, timedelta.max / PATIENCE)
    shown = "overdue" if overdue and state != JobState.FAILED else state
    ended = ended_at.isoformat(timespec="seconds") if ended_at else None
    return _described(name, shown) | {
        "started_at": started_at.isoformat(timespec="seconds"),
        "ended_at": ended,
        "detail": detail.partition("\n")[0],
    }


def _described(name: str, state: str) -> dict[str, Any]:
    return {"name": name, "state": state, "started_at": None, "ended_at": None, "detail": ""}
