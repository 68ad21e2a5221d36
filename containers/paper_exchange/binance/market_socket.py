"""Market data connections: `/ws`, `/ws/<stream>`, `/stream?streams=a/b`, live subscribing.

    {"method": "SUBSCRIBE", "params": ["btcusdt@aggTrade", "btcusdt@depth"], "id": 1}
    {"result": null, "id": 1}

https://github.com/binance/binance-spot-api-docs/blob/master/web-socket-streams.md
"""

import json
from typing import cast

from aiohttp import WSMsgType, web

from containers.paper_exchange.binance.venue import Venue
from containers.paper_exchange.readers import Reader
from containers.paper_exchange.sockets import Socket

Answer = dict[str, object]


class MarketSockets:
    """Handlers of market data connections."""

    def __init__(self, venue: Venue) -> None:
        self._readers = venue.market_streams.readers

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/ws", self.raw),
            web.get("/ws/{stream:.+}", self.raw),
            web.get("/stream", self.combined),
        ]

    async def raw(self, request: web.Request) -> web.StreamResponse:
        named = request.match_info.get("stream", "")
        return await self._serve(request, named, combined=False)

    async def combined(self, request: web.Request) -> web.StreamResponse:
        return await self._serve(request, request.query.get("streams", ""), combined=True)

    async def _serve(
        self, request: web.Request, named: str, *, combined: bool
    ) -> web.StreamResponse:
        socket = Socket()
        await socket.open(request)
        reader = Reader(socket=socket, frame=_combined) if combined else Reader(socket=socket)
        self._readers.add(reader)
        self._readers.subscribe(reader, [name for name in named.split("/") if name])
        try:
            async for message in socket.response:
                if message.type is WSMsgType.TEXT:
                    socket.send(json.dumps(self._answer(reader, message.data)))
        finally:
            self._readers.drop(reader)
            await socket.finish()
        return socket.response

    def _answer(self, reader: Reader, text: str) -> Answer:
        try:
            given: object = json.loads(text)
        except ValueError as bad:
            return _error(3, f"Invalid JSON: {bad}", None)
        if not isinstance(given, dict):
            return _error(2, "Invalid request: request must be an object", None)
        message = cast("dict[str, object]", given)
        mark, method = message.get("id"), message.get("method")
        if method == "LIST_SUBSCRIPTIONS":
            return {"result": list(reader.topics), "id": mark}
        names = message.get("params")
        if method not in ("SUBSCRIBE", "UNSUBSCRIBE"):
            return _error(2, f"Invalid request: unknown variant {method}", mark)
        if not isinstance(names, list):
            return _error(2, "Invalid request: params must be a list of streams", mark)
        streams = [str(name) for name in cast("list[object]", names)]
        if method == "SUBSCRIBE":
            self._readers.subscribe(reader, streams)
        else:
            self._readers.unsubscribe(reader, streams)
        return {"result": None, "id": mark}


def _combined(stream: str, text: str) -> str:
    return f'{{"stream":"{stream}","data":{text}}}'


def _error(code: int, text: str, mark: object) -> Answer:
    return {"error": {"code": code, "msg": text}, "id": mark}
