"""The real adapters of AWS, each call recorded and answered before it leaves the process."""

import json
import re
import urllib.request
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from io import BytesIO
from typing import Any, NoReturn
from urllib.error import HTTPError

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import janym.wiring as real
from janym.config import Settings
from janym.domain.credential import ExchangeKey
from janym.domain.errors import JanymError
from local.environment import ACCOUNT, REGION

CERTIFICATE = f"arn:aws:iot:{REGION}:{ACCOUNT}:cert/{'c' * 64}"
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/janym/{'7' * 32}"
DATA_KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ANSWERS: Mapping[str, Any] = {
    "GenerateDataKey": {"Plaintext": DATA_KEY, "CiphertextBlob": DATA_KEY},
    "Decrypt": {"Plaintext": DATA_KEY},
    "RunTask": {"tasks": [{"taskArn": TASK}], "failures": []},
    "ListTasks": {"taskArns": []},
    "DescribeTasks": {"tasks": []},
    "CreateCertificateFromCsr": {"certificateArn": CERTIFICATE, "certificatePem": "PEM"},
    "GetSecretValue": {"SecretString": '{"user": "janym", "password": "word"}'},
    "Invoke": {"trade": True, "withdraw": False},
}
_SCOPE = re.compile(rf"Credential=\w+/\d+/{REGION}/(?P<service>[\w-]+)/aws4_request")


@dataclass
class Recorded:
    """Calls in the order they were made, each with the function or task that made it."""

    variables: Mapping[str, Mapping[str, str]]
    """Each caller's."""
    caller: str = ""
    calls: list[tuple[str, str, str, dict[str, Any]]] = field(
        default_factory=list[tuple[str, str, str, dict[str, Any]]]
    )
    refused: set[str] = field(default_factory=set[str])
    """Operations that AWS answers with an error."""
    made: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])

    def adapter(self, port: str) -> Any:
        """Give the caller's real adapter behind a port."""
        if (self.caller, port) not in self.made:
            _forget()
            self.made[self.caller, port] = getattr(real, port)()
        return self.made[self.caller, port]

    def note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """Take down a call, before it is sent."""
        service = model.service_model.service_name
        self.calls.append((self.caller, service, model.name, dict(params)))

    def signed(self, request: urllib.request.Request, **_: Any) -> NoReturn:
        """Take down a request that a task signed by itself, and refuse it."""
        scope = _SCOPE.search(request.get_header("Authorization") or "")
        assert scope is not None, f"{request.full_url} is not signed"
        params = {"method": request.get_method(), "url": request.full_url}
        self.calls.append((self.caller, scope["service"], "Invoke", params))
        raise HTTPError(request.full_url, 403, "recorded", Message(), BytesIO())

    def answer(self, event_name: str, request: Any, **_: Any) -> AWSResponse:
        """Answer the call that was noted last."""
        operation = event_name.rpartition(".")[2]
        if operation in self.refused:
            return _response(request.url, 400, {"__type": "InvalidRequestException"})
        key = self.calls[-1][3].get("KeyId")
        body = ANSWERS.get(operation, {})
        return _response(request.url, 200, {**body, "KeyId": key} if key else body)


@contextmanager
def intercepted(variables: Mapping[str, Mapping[str, str]]) -> Generator[Recorded]:
    """Cut the real wiring off from the network, for callers with these variables."""
    recorded = Recorded(variables=variables)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "nobody")
        patch.setenv("AWS_DEFAULT_REGION", REGION)
        session: Any = boto3.Session()
        session.events.register("provide-client-params", recorded.note)
        session.events.register("before-send", recorded.answer)
        patch.setattr(boto3, "DEFAULT_SESSION", session)
        patch.setattr(urllib.request, "urlopen", recorded.signed)
        patch.setattr(
            real, "settings", lambda: Settings(variables=recorded.variables[recorded.caller])
        )
        yield recorded
        _forget()


def _forget() -> None:
    for made in vars(real).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()


def _response(url: str, status: int, body: Any) -> AWSResponse:
    made: Any = AWSResponse
    return made(url, status, {"Content-Type": "application/json"}, _Raw(json.dumps(body).encode()))


class _Raw(BytesIO):
    """A body as urllib3 hands it to botocore."""

    def stream(self) -> list[bytes]:
        return [self.getvalue()]


class Tee:
    """A port that has the real adapter called too, and gives what the fake gives."""

    def __init__(self, port: str, fake: Any, recorded: Recorded) -> None:
        self._port, self._fake, self._recorded = port, fake, recorded

    def __getattr__(self, name: str) -> Any:
        of_fake = getattr(self._fake, name)
        if not callable(of_fake):
            return of_fake

        def called(*given: Any, **named: Any) -> Any:
            SCENARIOS.get((self._port, name), _plainly)(
                self._recorded.adapter(self._port), name, given, named, self._recorded
            )
            return of_fake(*given, **named)

        return called


def _plainly(
    adapter: Any, name: str, given: tuple[Any, ...], named: dict[str, Any], _: Recorded
) -> None:
    getattr(adapter, name)(*given, **named)


def _decrypt(
    adapter: Any, _name: str, _given: tuple[Any, ...], named: dict[str, Any], recorded: Recorded
) -> None:
    """Decrypt what was encrypted just now; the encryption is not this function's call."""
    made = len(recorded.calls)
    encrypted = adapter.encrypt(ExchangeKey(api_key="k", api_secret="s"), **named)
    del recorded.calls[made:]
    adapter.decrypt(encrypted, **named)


def _issue(
    adapter: Any, _name: str, given: tuple[Any, ...], _named: dict[str, Any], recorded: Recorded
) -> None:
    """Issue a certificate, and one that cannot be attached and is retired."""
    request = certificate_request(str(given[0]))
    adapter.issue(given[0], request)
    recorded.refused.add("AttachPolicy")
    with pytest.raises(JanymError):
        adapter.issue(given[0], request)
    recorded.refused.clear()


def _retire(
    adapter: Any, _name: str, given: tuple[Any, ...], _named: dict[str, Any], _: Recorded
) -> None:
    adapter.retire(given[0], CERTIFICATE)


SCENARIOS = {
    ("vault", "decrypt"): _decrypt,
    ("certificates", "issue"): _issue,
    ("certificates", "retire"): _retire,
}
"""Calls of which more is to be seen than the flow shows, or that want something real."""


def certificate_request(name: str) -> str:
    """Make a request as a bridge does."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
