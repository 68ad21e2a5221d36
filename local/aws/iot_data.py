"""The IoT data plane as boto3 speaks to it: publish, and read what is retained."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import unquote
from uuid import uuid4

from aiohttp import web

from local.aws.iotsql import BASIC_INGEST
from local.aws.mqtt_client import Arrived, Client, Unreachable

PAYLOAD_LIMIT = 128 * 1024
TOPIC_BYTES = 256
SLASHES = 7
BASIC_INGEST_SLASHES = 3
"""Slashes of `$aws/rules/{name}/`, which are not counted."""
RETAINED_WAIT = 0.5
"""Seconds in which the broker sends a retained message after a subscription."""


class IotData:
    """Publishes to the broker for callers of the HTTP plane."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._reading = asyncio.Lock()
        self._retained: asyncio.Future[Arrived] | None = None
        self._topic = ""
        self.client: Client | None = None

    def routes(self, app: web.Application) -> None:
        """Add the plane's paths to a server."""
        app.router.add_post("/topics/{topic:.+}", self._publish)
        app.router.add_get("/retainedMessage/{topic:.+}", self._get_retained)

    def arrived(self, message: Arrived) -> None:
        """Take a message from the broker: only retained ones are ever asked for."""
        if message.acknowledge is not None:
            message.acknowledge()
        waiting = self._retained
        if waiting is None or waiting.done() or not message.retained:
            return
        if message.topic == self._topic:
            waiting.set_result(message)

    async def _publish(self, request: web.Request) -> web.Response:
        topic = unquote(request.match_info["topic"])
        payload = await request.read()
        qos = request.query.get("qos", "0")
        problem = refusal(topic, len(payload))
        if problem is None and qos not in {"0", "1"}:
            problem = f"Invalid QoS: {qos}"
        if problem is not None:
            too_large = len(payload) > PAYLOAD_LIMIT
            code = "RequestEntityTooLargeException" if too_large else "InvalidRequestException"
            return error(413 if too_large else 400, code, problem)
        retain = request.query.get("retain", "false").lower() == "true"
        try:
            await self._broker().publish(topic, payload, qos=int(qos), retain=retain)
        except Unreachable as away:
            return error(503, "ServiceUnavailableException", str(away))
        return web.json_response({"message": "OK", "traceId": str(uuid4())})

    async def _get_retained(self, request: web.Request) -> web.Response:
        topic = unquote(request.match_info["topic"])
        try:
            found = await self._read(topic)
        except Unreachable as away:
            return error(503, "ServiceUnavailableException", str(away))
        if found is None:
            return error(404, "ResourceNotFoundException", f"No retained message on {topic}")
        return web.json_response(
            {
                "topic": topic,
                "payload": base64.b64encode(found.payload).decode(),
                "qos": 1,
                "lastModifiedTime": int(self._now().timestamp() * 1000),
            }
        )

    async def _read(self, topic: str) -> Arrived | None:
        async with self._reading:
            self._topic = topic
            self._retained = asyncio.get_running_loop().create_future()
            await self._broker().subscribe(topic, retained=True)
            try:
                return await asyncio.wait_for(self._retained, RETAINED_WAIT)
            except TimeoutError:
                return None
            finally:
                self._retained = None
                await self._broker().unsubscribe(topic)

    def _broker(self) -> Client:
        if self.client is None:
            raise Unreachable("the MQTT broker is not connected yet")
        return self.client


def refusal(topic: str, size: int) -> str | None:
    """Why IoT Core would not take a message, or None when it would."""
    ingest = topic.startswith(BASIC_INGEST)
    slashes = topic.count("/") - (BASIC_INGEST_SLASHES if ingest else 0)
    if size > PAYLOAD_LIMIT:
        return f"the payload has {size} bytes, at most {PAYLOAD_LIMIT} are allowed"
    if not topic or "#" in topic or "+" in topic:
        return f"{topic!r} is no topic to publish on"
    if slashes > SLASHES or len(topic.encode()) > TOPIC_BYTES:
        return f"{topic} has more than {SLASHES} slashes or {TOPIC_BYTES} bytes"
    if topic.startswith("$") and not ingest:
        return f"{topic} is reserved"
    return None


def error(status: int, code: str, message: str) -> web.Response:
    """An error as the IoT services give it."""
    return web.Response(
        status=status,
        body=json.dumps({"message": message}).encode(),
        headers={"x-amzn-ErrorType": code},
        content_type="application/json",
    )
