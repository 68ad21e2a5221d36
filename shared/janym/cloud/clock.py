"""The machine's clock."""

from datetime import UTC, datetime


class SystemClock:
    """`ports.clock.Clock`."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251 - this is the clock that others are given
