"""What collectors share in Postgres: tasks, signs of life, leases, instruments, watchers.

Each call is one transaction, and may raise `StoreAway`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from janym.domain.collecting import Collector, Daemon, DaemonId, DaemonState, Lease, Task
from janym.domain.live import ConnectionId
from janym.domain.market import Listing, Market, VenueId


class Roster(Protocol):
    """`monitoring`, `daemon_state`, `leases`, `instruments`, and who watches books."""

    def tasks(self) -> Sequence[Task]:
        """Give the enabled tasks of all organizations, highest priority first."""
        ...

    def beat(self, state: DaemonState) -> None:
        """Write down how a daemon is."""
        ...

    def state(self, daemon: DaemonId) -> DaemonState | None:
        """Give what a daemon last wrote down of itself."""
        ...

    def alive(self, *, since: datetime) -> Sequence[Daemon]:
        """List the daemons that run and gave a sign of life since then."""
        ...

    def collectors(self, *, limit: int) -> Sequence[Collector]:
        """Tell how collectors are, those that gave the latest sign of life first."""
        ...

    def hold(
        self,
        daemon: DaemonId,
        keys: Sequence[str],
        *,
        at: datetime,
        until: datetime,
        covered_until: datetime | None,
    ) -> Sequence[Lease]:
        """Keep the leases one has, let go of those not named, take the named ones that are free.

        Args:
            daemon: who holds.
            keys: what it wants to hold.
            at: the moment.
            until: when the leases end unless they are held again.
            covered_until: up to when everything of the leases that are kept is written.

        Returns:
            The leases that are its own now.
        """
        ...

    def leave(self, daemon: DaemonId, *, at: datetime, covered_until: datetime | None) -> None:
        """Let go of every lease."""
        ...

    def list(self, listings: Sequence[Listing], *, at: datetime) -> None:
        """Write down a market's instruments; those that are gone stay, as gone."""
        ...

    def listings(self, venue: VenueId, market: Market) -> Sequence[Listing]:
        """Give the instruments that were last written down, without those that are gone."""
        ...

    def watchers(
        self, topics: Sequence[str], *, now: datetime
    ) -> Sequence[tuple[ConnectionId, str]]:
        """List the sockets that may listen now, each with one of these books' topics."""
        ...
