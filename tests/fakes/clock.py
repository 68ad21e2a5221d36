"""Time and chance that a test decides."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class FakeClock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, *, seconds: float = 0, minutes: float = 0) -> None:
        self._now += timedelta(seconds=seconds, minutes=minutes)


class FakeRandomness:
    """Counts, so that each id and token is new and every run of a test the same."""

    def __init__(self) -> None:
        self.tokens: list[str] = []
        self._ids = 0

    def uuid(self) -> UUID:
        self._ids += 1
        # Spread over all digits: tags and partitions are made from ids.
        return UUID(int=self._ids * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4)

    def token(self) -> str:
        self.tokens.append(f"token-{len(self.tokens) + 1}")
        return self.tokens[-1]
