"""Sending to bots, and to other functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from janym.domain.credential import Permissions
from janym.domain.ids import BotId, CredentialId, OrganizationId
from janym.domain.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is to be published to one bot."""

    bot: BotId
    topic: Topic
    payload: dict[str, Any]


class Bus(Protocol):
    """Publishes to bots over MQTT."""

    def publish(self, bot: BotId, topic: Topic, payload: dict[str, Any]) -> None:
        """Publish JSON on one of a bot's topics, with the topic's own QoS and retain flag.

        Raises:
            Unavailable: the broker does not answer; whether it was published is unknown.
        """
        ...

    def publish_all(self, messages: Sequence[Message], *, within: timedelta) -> Sequence[bool]:
        """Publish several at once, and say of each whether the broker has taken it in this time."""
        ...


class Functions(Protocol):
    """Invokes other functions of the platform; what they are sent and answer is JSON."""

    def check_venue(self, bot: BotId) -> None:
        """Have `venue_check` ask the exchange what is left of a bot, without waiting.

        It is sent `{"bot_id": "…"}`.

        Raises:
            Unavailable: Lambda does not answer.
        """
        ...

    def reconcile(self, bot: BotId) -> None:
        """Have `reconcile` look at one bot now instead of within the minute, without waiting.

        It is sent `{"bot_id": "…"}`.

        Raises:
            Unavailable: Lambda does not answer.
        """
        ...

    def enforce(self, organization: OrganizationId) -> None:
        """Have `reconcile` see to it that a halt reaches every bot, without waiting.

        It is sent `{"organization_id": "…"}`.

        Raises:
            Unavailable: Lambda does not answer.
        """
        ...

    def deliver_alerts(self) -> None:
        """Have `alerts_deliver` carry out what is due, without waiting.

        It is sent `{"deliver": true}`.

        Raises:
            Unavailable: Lambda does not answer; it is carried out within the minute.
        """
        ...

    def push_events(self) -> None:
        """Have `live_push` send what happened to whoever listens, without waiting.

        It is sent `{"push": true}`.

        Raises:
            Unavailable: Lambda does not answer; events go out within the minute.
        """
        ...

    def publish_events(self) -> None:
        """Have `integrators_push` publish what happened, and end certificates, without waiting.

        It is sent `{"push": true}`.

        Raises:
            Unavailable: Lambda does not answer; it is done within the minute.
        """
        ...

    def read_balances(self, credential: CredentialId) -> None:
        """Have `venue_check` read what an account holds, without waiting.

        It is sent `{"credential_id": "…", "ask": "balances"}`.

        Raises:
            Unavailable: Lambda does not answer.
        """
        ...

    def check_credential(self, credential: CredentialId) -> None:
        """Have `venue_check` ask the exchange about a stored key, without waiting.

        It is sent `{"credential_id": "…", "why": "…"}`.

        Raises:
            Unavailable: Lambda does not answer.
        """
        ...

    def rotate_credential(self, credential: CredentialId) -> None:
        """Have `rotate` encrypt a stored key anew, and wait until it has.

        It is sent `{"credential_id": "…"}` and answers `{}` or an error, as below.

        Raises:
            KeyAccessDenied: KMS does not let `rotate` decrypt it.
            Unavailable: Lambda or KMS does not answer.
        """
        ...

    def test_credential(self, credential: CredentialId) -> Permissions:
        """Have `venue_check` ask the exchange what a stored key may do, and wait for the answer.

        It is sent `{"credential_id": "…"}` and answers `{"trade": true, "withdraw": null}`, or
        `{"error": {"code": "VENUE_REFUSED", "venue": "…", "venue_code": "…", "message": "…"}}`;
        other codes come with a message only.

        Raises:
            VenueRefused: the exchange refuses the key, and says why.
            KeyAccessDenied: KMS does not let `venue_check` decrypt it.
            Unavailable: Lambda or the exchange does not answer.
        """
        ...
