"""Who may call a route: JSON web tokens checked against the issuer, signatures recomputed."""

import asyncio
import hashlib
import hmac
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self, cast

import aiohttp
from aiohttp import web
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from local.aws.cloud import Jwt
from local.aws.stack import Json
from local.environment import ACCOUNT, REGION

ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"]
CLOCK_SKEW = timedelta(minutes=5)
KEYS_AGE = 300.0
"""Seconds for which an issuer's keys are kept; an unknown key id asks again."""
KEYS_PAUSE = 1.0


class Unauthorized(Exception):
    """The token is missing or refused; the message is what the caller may know."""


class Forbidden(Exception):
    """The signature is missing or refused."""


class Issuers:
    """Verifies bearer tokens with the keys that their issuer publishes."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        trust: ssl.SSLContext | None,
    ) -> None:
        self._session = session
        self._now = now
        self._trust = trust
        self._keys: dict[str, tuple[float, KeySet]] = {}

    async def claims(self, authorization: str | None, asked: Jwt) -> Json:
        """The token's claims. Raises Unauthorized."""
        if not authorization:
            raise Unauthorized("")
        scheme, _, rest = authorization.partition(" ")
        token = rest.strip() if scheme.lower() == "bearer" else authorization
        try:
            claims = await self._decode(token, asked.issuer)
        except (JoseError, ValueError) as error:
            raise Unauthorized("the token is malformed or its signature is wrong") from error
        self._check(claims, asked)
        return claims

    async def _decode(self, token: str, issuer: str) -> Json:
        try:
            decoded = jwt.decode(token, await self._issuer_keys(issuer), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            keys = await self._issuer_keys(issuer, older_than=KEYS_PAUSE)
            decoded = jwt.decode(token, keys, algorithms=ALGORITHMS)
        return decoded.claims

    def _check(self, claims: Json, asked: Jwt) -> None:
        now = self._now().timestamp()
        if claims.get("iss") != asked.issuer:
            raise Unauthorized("the issuer is not the one expected")
        if not isinstance(claims.get("exp"), int | float) or claims["exp"] <= now:
            raise Unauthorized("the token has expired")
        if isinstance(claims.get("nbf"), int | float) and claims["nbf"] > now:
            raise Unauthorized("the token is not valid yet")
        said: Any = claims.get("aud", claims.get("client_id"))
        audience = cast("list[Any]", said) if isinstance(said, list) else [said]
        if not set(audience) & set(asked.audience):
            raise Unauthorized("the token is for another audience")

    async def _issuer_keys(self, issuer: str, older_than: float = KEYS_AGE) -> KeySet:
        at = asyncio.get_running_loop().time()
        known = self._keys.get(issuer)
        if known is not None and at - known[0] < older_than:
            return known[1]
        try:
            place = await self._get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            keys = KeySet.import_key_set(cast("Any", await self._get(place["jwks_uri"])))
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError, JoseError) as error:
            raise Unauthorized("the issuer's keys cannot be read") from error
        self._keys[issuer] = (at, keys)
        return keys

    async def _get(self, url: str) -> Json:
        trust = self._trust if self._trust is not None and url.startswith("https:") else True
        async with self._session.get(url, ssl=trust) as answer:
            answer.raise_for_status()
            return cast("Json", await answer.json(content_type=None))


def text_claims(claims: Json) -> dict[str, str]:
    """Claims as the JWT authorizer hands them on: every value is text."""
    return {name: _text(value) for name, value in claims.items()}


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "[" + " ".join(_text(item) for item in cast("list[Any]", value)) + "]"
    if isinstance(value, dict):
        pairs = sorted(cast("Json", value).items())
        return "map[" + " ".join(f"{k}:{_text(v)}" for k, v in pairs) + "]"
    return "<nil>" if value is None else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """Credentials that the task runner gave to a task."""

    secret: str
    token: str
    role: str
    session: str


Lookup = Callable[[str], Awaitable[Issued | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """The parts of an `Authorization: AWS4-HMAC-SHA256 …` header."""

    access_key: str
    scope: str
    headers: tuple[str, ...]
    value: str

    @classmethod
    def parse(cls, header: str) -> Self:
        """Raises Forbidden when it is no such header."""
        algorithm, _, rest = header.partition(" ")
        parts = (part.strip().partition("=") for part in rest.split(","))
        fields = {name: text for name, _, text in parts}
        credential, _, scope = fields.get("Credential", "").partition("/")
        signed = fields.get("SignedHeaders", "")
        value = fields.get("Signature", "")
        if algorithm != "AWS4-HMAC-SHA256" or not (credential and scope and signed and value):
            raise Forbidden("no signature of version 4")
        headers = tuple(signed.split(";"))
        return cls(access_key=credential, scope=scope, headers=headers, value=value)


async def signer(request: web.Request, body: bytes, lookup: Lookup, now: datetime) -> Json:
    """The identity that signed the request, as `requestContext.authorizer.iam`.

    Raises Forbidden. The signature is computed again from the request as it arrived.
    """
    given = Signature.parse(request.headers.get("Authorization", ""))
    stamp = _signed_at(request.headers, given, now)
    issued = await lookup(given.access_key)
    if issued is None:
        raise Forbidden("unknown or revoked access key")
    token = request.headers.get("X-Amz-Security-Token", "")
    if not hmac.compare_digest(token, issued.token):
        raise Forbidden("the session token does not belong to the access key")
    if "host" not in given.headers or not _payload_hash_fits(request.headers, body):
        raise Forbidden("the signature does not cover the request")
    expected = _signature(request, body, given, issued, stamp)
    if not hmac.compare_digest(expected, given.value):
        raise Forbidden("the signature does not match")
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/{issued.role}/{issued.session}"
    return {
        "accessKey": given.access_key,
        "accountId": ACCOUNT,
        "callerId": f"AROA{issued.role.upper()}:{issued.session}",
        "cognitoIdentity": None,
        "principalOrgId": None,
        "userArn": arn,
        "userId": f"AROA{issued.role.upper()}:{issued.session}",
    }


def _signed_at(headers: Mapping[str, str], given: Signature, now: datetime) -> str:
    stamp = headers.get("X-Amz-Date", "")
    try:
        signed = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise Forbidden("no X-Amz-Date") from None
    if abs(now - signed) > CLOCK_SKEW:
        raise Forbidden("the signature has expired")
    if given.scope != f"{stamp[:8]}/{REGION}/execute-api/aws4_request":
        raise Forbidden("the signature has another scope")
    return stamp


def _payload_hash_fits(headers: Mapping[str, str], body: bytes) -> bool:
    said = headers.get("X-Amz-Content-SHA256")
    return said is None or hmac.compare_digest(said, hashlib.sha256(body).hexdigest())


def _signature(
    request: web.Request, body: bytes, given: Signature, issued: Issued, stamp: str
) -> str:
    headers = {
        name: ",".join(request.headers.getall(name))
        for name in given.headers
        if name in request.headers
    }
    url = f"{request.scheme}://{request.host}{request.rel_url.raw_path_qs}"
    again = AWSRequest(method=request.method, url=url, data=body, headers=headers)
    again.context["timestamp"] = stamp
    auth = SigV4Auth(Credentials(given.access_key, issued.secret), "execute-api", REGION)
    canonical = auth.canonical_request(again)
    return auth.signature(auth.string_to_sign(again, canonical), again)
