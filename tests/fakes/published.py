"""The OpenAPI document as it is published."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "shared/janym/api/openapi.json"
DOCUMENT: dict[str, Any] = json.loads(FILE.read_text())
