"""How often an engine that dies may be started again."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

RESTARTS = 3
WINDOW = timedelta(minutes=10)
DELAYS_S = (1.0, 5.0, 15.0)


@dataclass(slots=True)
class RestartBudget:
    """Three restarts in ten minutes; the fourth death within them is the last."""

    _deaths: deque[datetime] = field(default_factory=deque[datetime])

    def delay_after_death(self, at: datetime) -> float | None:
        """Note a death, and give the seconds to wait before the restart, or None: no more."""
        while self._deaths and at - self._deaths[0] >= WINDOW:
            self._deaths.popleft()
        self._deaths.append(at)
        used = len(self._deaths)
        return DELAYS_S[used - 1] if used <= RESTARTS else None

    def renew(self) -> None:
        """Forget what was, because the owner asked for a start."""
        self._deaths.clear()
