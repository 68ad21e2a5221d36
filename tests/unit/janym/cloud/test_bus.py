"""What goes to bots goes on their own topic, as the topic table says."""

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from janym.cloud.bus import IotBus
from janym.domain import topics
from janym.domain.errors import Unavailable
from janym.domain.ids import BotId
from janym.ports.bus import Message
from tests.unit.janym.cloud.stubs import stubbed

BOT = BotId(UUID(int=3))


@pytest.mark.parametrize("topic", [topics.START, topics.STOP, topics.CONFIG_GET])
def test_a_command_goes_to_its_bot_alone(topic: topics.Topic) -> None:
    """S0-035, S0-100."""
    with stubbed("iot-data") as (client, script):
        expected = {
            "topic": f"hbot/{BOT}/{topic.suffix}",
            "qos": 1,
            "retain": False,
            "payload": b'{"v":1,"mode":"keep_orders"}',
            "contentType": "application/json",
        }
        script.add_response("publish", {}, expected)

        IotBus(client).publish(BOT, topic, {"v": 1, "mode": "keep_orders"})


def test_a_broker_that_is_away_is_said_so() -> None:
    """S0-037."""
    with stubbed("iot-data") as (client, script):
        script.deactivate()

        with pytest.raises(Unavailable):
            IotBus(client).publish(BOT, topics.START, {})


class Broker:
    """Takes what is published, refuses one bot, and holds on to another for as long as asked."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.let_go = threading.Event()

    def publish(self, *, topic: str, **_: Any) -> None:
        if "0001" in topic:
            raise ConnectionError("gone")
        if "0002" in topic:
            self.let_go.wait(60)
        self.taken.append(topic)


def test_of_many_messages_each_is_known_to_be_taken_or_not() -> None:
    """DESIGN §8: a broker that hangs does not hold up who halts."""
    broker = Broker()
    messages = [Message(bot=BotId(UUID(int=n)), topic=topics.STOP, payload={}) for n in range(1, 5)]

    taken = IotBus(broker).publish_all(messages, within=timedelta(seconds=1))
    broker.let_go.set()

    assert taken == [False, False, True, True]
