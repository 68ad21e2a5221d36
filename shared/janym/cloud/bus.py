"""Publishing to bots through AWS IoT's data plane."""

from typing import Any

import orjson

from janym.cloud.clients import translated
from janym.domain import topics
from janym.domain.ids import BotId
from janym.domain.topics import Topic


class IotBus:
    """`ports.bus.Bus`.

    https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_Publish.html
    """

    def __init__(self, iot_data: Any) -> None:
        self._iot_data = iot_data

    def publish(self, bot: BotId, topic: Topic, payload: dict[str, Any]) -> None:
        with translated("AWS IoT"):
            self._iot_data.publish(
                topic=topics.of(bot, topic),
                qos=topic.qos,
                retain=topic.retained,
                payload=orjson.dumps(payload, default=str),
                contentType="application/json",
            )
