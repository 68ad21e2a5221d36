"""The Lambda service's Invoke call, and the door by which events come in."""

import json
from typing import Any, cast

from aiohttp import web

from local.aws import serving
from local.aws.events import Bus
from local.aws.functions import Functions, Throttled, UnknownFunction
from local.aws.worker import MAX_PAYLOAD

ASYNC_LIMIT = 1024 * 1024


class LambdaApi:
    """Serves boto3's `lambda.invoke` and `POST /_events`."""

    def __init__(self, functions: Functions, bus: Bus) -> None:
        self._functions = functions
        self._bus = bus

    def application(self) -> web.Application:
        """The service as a server."""
        app = web.Application(client_max_size=2 * MAX_PAYLOAD)
        app.router.add_get("/_health", serving.health)
        app.router.add_post("/_events", self._events)
        app.router.add_post("/2015-03-31/functions/{name}/invocations", self._invoke)
        return app

    async def _invoke(self, request: web.Request) -> web.Response:
        kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
        event = await request.read() or b"{}"
        if len(event) > (ASYNC_LIMIT if kind == "Event" else MAX_PAYLOAD):
            return _error(413, "RequestTooLargeException", f"{len(event)} bytes are too many")
        try:
            json.loads(event)
        except ValueError:
            text = "Could not parse request body into json"
            return _error(400, "InvalidRequestContentException", text)
        try:
            return await self._answer(request.match_info["name"], kind, event)
        except UnknownFunction as error:
            return _error(404, "ResourceNotFoundException", str(error))
        except Throttled as error:
            return _error(429, "TooManyRequestsException", str(error))

    async def _answer(self, name: str, kind: str, event: bytes) -> web.Response:
        if kind == "DryRun":
            self._functions.find(name)
            return web.Response(status=204)
        if kind == "Event":
            request_id = self._functions.invoke_later(name, event)
            return web.Response(status=202, headers={"x-amzn-RequestId": request_id})
        outcome = await self._functions.invoke(name, event)
        headers = {"X-Amz-Executed-Version": "$LATEST", "Content-Type": "application/json"}
        if outcome.failed:
            headers["X-Amz-Function-Error"] = "Unhandled"
        return web.Response(body=outcome.payload, headers=headers)

    async def _events(self, request: web.Request) -> web.Response:
        try:
            event: Any = json.loads(await request.read())
        except ValueError:
            return _error(400, "ValidationException", "an event is a JSON object")
        if not isinstance(event, dict):
            return _error(400, "ValidationException", "an event is a JSON object")
        return web.json_response({"matched": await self._bus.put(cast("dict[str, Any]", event))})


def _error(status: int, code: str, message: str) -> web.Response:
    body = {"Type": "User", "Message": message, "message": message}
    return web.json_response(body, status=status, headers={"x-amzn-ErrorType": code})
