"""Public REST requests of sessions, over one set of kept connections."""

from dataclasses import dataclass
from typing import Protocol

import aiohttp

from janym.ports.feeds import Request

TIMEOUT_S = 10.0
LARGEST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; a status of 0 says that nothing whole did."""

    status: int
    body: bytes = b""
    retry_after_s: float | None = None


class Fetching(Protocol):
    """Makes requests. It never raises: no answer is an answer of its own."""

    async def fetch(self, origin: str, request: Request, /) -> Answer:
        """Make a request at `origin`, `https://api.example.com`."""
        ...


class HttpFetching:
    """`Fetching` over aiohttp; redirects are not followed."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, origin: str, request: Request) -> Answer:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S), auto_decompress=True
            )
        try:
            async with self._session.request(
                request.method,
                origin.rstrip("/") + request.path,
                params=dict(request.query),
                allow_redirects=False,
            ) as response:
                body = await _whole(response)
                patience = response.headers.get("Retry-After", "")
                return Answer(
                    status=0 if body is None else response.status,
                    body=body or b"",
                    retry_after_s=float(patience) if patience.isdecimal() else None,
                )
        except (TimeoutError, aiohttp.ClientError, OSError):
            return Answer(status=0)

    async def close(self) -> None:
        """Close the kept connections."""
        if self._session is not None:
            await self._session.close()


async def _whole(response: aiohttp.ClientResponse) -> bytes | None:
    """Read all of an answer, however many pieces it comes in; None where it is too large."""
    body = bytearray()
    async for piece in response.content.iter_any():
        body += piece
        if len(body) > LARGEST_ANSWER:
            return None
    return bytes(body)
