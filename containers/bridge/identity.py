"""The key pair of this run and the request to certify it. The private key never touches disk."""

from dataclasses import dataclass, field

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A key, and a request that proves we hold it; both in PEM."""

    key_pem: bytes = field(repr=False)
    request_pem: bytes


def new(bot_id: str) -> Identity:
    """Make an EC P-256 key and a request with the bot's id as common name."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, bot_id)]))
        .sign(key, hashes.SHA256())
    )
    return Identity(
        key_pem=key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        request_pem=request.public_bytes(serialization.Encoding.PEM),
    )
