"""A certificate names its bot, is attached to it, and ends with its run."""

from collections.abc import Generator
from uuid import UUID

import pytest
from botocore.stub import Stubber
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from janym.cloud.certificates import IotCertificates
from janym.domain.errors import InvalidInput, Refused, Unavailable
from janym.domain.ids import BotId
from janym.ports.launcher import Certificate
from tests.unit.janym.cloud.stubs import stubbed

BOT = BotId(UUID(int=3))
KEY = "a" * 64
ARN = f"arn:aws:iot:us-east-1:000000000000:cert/{KEY}"


def request(*names: str) -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])
    made = x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256())
    return made.public_bytes(Encoding.PEM).decode()


@pytest.fixture
def iot() -> Generator[tuple[IotCertificates, Stubber]]:
    with stubbed("iot") as (client, script):
        yield IotCertificates(client, policy="janym-bot", thing_type="bot"), script


def expect_signed(script: Stubber, csr: str) -> None:
    made = {"certificateArn": ARN, "certificateId": KEY, "certificatePem": "PEM"}
    asked = {"certificateSigningRequest": csr, "setAsActive": True}
    script.add_response("create_certificate_from_csr", made, asked)


def expect_retired(script: Stubber) -> None:
    inactive = {"certificateId": KEY, "newStatus": "INACTIVE"}
    script.add_response("update_certificate", {}, inactive)
    script.add_response("detach_policy", {}, {"policyName": "janym-bot", "target": ARN})
    script.add_response("detach_thing_principal", {}, {"thingName": str(BOT), "principal": ARN})
    script.add_response("delete_certificate", {}, {"certificateId": KEY})


@pytest.mark.parametrize("known", [True, False])
def test_a_certificate_is_attached_to_the_bots_one_thing(
    iot: tuple[IotCertificates, Stubber], *, known: bool
) -> None:
    certificates, script = iot
    csr = request(str(BOT))
    thing = {"thingName": str(BOT), "thingTypeName": "bot"}
    if known:
        script.add_client_error(
            "create_thing", "ResourceAlreadyExistsException", expected_params=thing
        )
    else:
        script.add_response("create_thing", {"thingName": str(BOT)}, thing)
    expect_signed(script, csr)
    script.add_response("attach_thing_principal", {}, {"thingName": str(BOT), "principal": ARN})
    script.add_response("attach_policy", {}, {"policyName": "janym-bot", "target": ARN})

    assert certificates.issue(BOT, csr) == Certificate(id=ARN, pem="PEM")


def test_a_certificate_that_cannot_be_attached_is_retired(
    iot: tuple[IotCertificates, Stubber],
) -> None:
    certificates, script = iot
    csr = request(str(BOT))
    script.add_response("create_thing", {})
    expect_signed(script, csr)
    script.add_client_error("attach_thing_principal", "ThrottlingException")
    expect_retired(script)

    with pytest.raises(Unavailable):
        certificates.issue(BOT, csr)


@pytest.mark.parametrize(
    "csr",
    ["", "nonsense", request("someone-else"), request(), request(str(BOT), "second")],
    ids=["empty", "nonsense", "other", "nobody", "two"],
)
def test_a_request_for_another_name_is_refused(
    iot: tuple[IotCertificates, Stubber], csr: str
) -> None:
    certificates, _ = iot

    with pytest.raises(InvalidInput) as refused:
        certificates.issue(BOT, csr)

    assert [error.field for error in refused.value.errors] == ["csr"]


def test_a_request_signed_by_another_key_is_refused(
    iot: tuple[IotCertificates, Stubber],
) -> None:
    certificates, _ = iot
    der = bytearray(x509.load_pem_x509_csr(request(str(BOT)).encode()).public_bytes(Encoding.DER))
    der[-1] ^= 1
    forged = x509.load_der_x509_csr(bytes(der)).public_bytes(Encoding.PEM).decode()

    with pytest.raises(InvalidInput, match="own key"):
        certificates.issue(BOT, forged)


def test_a_retired_certificate_is_cut_off_and_forgotten(
    iot: tuple[IotCertificates, Stubber],
) -> None:
    certificates, script = iot
    expect_retired(script)

    certificates.retire(BOT, ARN)


def test_retiring_one_that_is_gone_is_no_error(iot: tuple[IotCertificates, Stubber]) -> None:
    certificates, script = iot
    steps = ("update_certificate", "detach_policy", "detach_thing_principal", "delete_certificate")
    for step in steps:
        script.add_client_error(step, "ResourceNotFoundException")

    certificates.retire(BOT, ARN)


def test_one_that_is_still_attached_is_tried_again_later(
    iot: tuple[IotCertificates, Stubber],
) -> None:
    certificates, script = iot
    for step in ("update_certificate", "detach_policy", "detach_thing_principal"):
        script.add_response(step, {})
    script.add_client_error("delete_certificate", "DeleteConflictException", http_status_code=409)

    with pytest.raises(Unavailable):
        certificates.retire(BOT, ARN)


def test_iot_refusing_is_told(iot: tuple[IotCertificates, Stubber]) -> None:
    certificates, script = iot
    script.add_client_error("update_certificate", "UnauthorizedException", "no", 401)

    with pytest.raises(Refused, match="UnauthorizedException"):
        certificates.retire(BOT, ARN)
