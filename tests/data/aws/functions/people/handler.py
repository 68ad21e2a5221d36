"""Answers what it was asked, or misbehaves as the body says."""

import json
import os
import time
from os import environ  # noqa: TID251 - a process of the tests, not of the product
from typing import Any

instance = os.urandom(4).hex()


def handle(event: dict[str, Any], _context: object) -> Any:
    asked = event.get("body") or ""
    if event["rawPath"].endswith("/fail"):
        raise ValueError("asked to fail")
    if event["rawPath"].endswith("/slow"):
        time.sleep(30)
    if event["rawPath"].endswith("/nothing"):
        return {"statusCode": "no number"}
    if event["rawPath"].endswith("/variables"):
        return {"statusCode": 200, "body": json.dumps(dict(environ))}
    return {
        "statusCode": 201,
        "headers": {"content-type": "application/json", "x-instance": instance},
        "cookies": ["a=1", "b=2"],
        "body": json.dumps({"event": event, "echo": asked}),
    }
