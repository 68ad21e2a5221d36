"""The issuer as an authorizer meets it: discovery, keys, a token that verifies."""

import json
import urllib.request
from collections.abc import Generator
from contextlib import closing
from datetime import timedelta
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from local import clock, issuer, ports, probes, sign_in
from tests.fixtures.services import room, running

TERMINAL = "https://localhost:8443"


@pytest.fixture(scope="module")
def server() -> Generator[tuple[str, Path]]:
    """The issuer's address and its key."""
    with room() as folder:
        key = folder / "issuer.key"
        issuer.create_key(key)
        port = ports.free()
        url = f"http://127.0.0.1:{port}"
        arguments = ["--key", key, "--port", port, "--terminal", TERMINAL]
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


def ask(url: str, path: str, form: dict[str, str] | None = None) -> tuple[int, Message, bytes]:
    """Ask without following where it leads."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request("POST" if form else "GET", path, urlencode(form) if form else None, headers)
    with closing(connection):
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()


def test_a_person_signs_in_at_the_page(server: tuple[str, Path]) -> None:
    """S0-110: as any provider's page, with a code and its verifier."""
    url, key = server
    known = fetch(f"{url}/.well-known/openid-configuration")
    query = urlencode(
        {
            "client_id": sign_in.CLIENT, "response_type": "code", "state": "s", "nonce": "n",
            "redirect_uri": TERMINAL + sign_in.CALLBACK, "code_challenge_method": "S256",
            "code_challenge": sign_in.challenge_of("v" * 43),
        }
    )  # fmt: skip
    authorize = known["authorization_endpoint"].removeprefix(url) + "?" + query
    status, headers, page = ask(url, authorize)
    assert status == 200
    assert b"<form" in page
    assert "script" not in headers["Content-Security-Policy"]

    person = {"user": "ana", "organization": "acme", "role": "viewer"}
    status, headers, _ = ask(url, authorize, person)
    assert status == 303
    back = dict(parse_qsl(urlsplit(headers["Location"]).query))
    form = {
        "grant_type": "authorization_code", "client_id": sign_in.CLIENT, "code": back["code"],
        "redirect_uri": TERMINAL + sign_in.CALLBACK, "code_verifier": "v" * 43,
    }  # fmt: skip
    status, _, body = ask(url, known["token_endpoint"].removeprefix(url), form)
    assert status == 200
    claims = jwt.decode(
        json.loads(body)["access_token"], issuer.load_key(key), algorithms=["RS256"]
    ).claims

    assert (claims["sub"], claims["org_id"], claims["org_role"]) == ("ana", "acme", "viewer")
    assert claims["nonce"] == "n"
    assert ask(url, "/token", form)[0] == 400


def test_another_name_for_this_machine_is_refused(server: tuple[str, Path]) -> None:
    """A page that points its own name at this machine gets nobody's code."""
    connection = HTTPConnection(urlsplit(server[0]).netloc, timeout=10)
    with closing(connection):
        connection.request("GET", "/authorize", headers={"Host": "evil.example"})
        assert connection.getresponse().status == 400
