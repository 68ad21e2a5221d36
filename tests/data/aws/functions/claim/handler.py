"""Says who called."""

import json
from typing import Any


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    caller = event["requestContext"]["authorizer"]["iam"]
    return {"statusCode": 200, "body": json.dumps({"caller": caller, "body": event.get("body")})}
