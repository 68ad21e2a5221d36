"""The issuer as an authorizer meets it: discovery, keys, a token that verifies."""

import json
import urllib.request
from collections.abc import Generator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from local import clock, issuer, ports, probes
from tests.fixtures.services import room, running


@pytest.fixture(scope="module")
def server() -> Generator[tuple[str, Path]]:
    """The issuer's address and its key."""
    with room() as folder:
        key = folder / "issuer.key"
        issuer.create_key(key)
        port = ports.free()
        url = f"http://127.0.0.1:{port}"
        arguments = ["--key", key, "--port", port]
        probe = probes.http(f"{url}/_health")
        with running("local.issuer", arguments, folder=folder, probe=probe):
            yield url, key


def fetch(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def test_a_token_verifies_by_discovery_alone(server: tuple[str, Path]) -> None:
    url, key = server
    at = clock.now()
    token = issuer.mint(
        issuer.load_key(key), issuer=url, organization="acme", role="trader", user="u1", at=at
    )

    known = fetch(f"{url}/.well-known/openid-configuration")
    keys = KeySet.import_key_set(fetch(known["jwks_uri"]))
    claims = jwt.decode(token, keys, algorithms=["RS256"]).claims

    assert known["issuer"] == url
    assert claims["iss"] == url
    assert claims["aud"] == "janym"
    assert (claims["sub"], claims["org_id"], claims["org_role"]) == ("u1", "acme", "trader")
    assert claims["exp"] - claims["iat"] == timedelta(hours=12).total_seconds()


def test_private_parts_of_the_key_are_not_served(server: tuple[str, Path]) -> None:
    url, _ = server

    (key,) = fetch(f"{url}/.well-known/jwks.json")["keys"]

    assert set(key) == {"kty", "kid", "use", "alg", "n", "e"}


def test_an_unknown_role_is_refused(server: tuple[str, Path]) -> None:
    url, key = server

    with pytest.raises(ValueError, match="no role 'boss'; there are admin, trader, viewer"):
        issuer.mint(
            issuer.load_key(key),
            issuer=url,
            organization="acme",
            role="boss",
            user="u1",
            at=clock.now(),
        )
