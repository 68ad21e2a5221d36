"""The limits that a venue keeps: who passes them is refused as the venue refuses."""

from collections import deque
from dataclasses import dataclass, field


@dataclass(slots=True)
class Window:
    """At most `most` units in any stretch of `period_s`."""

    most: int
    period_s: float
    spent: deque[tuple[float, int]] = field(default_factory=deque[tuple[float, int]])
    total: int = 0
    refused: int = 0

    def take(self, units: int, at: float) -> bool:
        """Spend units, or refuse."""
        while self.spent and self.spent[0][0] <= at - self.period_s:
            self.total -= self.spent.popleft()[1]
        if self.total + units > self.most:
            self.refused += 1
            return False
        self.spent.append((at, units))
        self.total += units
        return True
