"""What organizations want collected, in memory."""

from collections.abc import Sequence
from datetime import datetime

from janym.domain.collecting import Monitored, MonitoringId, Task
from janym.domain.errors import AlreadyExists, NotFound
from janym.domain.ids import OrganizationId
from janym.ports.pages import Listing, Page
from tests.fakes.owned import newest_first, paged
from tests.fakes.tables import Tables


class MemoryMonitoring:
    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._rows, self._organization = tables.monitoring, organization

    def get(self, key: MonitoringId) -> Monitored:
        if (self._organization, key) not in self._rows:
            raise NotFound("task", key)
        return self._rows[self._organization, key]

    def lock(self, key: MonitoringId) -> Monitored:
        return self.get(key)

    def list(self, page: Page) -> Listing[Monitored]:
        return paged(newest_first(self._own()), page)

    def count(self) -> int:
        return len(self._own())

    def add(self, task: Task, *, enabled: bool, at: datetime) -> Monitored:
        if any(each.task.key == task.key for each in self._own()):
            raise AlreadyExists("task for", f"{task.venue} {task.market} {task.pair}")
        key = MonitoringId(1 + max((number for _, number in self._rows), default=0))
        added = Monitored(id=key, task=task, enabled=enabled, created_at=at, updated_at=at)
        self._rows[self._organization, key] = added
        return added

    def put(self, monitored: Monitored) -> None:
        self.get(monitored.id)
        self._rows[self._organization, monitored.id] = monitored

    def remove(self, key: MonitoringId) -> None:
        self.get(key)
        del self._rows[self._organization, key]

    def _own(self) -> Sequence[Monitored]:
        return [each for (owner, _), each in self._rows.items() if owner == self._organization]
