"""Integrators: who they are, their certificates, and the way of events to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from janym.domain.ids import OrganizationId
from janym.domain.integrator import Integrator, IntegratorId
from janym.domain.live import Event
from janym.ports.launcher import Certificate
from janym.ports.pages import Listing, Page


class Integrators(Protocol):
    """The integrators of the transaction's organization, revoked ones too."""

    def get(self, key: IntegratorId) -> Integrator:
        """Raises NotFound."""
        ...

    def list(self, page: Page) -> Listing[Integrator]:
        """Newest first."""
        ...

    def count_active(self) -> int: ...

    def add(self, integrator: Integrator) -> None:
        """Keep it, and have events published for its organization from now on.

        Raises:
            AlreadyExists: its id was given before, here or elsewhere.
        """
        ...

    def put(self, integrator: Integrator) -> None: ...


class Passes(Protocol):
    """The certificates of integrators, at the broker."""

    def client_id(self, csr_pem: str) -> str:
        """Give the name that a request asks for.

        Raises:
            InvalidInput: for the field `csr`; it is no request that the broker would sign.
        """
        ...

    def issue(self, client_id: str, organization: OrganizationId, csr_pem: str) -> Certificate:
        """Sign a request, and let the certificate read the organization's events alone.

        Raises:
            Unavailable: IoT does not answer.
        """
        ...

    def end(self, client_id: str, certificate: str) -> None:
        """Make a certificate useless and cut off who is connected with it; twice is safe.

        Raises:
            Unavailable: IoT does not answer.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What is to be published next for an organization."""

    events: Sequence[Event]
    """Oldest first."""
    after: int
    """Everything up to here was published."""
    through: int
    """With these events, everything up to here is."""
    lost_through: int
    """Events up to here are not kept any more; above `after`, some were never published."""


class Outlets(Protocol):
    """What of each organization's events is published. Each call is a transaction.

    Any may raise StoreAway.
    """

    def behind(self, *, now: datetime, limit: int) -> Sequence[OrganizationId]:
        """List organizations with integrators and events to publish, which nobody publishes."""
        ...

    def lease(self, organization: OrganizationId, *, now: datetime) -> bool:
        """Take an organization for a while, if nobody else has it."""
        ...

    def release(self, organization: OrganizationId, *, rest_until: datetime | None) -> None:
        """Give it back, or leave it alone until then."""
        ...

    def waiting(self, organization: OrganizationId, *, limit: int) -> Outgoing: ...

    def published(self, organization: OrganizationId, *, after: int, through: int) -> None:
        """Note that everything up to `through` was published, if it was up to `after` before."""
        ...

    def ending(self, *, limit: int) -> Sequence[Integrator]:
        """List integrators that were revoked and that the broker does not know of yet."""
        ...

    def ended(self, integrator: Integrator, *, at: datetime) -> None:
        """Note that the broker knows; where nobody reads any more, nothing is published."""
        ...


class Broadcast(Protocol):
    """Publishes to whoever subscribed over MQTT."""

    def publish(self, topic: str, payload: dict[str, Any]) -> None:
        """Publish JSON, QoS 1.

        Raises:
            Unavailable: the broker does not answer; whether it was published is unknown.
            Refused: the broker takes no such message.
        """
        ...
