"""Who the task is to AWS: its role's credentials, and requests signed with them (SigV4).

The container agent gives the credentials at an address in the environment:
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
The AWS runtime that carries MQTT signs as well, so botocore and its memory stay out.
"""

import io
import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from awscrt import auth, http

AGENT = "http://169.254.170.2"
TRUSTED_HOSTS = frozenset({"169.254.170.2", "169.254.170.23", "127.0.0.1", "localhost", "[::1]"})
TIMEOUT_S = 5.0
SIGN_TIMEOUT_S = 10.0


class NoCredentials(Exception):
    """The environment names no credentials, or an address that must not be trusted with them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A role's credentials, good for some hours."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(repr=False)


def credentials(environment: Mapping[str, str]) -> Credentials:
    """Ask the container agent who we are; credentials in the environment itself come first.

    Raises:
        NoCredentials: nothing in the environment says where to ask.
        OSError: the agent does not answer.
    """
    if "AWS_ACCESS_KEY_ID" in environment:
        return Credentials(
            access_key_id=environment["AWS_ACCESS_KEY_ID"],
            secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
            session_token=environment.get("AWS_SESSION_TOKEN"),
        )
    request = urllib.request.Request(_address(environment), headers=_authorization(environment))  # noqa: S310 - checked in _address
    with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 - as above
        answer = json.load(response)
    return Credentials(
        access_key_id=answer["AccessKeyId"],
        secret_access_key=answer["SecretAccessKey"],
        session_token=answer.get("Token"),
    )


def _address(environment: Mapping[str, str]) -> str:
    relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
    if relative:
        return AGENT + relative
    full = environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI", "")
    parts = urlsplit(full)
    plain = parts.scheme == "http" and (parts.hostname or "") in TRUSTED_HOSTS
    if not (plain or parts.scheme == "https"):
        raise NoCredentials(
            "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or http on the container's host"
            if full
            else "the environment names no container credentials; run this as an ECS task"
        )
    return full


def _authorization(environment: Mapping[str, str]) -> dict[str, str]:
    file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
    token = (
        Path(file).read_text().strip()
        if file
        else environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    )
    return {"Authorization": token} if token else {}


def signed(url: str, body: bytes, *, region: str, credentials: Credentials) -> dict[str, str]:
    """Return the headers of a POST of JSON, signed for the service `execute-api`.

    Raises:
        OSError: the runtime could not sign.
    """
    runtime: Any = auth
    parts = urlsplit(url)
    headers = [("host", parts.netloc), ("content-type", "application/json")]
    request: Any = http.HttpRequest(
        "POST", parts.path or "/", http.HttpHeaders(headers), io.BytesIO(body)
    )
    provider = runtime.AwsCredentialsProvider.new_static(
        credentials.access_key_id, credentials.secret_access_key, credentials.session_token
    )
    config = runtime.AwsSigningConfig(
        algorithm=runtime.AwsSigningAlgorithm.V4,
        signature_type=runtime.AwsSignatureType.HTTP_REQUEST_HEADERS,
        credentials_provider=provider,
        region=region,
        service="execute-api",
    )
    done = runtime.aws_sign_request(request, config).result(SIGN_TIMEOUT_S)
    return {name: value for name, value in done.headers if name.lower() != "host"}
