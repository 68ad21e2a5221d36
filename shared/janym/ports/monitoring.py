"""What organizations want collected, as it is stored."""

from datetime import datetime
from typing import Protocol

from janym.domain.collecting import Monitored, MonitoringId, Task
from janym.ports.pages import Listing, Page


class Monitoring(Protocol):
    """The organization's own."""

    def get(self, key: MonitoringId) -> Monitored:
        """Raises NotFound."""
        ...

    def lock(self, key: MonitoringId) -> Monitored:
        """Get it and let nobody else change it until the transaction ends. Raises NotFound."""
        ...

    def list(self, page: Page) -> Listing[Monitored]:
        """Newest first."""
        ...

    def count(self) -> int: ...

    def add(self, task: Task, *, enabled: bool, at: datetime) -> Monitored:
        """Number it and keep it. Raises AlreadyExists for a book that is asked for already."""
        ...

    def put(self, monitored: Monitored) -> None:
        """Change it, its book excepted."""
        ...

    def remove(self, key: MonitoringId) -> None:
        """Raises NotFound."""
        ...
