"""Watching a bot's status over the API, as a person with the page open would."""

import threading
from typing import Any, Self

from local.instruments.client import Client, Refused
from local.instruments.waiting import until

PAUSE_S = 0.3


class Watcher:
    """Notes each change of status until it is told to stop."""

    def __init__(self, api: Client, bot: str) -> None:
        self.sequence: list[str] = []
        self._api = api
        self._bot = bot
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        self._thread.join()

    def settle(self, status: str) -> None:
        """Wait until this status was seen last."""
        until(
            f"the page to show {status}",
            lambda: self.sequence[-1:],
            lambda seen: seen == [status],
            limit_s=30,
        )

    def _watch(self) -> None:
        while not self._stopped.wait(PAUSE_S):
            try:
                self._note(self._api.get(f"/api/bots/{self._bot}"))
            except (Refused, OSError):
                continue  # what the API does not say is not part of what it said

    def _note(self, bot: dict[str, Any]) -> None:
        seen = bot["status"] + (f" ({bot['reason']})" if bot.get("reason") else "")
        if not self.sequence or self.sequence[-1] != seen:
            self.sequence.append(seen)
