"""The stack's certificate authority: who may open the broker's door, and who it says it is.

The common name of a client certificate is the thing's name, and the broker takes it as user name
and client id. So a name is refused here when it would mean something in a topic filter.
"""

import ipaddress
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from local.layout import write_private

PLATFORM = ("iot-data", "iot-rules")
"""Identities that may publish and read everything: the IoT plane's own connections."""

LIFETIME = timedelta(days=3650)
_BACKDATED = timedelta(minutes=5)
_NAME = re.compile(r"[A-Za-z0-9:_-]{1,128}")


class BadRequest(Exception):
    """A certificate request that is not signed; the caller must change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A self-signed authority and the key it signs with."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def sign(self, csr_pem: str, common_name: str, *, at: datetime) -> str:
        """Return a client certificate, in PEM, for the key of a request.

        Raises:
            BadRequest: not a request, not signed by its own key, or a name that is no thing name.
        """
        try:
            request = x509.load_pem_x509_csr(csr_pem.encode())
        except ValueError as error:
            raise BadRequest(f"not a certificate request in PEM: {error}") from error
        if not request.is_signature_valid:
            raise BadRequest("the request is not signed by the key it carries")
        key = request.public_key()
        if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey):
            raise BadRequest("the key must be RSA or elliptic curve")
        return _pem(self._leaf(key, common_name, at=at, usage=ExtendedKeyUsageOID.CLIENT_AUTH))

    def issue(self, folder: Path, name: str, *, at: datetime, server: bool = False) -> None:
        """Write `name`.crt and `name`.key: a new key and its certificate."""
        key = rsa.generate_private_key(65537, 2048)
        usage = ExtendedKeyUsageOID.SERVER_AUTH if server else ExtendedKeyUsageOID.CLIENT_AUTH
        certificate = self._leaf(key.public_key(), name, at=at, usage=usage)
        write_private(folder / f"{name}.key", _key_pem(key))
        write_private(folder / f"{name}.crt", _pem(certificate).encode(), mode=0o644)

    def _leaf(
        self,
        key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey,
        name: str,
        *,
        at: datetime,
        usage: x509.ObjectIdentifier,
    ) -> x509.Certificate:
        if not _NAME.fullmatch(name):
            raise BadRequest(f"{name!r} is no thing name: 1-128 of letters, digits, ':', '_', '-'")
        builder = (
            _builder(name, self.certificate.subject, at=at)
            .public_key(key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        if usage == ExtendedKeyUsageOID.SERVER_AUTH:
            here = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
            builder = builder.add_extension(x509.SubjectAlternativeName(here), critical=False)
        return builder.sign(self.key, hashes.SHA256())


def create(folder: Path, *, at: datetime) -> Authority:
    """Make the authority and every certificate the stack itself needs, where they are missing."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "ca.crt").exists():
        _create_authority(folder, at=at)
    authority = load(folder)
    wanted = {"server": True, **dict.fromkeys(PLATFORM, False)}
    for name, server in wanted.items():
        if not (folder / f"{name}.crt").exists():
            authority.issue(folder, name, at=at, server=server)
    return authority


def load(folder: Path) -> Authority:
    """Read the authority that `create` made."""
    key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{folder / 'ca.key'} is not the key that this stack made")
    certificate = x509.load_pem_x509_certificate((folder / "ca.crt").read_bytes())
    return Authority(certificate=certificate, key=key)


def name_of(certificate: x509.Certificate | x509.CertificateSigningRequest) -> str:
    """Give the common name. Raises IndexError where there is none."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def _create_authority(folder: Path, *, at: datetime) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = "Janym local authority"
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        _builder(name, _subject(name), at=at)
        .public_key(key.public_key())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    write_private(folder / "ca.key", _key_pem(key))
    write_private(folder / "ca.crt", _pem(certificate).encode(), mode=0o644)


def _builder(name: str, issuer: x509.Name, *, at: datetime) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(_subject(name))
        .issuer_name(issuer)
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - _BACKDATED)
        .not_valid_after(at + LIFETIME)
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _key_pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
