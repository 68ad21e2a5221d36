"""Writes each event to a file, or fails when told to."""

import json
from os import environ  # noqa: TID251 - a process of the tests, not of the product
from pathlib import Path
from typing import Any


def handle(event: dict[str, Any], _context: object) -> None:
    folder = Path(environ["JANYM_STACK"]) / "seen"
    folder.mkdir(exist_ok=True)
    if event.get("fail"):
        raise RuntimeError("asked to fail")
    with (folder / "events").open("a") as file:
        file.write(json.dumps(event) + "\n")
