"""HTTP to one exchange: one connection kept open, nothing followed, nothing sent twice.

A request that changes something must not be repeated by accident, so a connection that the other
side closed meanwhile is only replaced for a GET; for anything else whoever asked decides.
"""

import http.client
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from janym.domain.errors import OutcomeUnknown

TIMEOUT_S = 8.0
LARGEST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What goes out."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes | None


class Http:
    """Connections to one origin, one per thread.

    Args:
        origin: `https://api.example.com`; a path in it stands before that of each request.
    """

    def __init__(self, origin: str) -> None:
        address = urlsplit(origin)
        if address.scheme not in {"http", "https"} or not address.hostname:
            raise ValueError(f"{origin!r} is no address of an exchange; want https://host")
        self._host = address.hostname
        self._port = address.port
        self._tls = ssl.create_default_context() if address.scheme == "https" else None
        self._path = address.path.rstrip("/")
        self._mine = threading.local()

    def send(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Answer:
        """Send a request; `target` is its path and query.

        Raises:
            OutcomeUnknown: no whole answer came; the request may have been carried out.
        """
        asked = _Asked(method=method, target=target, headers=headers, body=body)
        kept = self._kept()
        try:
            return self._sent(kept or self._opened(), asked)
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            stale = kept is not None and method == "GET" and _was_closed(error)
            if not stale:
                raise self._unknown(error) from error
        try:
            return self._sent(self._opened(), asked)
        except (OSError, http.client.HTTPException) as error:
            self._drop()
            raise self._unknown(error) from error

    def close(self) -> None:
        """Close this thread's connection."""
        self._drop()

    def _sent(self, connection: http.client.HTTPConnection, asked: "_Asked") -> Answer:
        target = self._path + asked.target
        connection.request(asked.method, target, body=asked.body, headers=dict(asked.headers))
        response = connection.getresponse()
        body = response.read(LARGEST_ANSWER)
        if not response.isclosed():
            raise http.client.HTTPException("the answer is too large")
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(status=response.status, headers=found, body=body)

    def _kept(self) -> http.client.HTTPConnection | None:
        connection: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        return connection if connection is not None and connection.sock is not None else None

    def _opened(self) -> http.client.HTTPConnection:
        if self._tls is None:
            connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
        else:
            connection = http.client.HTTPSConnection(
                self._host, self._port, timeout=TIMEOUT_S, context=self._tls
            )
        self._mine.connection = connection
        return connection

    def _drop(self) -> None:
        connection: http.client.HTTPConnection | None = getattr(self._mine, "connection", None)
        if connection is not None:
            connection.close()
            self._mine.connection = None

    def _unknown(self, error: Exception) -> OutcomeUnknown:
        kind = type(error).__name__
        return OutcomeUnknown(f"{self._host} gave no whole answer ({kind})")


def _was_closed(error: Exception) -> bool:
    """Tell a kept connection that the other side had closed from one that broke while answering."""
    return isinstance(
        error, ConnectionResetError | BrokenPipeError | http.client.RemoteDisconnected
    )
