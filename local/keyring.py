"""The stack's own secrets: made once, random, readable by the stack's owner alone."""

import base64
import secrets
from typing import Any

from local import resources
from local.layout import Stack, read_json, write_json, write_private
from local.postgres import SUPERUSER
from local.provisioning import ROLES

_BYTES = 24


def create(stack: Stack) -> dict[str, Any]:
    """Return the stack's secrets; those that are missing are made and kept."""
    kept = read_json(stack.secrets)
    known = kept.get("postgres", {})
    complete: dict[str, Any] = {
        "postgres": {name: known.get(name) or _random() for name in (SUPERUSER, *ROLES)},
        "clickhouse": kept.get("clickhouse") or {"user": "janym", "password": _random()},
        "kms": kept.get("kms") or {"material": _key_material()},
        "paper_exchange_control": kept.get("paper_exchange_control") or _random(),
        "collector_door": kept.get("collector_door") or _random(),
        "credential_key_arn": resources.KEY_ARN,
        "clickhouse_secret_arn": resources.CLICKHOUSE_SECRET_ARN,
    }
    if complete != kept:
        write_json(stack.secrets, complete, mode=0o600)
    write_private(stack.control_token, complete["paper_exchange_control"].encode())
    return complete


def _random() -> str:
    return secrets.token_urlsafe(_BYTES)


def _key_material() -> str:
    return base64.b64encode(secrets.token_bytes(resources.KEY_BYTES)).decode()
