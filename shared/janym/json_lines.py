"""What our containers say in their logs: one JSON object a line."""

import json
import logging


class JsonLines(logging.Formatter):
    """Formats a record with its extra fields under `about`."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at_ms": int(record.created * 1000),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        about: object = getattr(record, "about", None)
        if about is not None:
            line["about"] = about
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
