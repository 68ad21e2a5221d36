"""The bridge's one reading of the wall clock."""

from datetime import UTC, datetime


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Give the time, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - every other module is given the time
