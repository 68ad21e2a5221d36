"""Publishing to bots through AWS IoT's data plane."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import orjson

from janym.cloud.clients import translated
from janym.domain import topics
from janym.domain.ids import BotId
from janym.domain.topics import Topic
from janym.ports.bus import Message

AT_ONCE = 10
"""As many connections as a client keeps."""


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

    def publish_all(self, messages: Sequence[Message], *, within: timedelta) -> Sequence[bool]:
        pool = ThreadPoolExecutor(AT_ONCE)
        sent = [pool.submit(self.publish, each.bot, each.topic, each.payload) for each in messages]
        wait(sent, timeout=within.total_seconds())
        # What the broker has not taken by now is not waited for: it is published again later.
        pool.shutdown(wait=False, cancel_futures=True)
        return [each.done() and not each.cancelled() and each.exception() is None for each in sent]
