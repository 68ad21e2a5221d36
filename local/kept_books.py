"""Which code keeps a stack's order books, as its collector says of itself."""

import json
import urllib.request
from collections.abc import Mapping
from typing import Any

from janym.book.keepers import PURE
from local.layout import Stack, read_json

PATIENCE_S = 2
SLOWER = "the extension is not installed; `make setup` builds it where there is gcc"


def read(stack: Stack, described: Mapping[str, Any]) -> str | None:
    """Give what keeps the collector's books; None where no collector answers."""
    address = described.get("addresses", {}).get("collector")
    token = read_json(stack.secrets).get("collector_door")
    if address is None or token is None:
        return None
    request = urllib.request.Request(  # noqa: S310 - the stack's own address
        f"{address}/counters", headers={"Authorization": f"Bearer {token}"}
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=PATIENCE_S) as answer:
            return str(json.load(answer)["kept_by"])
    except (OSError, ValueError, KeyError):
        return None


def line(kept_by: str | None) -> str:
    """Write it for people."""
    said = "no collector answers" if kept_by is None else kept_by
    return f"{'books':<15} {said}{f': {SLOWER}' if kept_by == PURE.name else ''}"
