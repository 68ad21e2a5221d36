"""The OIDC issuer of one machine: a key, two documents, tokens, and a page to sign in at.

    python -m local.issuer --key FILE --port P [--terminal https://localhost:P]

Anybody who may read the stack's folder may be anybody: it is for this machine alone.
"""

import argparse
import json
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from local import clock, death, sign_in
from local.layout import write_private
from local.sign_in import Asked, Codes, Grant, Refused

AUDIENCE = "janym"
ROLES = tuple(sign_in.ROLES)
LIFETIME = timedelta(hours=12)
AUTHORIZE = "/authorize"
TOKEN = "/token"  # noqa: S105 - a path
_ALGORITHM = "RS256"
_LONGEST_BODY = 16 * 1024
_BITS = 2048
_SKEW = timedelta(seconds=5)


def create_key(file: Path) -> None:
    """Make the signing key where there is none."""
    if not file.exists():
        write_private(file, RSAKey.generate_key(_BITS).as_pem(private=True))


def load_key(file: Path) -> RSAKey:
    """Read the key. Its id is its thumbprint, so a new key is never taken for the old one."""
    key = RSAKey.import_key(file.read_bytes())
    return RSAKey.import_key(
        file.read_bytes(), {"kid": key.thumbprint(), "use": "sig", "alg": _ALGORITHM}
    )


def mint(  # noqa: PLR0913 - a token's claims
    key: RSAKey,
    *,
    issuer: str,
    organization: str,
    role: str,
    user: str,
    at: datetime,
    lifetime: timedelta = LIFETIME,
    nonce: str | None = None,
) -> str:
    """Return a signed token for one user in one organization.

    Raises:
        ValueError: the role is none of ours.
    """
    if role not in ROLES:
        raise ValueError(f"no role {role!r}; there are {', '.join(ROLES)}")
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": user,
        "org_id": organization,
        "org_role": role,
        "iat": int(at.timestamp()),
        "nbf": int((at - _SKEW).timestamp()),
        "exp": int((at + lifetime).timestamp()),
    } | ({"nonce": nonce} if nonce else {})
    return jwt.encode({"alg": _ALGORITHM, "kid": key.kid}, claims, key)


def documents(key: RSAKey, issuer: str) -> dict[str, dict[str, Any]]:
    """Return what is served, by path."""
    keys = f"{issuer}/.well-known/jwks.json"
    return {
        "/_health": {"status": "ok"},
        "/.well-known/openid-configuration": {
            "issuer": issuer,
            "jwks_uri": keys,
            "authorization_endpoint": f"{issuer}{AUTHORIZE}",
            "token_endpoint": f"{issuer}{TOKEN}",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [_ALGORITHM],
        },
        "/.well-known/jwks.json": dict(KeySet([key]).as_dict(private=False)),
    }


class Server(ThreadingHTTPServer):
    """Serves fixed documents, the page to sign in at, and tokens for codes."""

    daemon_threads = True

    def __init__(self, port: int, key: RSAKey, *, terminal: str | None = None) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.terminal = terminal
        self.codes = Codes(clock.now)
        self._key = key
        made = documents(key, self.issuer)
        self.pages = {path: json.dumps(page).encode() for path, page in made.items()}

    def tokens(self, grant: Grant) -> dict[str, Any]:
        """Answer a code's exchange."""
        person = grant.person
        token = mint(
            self._key,
            issuer=self.issuer,
            organization=person.organization,
            role=person.role,
            user=person.user,
            at=clock.now(),
            nonce=grant.nonce,
        )
        return {
            "access_token": token,
            "id_token": token,
            "token_type": "Bearer",
            "expires_in": int(LIFETIME.total_seconds()),
            "scope": "openid",
        }


class _Handler(BaseHTTPRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride] - narrowed on purpose
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        page = self.server.pages.get(path)
        if path == AUTHORIZE:
            self._authorize(lambda _: (200, sign_in.page(), {}))
        elif page is not None:
            self._answer(200, page, **_FOR_PAGES)
        else:
            self._answer(404, b'{"error": "not found"}')

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        form = self._form()
        if path == AUTHORIZE:
            self._authorize(lambda asked: self._admit(asked, form))
        elif path == TOKEN:
            try:
                answer = self.server.tokens(self.server.codes.take(form))
            except Refused as refusal:
                problem = {"error": refusal.code, "error_description": str(refusal)}
                self._answer(400, json.dumps(problem).encode(), **_FOR_PAGES)
            else:
                self._answer(200, json.dumps(answer).encode(), **_FOR_PAGES)
        else:
            self._answer(404, b'{"error": "not found"}')

    def _authorize(self, then: Callable[[Asked], tuple[int, bytes, dict[str, str]]]) -> None:
        """Show the page, or go on from it; a foreign name for this machine is nobody's."""
        terminal = self.server.terminal
        headers = {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": sign_in.policy(terminal),
            "Referrer-Policy": "no-referrer",
        }
        query = dict(parse_qsl(urlsplit(self.path).query))
        try:
            self._require_own_name()
            status, content, more = then(Asked.read(query, terminal=terminal))
        except Refused as refusal:
            status, content, more = 400, sign_in.refusal(str(refusal)), {}
        self._answer(status, content, **headers, **more)

    def _require_own_name(self) -> None:
        if self.headers.get("Host") != urlsplit(self.server.issuer).netloc:
            raise Refused("invalid_request", f"this issuer is {self.server.issuer}")

    def _admit(self, asked: Asked, form: dict[str, str]) -> tuple[int, bytes, dict[str, str]]:
        try:
            person = sign_in.read_person(form)
        except Refused as refusal:
            return 400, sign_in.page(str(refusal)), {}
        return 303, b"", {"Location": self.server.codes.give(asked, person)}

    def _form(self) -> dict[str, str]:
        length = min(int(self.headers.get("Content-Length") or 0), _LONGEST_BODY)
        return dict(parse_qsl(self.rfile.read(length).decode(errors="replace")))

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        told = {"Content-Type": "application/json", "Cache-Control": "no-store"} | headers
        for name, value in (told | {"Content-Length": str(len(content))}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing per request."""


_FOR_PAGES = {"Access-Control-Allow-Origin": "*"}
"""A page of another origin may read what is secret to nobody, and what its own code is worth."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    server = Server(options.port, load_key(options.key), terminal=options.terminal)
    death.leave_on_request()
    print(f"answering on {server.issuer}", flush=True)
    server.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.issuer", description=__doc__)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--terminal", help="origin of the web terminal that may sign people in")
    return parser


if __name__ == "__main__":
    sys.exit(main())
