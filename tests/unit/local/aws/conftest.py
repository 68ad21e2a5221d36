"""A stack's decisions without a stack."""

import json
import sys
from pathlib import Path

import pytest

from local.aws.stack import Stack

NAMES = (
    "postgres", "clickhouse", "mqtt", "moto", "issuer", "iot", "sqs",
    "gateway", "run_api", "live", "live_management", "lambda", "ecs", "paper_exchange",
    "flow_server", "collector",
)  # fmt: skip
ROLES = ("app", "ingest", "control", "live", "alerts", "executor", "collector", "janym_owner")


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    """Addresses on ports 9000, 9001, …, in the order of NAMES."""
    addresses = {name: f"http://127.0.0.1:{9000 + index}" for index, name in enumerate(NAMES)}
    (tmp_path / "pki").mkdir()
    (tmp_path / "pki" / "ca.crt").write_text("authority")
    (tmp_path / "secrets.json").write_text(
        json.dumps(
            {
                "postgres": dict.fromkeys(ROLES, "pass/word"),
                "collector_door": "let-me-see",
                "credential_key_arn": "arn:key",
                "clickhouse_secret_arn": "arn:secret",
            }
        )
    )
    paths = {
        **{name: name for name in ("pki", "logs", "work")},
        "secrets": "secrets.json",
        "engine_python": sys.executable,
    }
    file = tmp_path / "stack.json"
    file.write_text(json.dumps({"addresses": addresses, "paths": paths}))
    return Stack.load(file)
