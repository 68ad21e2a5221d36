"""What a platform knows of a bot, said when a proof about the bot fails."""

import contextlib
import json
import sys
from collections.abc import Generator

from local.child import last_lines
from local.instruments.client import Refused
from local.instruments.platform import Platform

ASKED = ("", "/commands", "/events", "/timeline")
LINES = 80
"""Of each task's log: its bridge's and engine's last words."""


@contextlib.contextmanager
def questioned(platform: Platform, bot: str) -> Generator[None]:
    """Print what is known of a bot where the block fails, while its platform still runs."""
    try:
        yield
    except BaseException:
        _tell(platform, bot)
        raise


def _tell(platform: Platform, bot: str) -> None:
    api = platform.api("trader")
    for path in ASKED:
        try:
            said = json.dumps(api.get(f"/api/bots/{bot}{path}"), indent=1)
        except (Refused, OSError) as error:
            said = f"cannot be read: {error}"
        sys.stdout.write(f"\n--- {path or 'the bot'}\n{said}\n")
    for log in sorted((platform.home / "logs" / "tasks").glob("*.log")):
        sys.stdout.write(f"\n--- {log.name}\n" + "\n".join(last_lines(log, LINES)) + "\n")
