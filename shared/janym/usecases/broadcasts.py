"""Publishing events to integrators, and telling the broker who is one no longer.

Events go out from the log that the sockets are fed from, after the transactions that wrote them:
a broker that is away keeps nobody waiting. What was published is noted after it was, so who dies in
between has it published again, under the same id. One bot's events go out in their order.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from janym.domain import live, topics
from janym.domain.errors import JanymError, Unavailable
from janym.domain.ids import BotId, OrganizationId
from janym.domain.live import Event
from janym.ports.clock import Clock
from janym.ports.integrators import Broadcast, Outgoing, Outlets, Passes

AT_ONCE = 8
"""Bots whose events are published at a time."""

BATCH = 500
ORGANIZATIONS = 100

REST = timedelta(seconds=5)
"""How long an organization's events wait after the broker did not take one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcaster:
    """Publishes what waits, and carries revocations to the broker."""

    outlets: Outlets
    broadcast: Broadcast
    passes: Passes
    clock: Clock
    report: Callable[[str], None]
    """Told of what is put off, and why."""

    def run(self) -> str:
        """End certificates, then publish; say in words what was done. Twice at once is safe.

        Raises:
            StoreAway: Postgres does not answer.
        """
        ended = self._end()
        behind = self.outlets.behind(now=self.clock.now(), limit=ORGANIZATIONS)
        served = 0
        for organization in behind:
            failed = self._serve(organization)
            served += failed is None
            if isinstance(failed, Unavailable):  # to everybody: the others would wait for it too
                break
        return f"{ended} certificates ended, {served} of {len(behind)} organizations served"

    def _end(self) -> int:
        ended = 0
        for integrator in self.outlets.ending(limit=BATCH):
            try:
                self.passes.end(integrator.client_id, integrator.certificate)
            except JanymError as failed:
                self.report(f"{integrator.client_id} is not ended yet: {failed.code}: {failed}")
            else:
                self.outlets.ended(integrator, at=self.clock.now())
                ended += 1
        return ended

    def _serve(self, organization: OrganizationId) -> JanymError | None:
        while self.outlets.lease(organization, now=self.clock.now()):
            failed = self._drain(organization)
            rest_until = self.clock.now() + REST if failed else None
            self.outlets.release(organization, rest_until=rest_until)
            if failed is not None:
                self.report(f"events of {organization} wait: {failed.code}: {failed}")
                return failed
            # What came between the last look and the release found the organization taken.
            if not self.outlets.waiting(organization, limit=1).events:
                break
        return None

    def _drain(self, organization: OrganizationId) -> JanymError | None:
        """Publish until nothing waits, or the broker does not take something; give what it said."""
        while (going := self.outlets.waiting(organization, limit=BATCH)).through > going.after:
            batch = _Batch(organization=organization, broadcast=self.broadcast)
            through = batch.publish(going)
            if through > going.after:
                self.outlets.published(organization, after=going.after, through=through)
            if batch.failed is not None:
                return batch.failed
        return None


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Some events of one organization on their way."""

    organization: OrganizationId
    broadcast: Broadcast
    failed: JanymError | None = None
    """Why nothing more of it is published."""

    def publish(self, going: Outgoing) -> int:
        """Publish them, and give the number up to which all are out."""
        if going.lost_through > going.after:
            gap = {"v": 1, "id": going.lost_through}
            if not self._send(topics.live(self.organization, topics.RESYNC), gap):
                return going.after
        of_bots: dict[BotId, list[Event]] = defaultdict(list)
        for event in going.events:
            bot = live.bot_of(event.topic)
            if bot is not None:
                of_bots[bot].append(event)
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            unsent = [number for number in pool.map(self._first_unsent, of_bots.items()) if number]
        return min(unsent) - 1 if unsent else going.through

    def _first_unsent(self, of_bot: tuple[BotId, Sequence[Event]]) -> int | None:
        bot, events = of_bot
        for event in events:
            topic = topics.of_event(self.organization, bot, event.kind)
            if self.failed is not None or not self._send(topic, message(event)):
                return event.number
        return None

    def _send(self, topic: str, payload: dict[str, Any]) -> bool:
        try:
            self.broadcast.publish(topic, payload)
        except JanymError as failed:
            self.failed = failed
            return False
        return True


def message(event: Event) -> dict[str, Any]:
    """Give an event as integrators get it; `janym.api.broadcasts` has its models."""
    return {
        "v": 1,
        "id": event.number,
        "at": event.at.isoformat(),
        "kind": event.kind.value,
        "data": event.data,
    }
