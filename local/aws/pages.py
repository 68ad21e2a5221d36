"""CloudFront's part on one machine: the terminal's files beside the API, on one origin.

Addresses of the API go on to it; every other address is a file of the build, or a place within the
terminal, which the build's one page finds for itself.
"""

import asyncio
import json
from pathlib import Path

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local.sign_in import CLIENT

OF_THE_API = ("/api/", "/docs", "/openapi.json", "/_health")
SETTINGS = "/settings.json"
PAGE = "index.html"


def headers(*, issuer: str, live: str) -> dict[str, str]:
    """Return what every answer tells a browser: run what comes from here, ask these and nobody."""
    return {
        "Content-Security-Policy": (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
            f"font-src 'self'; connect-src 'self' {issuer} {live}; form-action 'none'; "
            "base-uri 'none'; frame-ancestors 'none'"
        ),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }


def terminal(build: Path, *, issuer: str, live: str) -> Middleware:
    """Serve a build of the terminal.

    Args:
        build: the folder; without an `index.html` in it there is the API alone.
        issuer: whom to sign in with.
        live: origin of the WebSocket API, with `wss:`.
    """
    told = headers(issuer=issuer, live=live)
    settings = json.dumps({"issuer": issuer, "client_id": CLIENT, "scope": "openid"})

    @web.middleware
    async def serve(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.path
        page = build / PAGE
        if path.startswith(OF_THE_API) or request.method not in {"GET", "HEAD"}:
            return await handler(request)
        if not await asyncio.to_thread(page.is_file):
            return await handler(request)
        if path == SETTINGS:
            fresh = told | {"Cache-Control": "no-store"}
            return web.Response(text=settings, content_type="application/json", headers=fresh)
        file = await asyncio.to_thread(found, build, path)
        if file is None:
            return web.Response(status=404, text="there is no such file", headers=told)
        return web.FileResponse(file, headers=told | {"Cache-Control": kept(path)})

    return serve


def kept(path: str) -> str:
    """Return how long a file is kept; those of `/assets/` have their content's hash in the name."""
    return "public, max-age=31536000, immutable" if path.startswith("/assets/") else "no-cache"


def found(build: Path, path: str) -> Path | None:
    """Return the file of an address: the page for places, nothing for files that are not there."""
    name = path.rpartition("/")[2]
    if "." not in name:
        return build / PAGE
    file = (build / path.lstrip("/")).resolve()
    return file if file.is_file() and file.is_relative_to(build.resolve()) else None
