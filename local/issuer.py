"""The OIDC issuer of one machine: a key, two documents, and tokens for the command line.

    python -m local.issuer --key FILE --port P

Anybody who may read the stack's folder may be anybody: it is for this machine alone.
"""

import argparse
import json
import sys
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from local import death
from local.layout import write_private

AUDIENCE = "janym"
ROLES = ("admin", "trader", "viewer")
LIFETIME = timedelta(hours=12)
_ALGORITHM = "RS256"
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
    }
    return jwt.encode({"alg": _ALGORITHM, "kid": key.kid}, claims, key)


def documents(key: RSAKey, issuer: str) -> dict[str, dict[str, Any]]:
    """Return what is served, by path."""
    keys = f"{issuer}/.well-known/jwks.json"
    return {
        "/_health": {"status": "ok"},
        "/.well-known/openid-configuration": {
            "issuer": issuer,
            "jwks_uri": keys,
            "response_types_supported": ["id_token"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [_ALGORITHM],
        },
        "/.well-known/jwks.json": dict(KeySet([key]).as_dict(private=False)),
    }


class Server(ThreadingHTTPServer):
    """Serves fixed documents."""

    daemon_threads = True

    def __init__(self, port: int, pages: dict[str, dict[str, Any]]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.pages = {path: json.dumps(page).encode() for path, page in pages.items()}


class _Handler(BaseHTTPRequestHandler):
    server: Server  # pyright: ignore[reportIncompatibleVariableOverride] - narrowed on purpose
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        page = self.server.pages.get(self.path)
        content = page if page is not None else b'{"error": "not found"}'
        self.send_response(200 if page is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing per request."""


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    issuer = f"http://127.0.0.1:{options.port}"
    server = Server(options.port, documents(load_key(options.key), issuer))
    death.leave_on_request()
    print(f"answering on {issuer}", flush=True)
    server.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.issuer", description=__doc__)
    parser.add_argument("--key", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
