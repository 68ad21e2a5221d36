"""Ending a client's connection, as IoT Core's data plane does for its callers.

The broker ends a connection when another comes under the same name: a certificate of that name is
made, used for one handshake, and thrown away.
"""

import asyncio
import ssl
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiohttp import web

from local import pki
from local.aws.iot_data import error

WITHIN = 5.0
_CONNACK = 4
_GOODBYE = b"\xe0\x00"
_CLEAN = 0x02


class IotConnections:
    """Serves `DeleteConnection`.

    https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteConnection.html
    """

    def __init__(
        self, *, authority: Path, host: str, port: int, now: Callable[[], datetime]
    ) -> None:
        self._authority = authority
        self._host, self._port = host, port
        self._now = now

    def routes(self, app: web.Application) -> None:
        """Add the path to a server."""
        app.router.add_delete("/connections/{client}", self._delete)

    async def _delete(self, request: web.Request) -> web.Response:
        client = request.match_info["client"]
        clean = request.query.get("cleanSession", "false").lower() == "true"
        if client in pki.PLATFORM:
            return error(403, "ForbiddenException", f"{client} is the platform's own")
        try:
            await asyncio.wait_for(self._take_over(client, clean=clean), WITHIN)
        except pki.BadRequest as refused:
            return error(400, "InvalidRequestException", str(refused))
        except (OSError, TimeoutError, asyncio.IncompleteReadError) as away:
            return error(503, "ServiceUnavailableException", f"the broker is away: {away!r}")
        return web.Response(status=200)

    async def _take_over(self, client: str, *, clean: bool) -> None:
        reader, writer = await asyncio.open_connection(
            self._host, self._port, ssl=self._context(client)
        )
        try:
            writer.write(_connect(client, clean=clean))
            await reader.readexactly(_CONNACK)
            writer.write(_GOODBYE)
            await writer.drain()
        finally:
            writer.close()

    def _context(self, client: str) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=self._authority / "ca.crt")
        with tempfile.TemporaryDirectory(dir=self._authority) as folder:
            pki.load(self._authority).issue(Path(folder), client, at=self._now())
            context.load_cert_chain(Path(folder) / f"{client}.crt", Path(folder) / f"{client}.key")
        return context


def _connect(client: str, *, clean: bool) -> bytes:
    name = client.encode()
    flags = _CLEAN if clean else 0
    body = b"\x00\x04MQTT\x04" + bytes([flags]) + b"\x00\x1e" + len(name).to_bytes(2) + name
    return bytes([0x10]) + _length(len(body)) + body


def _length(of: int) -> bytes:
    """MQTT's variable length, of at most two bytes: a name has no more than 128."""
    return bytes([of]) if of < 0x80 else bytes([of & 0x7F | 0x80, of >> 7])
