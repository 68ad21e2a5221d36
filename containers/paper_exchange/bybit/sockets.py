"""Bybit's two connections: `/v5/public/spot` and `/v5/private`, with their `op` messages.

    {"req_id": "test", "op": "subscribe", "args": ["orderbook.1.BTCUSDT"]}
    {"success": true, "ret_msg": "", "conn_id": "cf71cb32", "req_id": "test", "op": "subscribe"}

https://github.com/bybit-exchange/docs/blob/master/docs/v5/ws/connect.mdx
"""

import json
from collections.abc import Callable
from secrets import token_hex
from typing import cast

from aiohttp import WSMsgType, web

from containers.paper_exchange.bybit import errors, security
from containers.paper_exchange.bybit.errors import BybitError
from containers.paper_exchange.bybit.private_stream import TOPICS
from containers.paper_exchange.bybit.venue import Venue
from containers.paper_exchange.readers import Reader
from containers.paper_exchange.sockets import Socket
from containers.paper_exchange.subscriptions import Subscription

PRIVATE = "/v5/private"
MOST_ARGS = 10
Message = dict[str, object]


class Sockets:
    """Handlers of connections."""

    def __init__(self, venue: Venue) -> None:
        self._venue = venue

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v5/public/spot", self.public),
            web.get(PRIVATE, self.private),
        ]

    async def public(self, request: web.Request) -> web.StreamResponse:
        socket = Socket()
        await socket.open(request)
        line = PublicLine(self._venue, socket)
        try:
            await _converse(socket, line.answer)
        finally:
            line.close()
            await socket.finish()
        return socket.response

    async def private(self, request: web.Request) -> web.StreamResponse:
        socket = Socket()
        await socket.open(request)
        line = PrivateLine(self._venue, socket)
        try:
            await _converse(socket, line.answer)
        finally:
            line.close()
            await socket.finish()
        return socket.response


class PublicLine:
    """One public connection."""

    def __init__(self, venue: Venue, socket: Socket) -> None:
        self._streams = venue.market_streams
        self._reader = Reader(socket=socket)
        self._talk = Talk(socket)
        self._streams.readers.add(self._reader)

    def close(self) -> None:
        self._streams.readers.drop(self._reader)

    def answer(self, message: Message) -> None:
        op, mark, args = _parts(message)
        topics = [str(arg) for arg in args]
        if op == "ping":
            self._talk.say("ping", mark, text="pong")
        elif op == "subscribe":
            problem = self._problem(topics)
            self._talk.say(op, mark, success=not problem, text=problem)
            if not problem:
                self._streams.subscribe(self._reader, topics)
        elif op == "unsubscribe":
            self._streams.readers.unsubscribe(self._reader, topics)
            self._talk.say(op, mark)
        else:
            self._talk.say(op, mark, success=False, text=f"unknown op {op!r}")

    def _problem(self, topics: list[str]) -> str:
        if len(topics) > MOST_ARGS:
            return f"args size >{MOST_ARGS}"
        unknown = [topic for topic in topics if not self._streams.knows(topic)]
        return f"error:handler not found,topic:{','.join(unknown)}" if unknown else ""


class PrivateLine:
    """One private connection; until it is authenticated it hears nothing."""

    def __init__(self, venue: Venue, socket: Socket) -> None:
        self._venue = venue
        self._socket = socket
        self._talk = Talk(socket)
        self._subscription: Subscription | None = None

    def close(self) -> None:
        self._venue.private_streams.drop(self._socket)

    def answer(self, message: Message) -> None:
        op, mark, args = _parts(message)
        if op == "ping":
            self._talk.say("pong", mark, text=str(self._venue.exchange.now_ms()))
        elif op == "auth":
            self._authenticate(mark, args)
        elif self._subscription is None:
            self._talk.say(op, mark, success=False, text="Request not authorized")
        elif op == "subscribe":
            self._subscribe(self._subscription, mark, args)
        elif op == "unsubscribe":
            self._subscription.topics -= {str(arg) for arg in args}
            self._talk.say(op, mark)
        else:
            self._talk.say(op, mark, success=False, text=f"unknown op {op!r}")

    def _subscribe(self, subscription: Subscription, mark: str, args: list[object]) -> None:
        """Topics may be narrowed to a category, as in `order.spot`."""
        asked = {str(arg).removesuffix(".spot") for arg in args}
        unknown = sorted(asked - set(TOPICS))
        if unknown:
            text = f"error:handler not found,topic:{','.join(unknown)}"
            self._talk.say("subscribe", mark, success=False, text=text)
            return
        subscription.topics |= asked
        self._talk.say("subscribe", mark)

    def _authenticate(self, mark: str, args: list[object]) -> None:
        try:
            api_key = self._checked(args)
        except BybitError as refused:
            self._talk.say("auth", mark, success=False, text=refused.text)
            self._socket.close()
            return
        if self._subscription is not None:
            self._talk.say("auth", mark, success=False, text="Repeat auth")
            return
        self._subscription = Subscription(api_key=api_key, socket=self._socket)
        self._venue.private_streams.add(self._subscription)
        self._talk.say("auth", mark)

    def _checked(self, args: list[object]) -> str:
        match args:
            case [str(api_key), int() | str() as expires, str(signature)] if str(
                expires
            ).isdecimal():
                facts = {"api_key": api_key, "method": "auth", "path": PRIVATE, "symbol": ""}
            case _:
                raise errors.bad_parameter("Params Error")
        self._venue.gate.admit(facts)
        account = security.known(self._venue.exchange.accounts, api_key)
        self._venue.gate.check_key(facts)
        now = self._venue.gate.now_ms(facts)
        security.check_stream(account, int(expires), signature, now_ms=now)
        return api_key


class Talk:
    """What the server itself says on a connection."""

    def __init__(self, socket: Socket) -> None:
        self._socket = socket
        self._id = token_hex(8)

    def say(self, op: str, mark: str, *, success: bool = True, text: str = "") -> None:
        said = {
            "success": success,
            "ret_msg": text,
            "conn_id": self._id,
            "req_id": mark,
            "op": op,
        }
        self._socket.send(json.dumps(said))


async def _converse(socket: Socket, answer: Callable[[Message], None]) -> None:
    async for message in socket.response:
        if message.type is WSMsgType.TEXT:
            answer(_message(message.data))


def _message(text: str) -> Message:
    try:
        given: object = json.loads(text)
    except ValueError:
        given = None
    return cast("Message", given) if isinstance(given, dict) else {}


def _parts(message: Message) -> tuple[str, str, list[object]]:
    """Return op, req_id and args; a ping's args are a number, and nobody looks at them."""
    args = message.get("args")
    listed = cast("list[object]", args) if isinstance(args, list) else []
    return str(message.get("op", "")), str(message.get("req_id", "")), listed
