"""Who the authority vouches for, and whom it refuses."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local import pki
from local.pki import BadRequest

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def request(name: str, key: ec.EllipticCurvePrivateKey | None = None) -> str:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    signed = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(subject)
        .sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    )
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def common_name(certificate: x509.Certificate) -> str | bytes:
    return certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value


def test_a_signed_request_names_the_thing_and_keeps_its_key(tmp_path: Path) -> None:
    authority = pki.create(tmp_path, at=NOON)
    key = ec.generate_private_key(ec.SECP256R1())

    pem = authority.sign(request("whatever", key), "bot-1", at=NOON)

    certificate = x509.load_pem_x509_certificate(pem.encode())
    assert common_name(certificate) == "bot-1"
    assert certificate.public_key() == key.public_key()
    usages = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert usages == x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    certificate.verify_directly_issued_by(authority.certificate)


@pytest.mark.parametrize("name", ["", "a/b", "+", "#", "bot 1", "b" * 129, "бот"])
def test_a_name_that_means_something_in_a_topic_is_refused(tmp_path: Path, name: str) -> None:
    authority = pki.create(tmp_path, at=NOON)

    with pytest.raises(BadRequest, match="no thing name"):
        authority.sign(request("bot-1"), name, at=NOON)


def test_what_is_no_request_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="not a certificate request"):
        pki.create(tmp_path, at=NOON).sign("hello", "bot-1", at=NOON)


def test_a_key_the_broker_does_not_know_is_refused(tmp_path: Path) -> None:
    signed = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([]))
        .sign(ed25519.Ed25519PrivateKey.generate(), None)
        .public_bytes(serialization.Encoding.PEM)
        .decode()
    )

    with pytest.raises(BadRequest, match="RSA or elliptic curve"):
        pki.create(tmp_path, at=NOON).sign(signed, "bot-1", at=NOON)


def test_made_twice_it_is_the_same_authority(tmp_path: Path) -> None:
    first = pki.create(tmp_path, at=NOON)
    served = (tmp_path / "server.crt").read_bytes()

    second = pki.create(tmp_path, at=NOON)

    assert second.pem == first.pem
    assert (tmp_path / "server.crt").read_bytes() == served


def test_the_server_is_this_machine(tmp_path: Path) -> None:
    pki.create(tmp_path, at=NOON)

    certificate = x509.load_pem_x509_certificate((tmp_path / "server.crt").read_bytes())
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value

    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    pki.create(tmp_path, at=NOON)

    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.glob("*.key")}

    assert set(modes) == {"ca.key", "server.key", "iot-data.key", "iot-rules.key"}
    assert set(modes.values()) == {"0o600"}
