"""An integrator's certificate reads one organization's events, and ends whole."""

from collections.abc import Generator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from botocore.stub import Stubber
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from janym.cloud.integrators import IotBroadcast, IotPasses
from janym.domain.errors import AlreadyExists, InvalidInput, Refused, Unavailable
from janym.domain.ids import OrganizationId
from janym.ports.launcher import Certificate
from tests.unit.janym.cloud.stubs import stubbed

ACME = OrganizationId("org_acme")
NAME = "live-3f1c9f0e-6b1d-4a59-9d1e-5a0f4a7f2b11"
KEY = "a" * 64
ARN = f"arn:aws:iot:us-east-1:000000000000:cert/{KEY}"
POLICY = "janym-integrator"
CSR = "-----BEGIN CERTIFICATE REQUEST-----"
THING = {
    "thingName": NAME,
    "thingTypeName": "janym-integrator",
    "attributePayload": {"attributes": {"organization": ACME}},
}
STEPS = (
    ("iot", "update_certificate", {"certificateId": KEY, "newStatus": "INACTIVE"}),
    ("data", "delete_connection", {"clientId": NAME, "cleanSession": True}),
    ("iot", "detach_policy", {"policyName": POLICY, "target": ARN}),
    ("iot", "detach_thing_principal", {"thingName": NAME, "principal": ARN}),
    ("iot", "delete_certificate", {"certificateId": KEY}),
    ("iot", "delete_thing", {"thingName": NAME}),
)


@dataclass(frozen=True)
class Aws:
    """The adapters, and what AWS is to answer."""

    passes: IotPasses
    broadcast: IotBroadcast
    scripts: dict[str, Stubber]

    def done(self) -> None:
        for script in self.scripts.values():
            script.assert_no_pending_responses()


@pytest.fixture
def aws() -> Generator[Aws]:
    with ExitStack() as stack:
        iot, first = stack.enter_context(stubbed("iot"))
        data, second = stack.enter_context(stubbed("iot-data"))
        yield Aws(
            passes=IotPasses(iot, data, policy=POLICY, thing_type="janym-integrator"),
            broadcast=IotBroadcast(data),
            scripts={"iot": first, "data": second},
        )


def test_the_thing_names_the_organization_before_the_certificate_is_attached(aws: Aws) -> None:
    script = aws.scripts["iot"]
    script.add_response("create_thing", {}, THING)
    made = {"certificateArn": ARN, "certificateId": KEY, "certificatePem": "PEM"}
    asked = {"certificateSigningRequest": CSR, "setAsActive": True}
    script.add_response("create_certificate_from_csr", made, asked)
    script.add_response("attach_thing_principal", {}, {"thingName": NAME, "principal": ARN})
    script.add_response("attach_policy", {}, {"policyName": POLICY, "target": ARN})

    assert aws.passes.issue(NAME, ACME, CSR) == Certificate(id=ARN, pem="PEM")
    aws.done()


def test_a_thing_of_another_organization_is_left_alone(aws: Aws) -> None:
    """AWS IoT refuses a name that it knows with other attributes; nothing is signed then."""
    aws.scripts["iot"].add_client_error(
        "create_thing", "ResourceAlreadyExistsException", http_status_code=409
    )

    with pytest.raises(AlreadyExists):
        aws.passes.issue(NAME, ACME, CSR)
    aws.done()


@pytest.mark.parametrize("gone", [False, True])
def test_ending_cuts_off_and_leaves_nothing(aws: Aws, *, gone: bool) -> None:
    """The certificate first, so that who is cut off does not come back; twice is safe."""
    for service, operation, asked in STEPS:
        if gone:
            aws.scripts[service].add_client_error(
                operation, "ResourceNotFoundException", http_status_code=404, expected_params=asked
            )
        else:
            aws.scripts[service].add_response(operation, {}, asked)
    aws.passes.end(NAME, ARN)

    aws.done()


def test_where_iot_is_away_the_rest_waits(aws: Aws) -> None:
    for service, operation, asked in STEPS[:1]:
        aws.scripts[service].add_response(operation, {}, asked)
    aws.scripts["data"].add_client_error(
        "delete_connection", "ServiceUnavailableException", http_status_code=503
    )

    with pytest.raises(Unavailable):
        aws.passes.end(NAME, ARN)
    aws.done()


def test_an_event_is_published_at_least_once(aws: Aws) -> None:
    aws.scripts["data"].add_response(
        "publish",
        {},
        {
            "topic": "live/org_acme/bots/b/fill",
            "qos": 1,
            "payload": b'{"v":1,"id":7}',
            "contentType": "application/json",
        },
    )
    aws.broadcast.publish("live/org_acme/bots/b/fill", {"v": 1, "id": 7})

    aws.done()


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("InternalFailureException", 500, Unavailable),
        ("ThrottlingException", 429, Unavailable),
        ("RequestEntityTooLargeException", 413, Refused),
    ],
)
def test_what_the_broker_does_not_take_says_whether_to_try_again(
    aws: Aws, code: str, status: int, error: type[Exception]
) -> None:
    aws.scripts["data"].add_client_error("publish", code, http_status_code=status)

    with pytest.raises(error):
        aws.broadcast.publish("live/org_acme/bots/b/fill", {"v": 1})


def request(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *names: str) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
    return made.public_bytes(Encoding.PEM).decode()


def test_a_request_names_its_client(aws: Aws) -> None:
    key = rsa.generate_private_key(65537, 2048)

    assert aws.passes.client_id(request(key, NAME)) == NAME


SHORT = rsa.generate_private_key(65537, 1024)  # noqa: S505 - it is to be refused


@pytest.mark.parametrize(
    ("csr", "why"),
    [
        ("nothing", "no certificate signing request"),
        (request(ec.generate_private_key(ec.SECP256R1())), "nobody"),
        (request(ec.generate_private_key(ec.SECP256R1()), NAME, "bot"), "one common name"),
        (request(ec.generate_private_key(ec.SECP256K1()), NAME), "P-256"),
        (request(SHORT, NAME), "2048 bits"),
    ],
    ids=["no request", "no name", "two names", "another curve", "a short key"],
)
def test_a_request_that_aws_would_not_sign_is_refused_by_its_field(
    aws: Aws, csr: str, why: str
) -> None:
    with pytest.raises(InvalidInput, match=why) as refused:
        aws.passes.client_id(csr)

    assert [each.field for each in refused.value.errors] == ["csr"]
