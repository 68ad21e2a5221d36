"""Sending to bots, and to other functions."""

from typing import Any, Protocol

from janym.domain.ids import BotId
from janym.domain.topics import Topic


class Bus(Protocol):
    """Publishes to bots over MQTT."""

    def publish(self, bot: BotId, topic: Topic, payload: dict[str, Any]) -> None:
        """Publish JSON on one of a bot's topics, with the topic's own QoS and retain flag.

        Raises:
            Unavailable: the broker does not answer; whether it was published is unknown.
        """
        ...


class Functions(Protocol):
    """Invokes other functions of the platform without waiting for them."""

    def check_venue(self, bot: BotId) -> None:
        """Have `venue_check` ask the exchange what is left of a bot.

        Raises:
            Unavailable: Lambda does not answer.
        """
        ...

    def reconcile(self, bot: BotId) -> None:
        """Have `reconcile` look at one bot now instead of within the minute.

        Raises:
            Unavailable: Lambda does not answer.
        """
        ...
