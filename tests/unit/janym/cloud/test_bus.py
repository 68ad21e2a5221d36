"""What goes to bots goes on their own topic, as the topic table says."""

from uuid import UUID

import pytest

from janym.cloud.bus import IotBus
from janym.domain import topics
from janym.domain.errors import Unavailable
from janym.domain.ids import BotId
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
