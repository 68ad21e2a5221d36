"""A doorway in front of a server that can be made slow, or shut."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

CHUNK = 65_536


class Doorway:
    """Hands bytes on; `delay_s` holds up each piece, `shut` breaks what is open."""

    def __init__(self, port: int) -> None:
        self.delay_s = 0.0
        self.refused = 0
        self._port = port
        self._shut = False
        self._open: set[asyncio.StreamWriter] = set()

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[int]:
        """Stand until the block ends; gives the port."""
        server = await asyncio.start_server(self._enter, "127.0.0.1", 0)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            self.shut(value=True)
            server.close()

    def shut(self, *, value: bool) -> None:
        """Shut it, or open it again."""
        self._shut = value
        if value:
            for writer in self._open:
                writer.transport.abort()
            self._open.clear()

    async def _enter(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._shut:
            self.refused += 1
            writer.transport.abort()
            return
        beyond_reader, beyond = await asyncio.open_connection("127.0.0.1", self._port)
        self._open |= {writer, beyond}
        try:
            await asyncio.gather(
                self._pass(reader, beyond, slowly=True), self._pass(beyond_reader, writer)
            )
        finally:
            self._open -= {writer, beyond}
            writer.close()
            beyond.close()

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slowly: bool = False
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while piece := await reader.read(CHUNK):
                if slowly and self.delay_s:
                    await asyncio.sleep(self.delay_s)
                writer.write(piece)
                await writer.drain()
        with contextlib.suppress(ConnectionError, OSError):
            writer.write_eof()
