"""Writes each message to a file; a body that says so fails alone or fails the batch."""

import json
from os import environ  # noqa: TID251 - a process of the tests, not of the product
from pathlib import Path
from typing import Any


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    folder = Path(environ["JANYM_STACK"]) / "seen"
    folder.mkdir(exist_ok=True)
    if (folder / "outage").exists():
        raise ConnectionError("the store is away")
    failed: list[dict[str, str]] = []
    for record in event["Records"]:
        if record["body"].startswith("bad"):
            failed.append({"itemIdentifier": record["messageId"]})
            continue
        with (folder / "messages").open("a") as file:
            count = record["attributes"]["ApproximateReceiveCount"]
            file.write(json.dumps({"body": record["body"], "receives": count}) + "\n")
    return {"batchItemFailures": failed}
