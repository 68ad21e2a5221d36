"""The platform and the exchange, as an ordinary HTTP client sees them."""

import json
import ssl
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.error import HTTPError
from urllib.request import Request, urlopen

LIMIT_S = 30


class Refused(Exception):
    """The other side answered, and said no."""

    def __init__(self, method: str, url: str, status: int, body: str) -> None:
        super().__init__(f"{method} {url}: {status} {body[:2000]}")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """JSON over HTTP(S), with a bearer token."""

    base: str
    token: str
    authority: Path | None = None
    """The certificate authority to trust for HTTPS."""

    def get(self, path: str) -> dict[str, Any]:
        return self._call("GET", path, None)

    def put(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._call("PUT", path, body)

    def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self._call("POST", path, body if body is not None else {})

    def every(self, path: str) -> list[dict[str, Any]]:
        """Read a list to its end, page by page."""
        rows: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            page = self.get(f"{path}?limit=500" + (f"&cursor={cursor}" if cursor else ""))
            rows += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                return rows

    def _call(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        url = self.base + path
        request = Request(  # noqa: S310 - the stack's own address
            url,
            method=method,
            headers=headers,
            data=json.dumps(body).encode() if body is not None else None,
        )
        trust = ssl.create_default_context(cafile=self.authority) if self.authority else None
        try:
            with urlopen(request, timeout=LIMIT_S, context=trust) as answer:  # noqa: S310 - as above
                return cast("dict[str, Any]", json.loads(answer.read() or b"{}"))
        except HTTPError as error:
            raise Refused(method, url, error.code, error.read().decode(errors="replace")) from error
