"""Rules, channels, alerts and their deliveries, and the ways by which alerts go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from janym.domain.alert import (
    Alert,
    AlertId,
    AlertState,
    Breach,
    Channel,
    ChannelId,
    Delivery,
    DeliveryId,
    Notice,
    Occasion,
    Rule,
    RuleId,
)
from janym.domain.errors import JanymError
from janym.domain.ids import BotId, OrganizationId
from janym.ports.pages import Listing, Page


class NotTaken(JanymError):
    """A channel did not take a notice; another try may succeed."""

    code = "NOT_TAKEN"


class NeverTaken(NotTaken):
    """A channel will not take this notice, however often it is tried."""

    code = "NEVER_TAKEN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A delivery that somebody took on, with what it takes to carry it out."""

    delivery: Delivery
    channel: Channel
    alert: Alert | None


class Alerts(Protocol):
    """What belongs to an organization."""

    def channels(self, page: Page) -> Listing[Channel]:
        """Oldest first."""
        ...

    def every_channel(self) -> Sequence[Channel]: ...

    def channel(self, key: ChannelId) -> Channel:
        """Raises NotFound."""
        ...

    def put_channel(self, channel: Channel) -> None:
        """Add it, or change all but its secret. Raises AlreadyExists for a label that is taken."""
        ...

    def swap(self, known: Channel, sealed: bytes) -> bool:
        """Exchange a channel's sealed secret if it is still the one known; tell whether it was."""
        ...

    def remove_channel(self, key: ChannelId) -> None:
        """Raises NotFound. Rules forget it."""
        ...

    def rules(self, page: Page) -> Listing[Rule]:
        """Oldest first."""
        ...

    def rule(self, key: RuleId) -> Rule:
        """Raises NotFound."""
        ...

    def put_rule(self, rule: Rule) -> None: ...

    def remove_rule(self, key: RuleId) -> None:
        """Raises NotFound. What it told stays."""
        ...

    def list(
        self, page: Page, *, state: AlertState | None = None, bot: BotId | None = None
    ) -> Listing[Alert]:
        """Newest first."""
        ...

    def get(self, key: AlertId) -> Alert:
        """Raises NotFound."""
        ...

    def put(self, alert: Alert) -> None:
        """Note who acknowledged it."""
        ...

    def deliveries(
        self, *, alert: AlertId | None = None, channel: ChannelId | None = None
    ) -> Sequence[Delivery]:
        """List the newest hundred of an alert, or of a channel."""
        ...

    def deliver(self, organization: OrganizationId, delivery: Delivery) -> None:
        """Have something delivered."""
        ...


class Watch(Protocol):
    """What the platform looks through for all organizations at once."""

    def breaches(self, *, now: datetime) -> Sequence[Breach]:
        """List every rule that is broken now, with what breaks it."""
        ...

    def open(self) -> Sequence[Alert]:
        """List the conditions that were told and have not ended."""
        ...

    def begin(self, breach: Breach, title: str, key: AlertId, *, now: datetime) -> Alert | None:
        """Raise an alert; give it where it is new, and not one that goes on, or was told."""
        ...

    def end(self, key: AlertId, *, now: datetime) -> bool:
        """Note that a condition ended; tell whether nobody else did."""
        ...

    def tell(self, alert: Alert, occasion: Occasion, *, now: datetime) -> int:
        """Have the rule's channels told; count them."""
        ...

    def take(self, *, now: datetime, limit: int) -> Sequence[Due]:
        """Take on deliveries that are due: they are put off before they are carried out."""
        ...

    def wait(self, key: DeliveryId, *, until: datetime) -> None:
        """Put a delivery off without counting an attempt."""
        ...

    def settle(self, delivery: Delivery) -> None:
        """Note how a delivery went."""
        ...


class Notifier(Protocol):
    """Tells people, by one kind of channel after another."""

    def send(self, channel: Channel, secrets: Mapping[str, str], notice: Notice) -> None:
        """Send a notice.

        Raises:
            NotTaken: it may be tried again.
            NeverTaken: it may not.
        """
        ...


class Seal(Protocol):
    """Encryption of what channels need to know."""

    def seal(self, text: str, *, context: dict[str, str]) -> bytes:
        """Encrypt. Raises KeyAccessDenied, Unavailable."""
        ...

    def unseal(self, sealed: bytes, *, context: dict[str, str]) -> str:
        """Decrypt for the same context. Raises KeyAccessDenied, Unavailable."""
        ...
