"""Starts the collector: `python -m containers.collector`; `… health` asks one that runs."""

import asyncio
import logging
import sys

from containers.collector import door, service, settings
from janym.json_lines import JsonLines


def main() -> int:
    """Run until SIGTERM or SIGINT; 2 where the settings are wrong."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("collector").setLevel(logging.INFO)
    try:
        given = settings.from_environment()
    except settings.Wrong as wrong:
        logging.getLogger("collector").error("%s", wrong)  # noqa: TRY400 - the message says it all
        return 2
    if sys.argv[1:] == ["health"]:
        return asyncio.run(door.ask(given))
    asyncio.run(service.run(given))
    return 0


if __name__ == "__main__":
    sys.exit(main())
