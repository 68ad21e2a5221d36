"""The bridge.

    python -m containers.bridge          run the bot that the environment names
    python -m containers.bridge health   exit 0 where the loop of the bridge in WORK_DIR turns

The question after its health comes every minute, in the task's own memory: it loads little.
"""

import asyncio
import os
import sys

from containers.bridge import health

if __name__ == "__main__":
    if sys.argv[1:] == ["health"]:
        sys.exit(health.main(os.environ))  # noqa: TID251 - a task is described by it alone
    from containers.bridge.process import run
    from containers.bridge.venue import venue_of

    asyncio.run(run(venue_of))
