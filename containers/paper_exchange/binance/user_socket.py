"""The WebSocket API as far as user streams need it: `/ws-api/v3`.

    {"id": "d3df", "method": "userDataStream.subscribe.signature",
     "params": {"apiKey": "...", "timestamp": 1747385641636, "signature": "..."}}
    {"id": "d3df", "status": 200, "result": {"subscriptionId": 0}}

https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-api.md
"""

import json
from typing import cast

from aiohttp import WSMsgType, web

from containers.paper_exchange.binance import errors, security
from containers.paper_exchange.binance.errors import BinanceError
from containers.paper_exchange.binance.venue import Venue
from containers.paper_exchange.sockets import Socket
from containers.paper_exchange.subscriptions import Subscription

PATH = "/ws-api/v3"
SUBSCRIBE = "userDataStream.subscribe.signature"
Answer = dict[str, object]


class UserSockets:
    """Handlers of WebSocket API connections."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self.serve)]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        socket = Socket()
        await socket.open(request)
        subscribed: dict[str, int] = {}
        try:
            async for message in socket.response:
                if message.type is WSMsgType.TEXT:
                    self._answer(socket, subscribed, message.data)
        finally:
            self._venue.user_streams.drop(socket)
            await socket.finish()
        return socket.response

    def _answer(self, socket: Socket, subscribed: dict[str, int], text: str) -> None:
        mark: object = None
        try:
            message = _message(text)
            mark = message.get("id")
            result, subscription = self._result(socket, subscribed, message)
        except BinanceError as error:
            answer: Answer = {"id": mark, "status": error.status, "error": error.body}
            socket.send(json.dumps(answer))
            return
        socket.send(json.dumps({"id": mark, "status": 200, "result": result}))
        if subscription is not None:
            self._venue.user_streams.add(subscription)

    def _result(
        self, socket: Socket, subscribed: dict[str, int], message: Answer
    ) -> tuple[Answer, Subscription | None]:
        method = message.get("method")
        if method == "ping":
            return {}, None
        if method == "time":
            return {"serverTime": self._venue.exchange.now_ms()}, None
        if method != SUBSCRIBE:
            raise BinanceError(-1020, "This operation is not supported.")
        api_key = self._authenticated(message)
        if api_key in subscribed:
            raise BinanceError(-2035, "User Data Stream subscription already active.")
        subscribed[api_key] = len(subscribed)
        subscription = Subscription(id=subscribed[api_key], api_key=api_key, socket=socket)
        return {"subscriptionId": subscription.id}, subscription

    def _authenticated(self, message: Answer) -> str:
        given = message.get("params")
        if not isinstance(given, dict):
            raise errors.missing("apiKey")
        pairs = cast("dict[str, object]", given)
        values = {name: str(value) for name, value in pairs.items()}
        api_key = values.get("apiKey", "")
        facts = {"api_key": api_key, "method": SUBSCRIBE, "path": PATH, "symbol": ""}
        self._venue.gate.admit(facts)
        account = security.known(self._venue.exchange.accounts, api_key)
        self._venue.gate.check_key(facts)
        now = self._venue.gate.now_ms(facts)
        security.check(account, values, security.socket_payload(values), now_ms=now)
        return api_key


def _message(text: str) -> Answer:
    try:
        given: object = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict):
        raise BinanceError(-1135, "Invalid JSON Request")
    return cast("Answer", given)
