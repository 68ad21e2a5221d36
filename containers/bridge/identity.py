"""The key pair of this run and the request to certify it. The private key never touches disk.

    python -m containers.bridge.identity BOT_ID     the key, then the request, in PEM, on stdout

Made by a child and read from its pipe: the library that makes them would hold nine megabytes of a
process that lives for weeks and needs them once.
"""

import subprocess
import sys
from dataclasses import dataclass, field

TIMEOUT_S = 60.0
BEGIN_REQUEST = b"-----BEGIN CERTIFICATE REQUEST-----"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A key, and a request that proves we hold it; both in PEM."""

    key_pem: bytes = field(repr=False)
    request_pem: bytes


def new(bot_id: str) -> Identity:
    """Make an EC P-256 key and a request with the bot's id as common name.

    Raises:
        subprocess.SubprocessError: the child could not make them.
    """
    made = subprocess.run(  # noqa: S603 - this module, by this interpreter
        [sys.executable, "-m", "containers.bridge.identity", bot_id],
        stdout=subprocess.PIPE,
        check=True,
        timeout=TIMEOUT_S,
    )
    key, marker, request = made.stdout.partition(BEGIN_REQUEST)
    return Identity(key_pem=key, request_pem=marker + request)


def make(bot_id: str) -> bytes:
    """Give key and request, one after the other."""
    from cryptography import x509  # noqa: PLC0415 - what the child is for
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - as above
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - as above

    key = ec.generate_private_key(ec.SECP256R1())
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, bot_id)]))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + request.public_bytes(serialization.Encoding.PEM)


if __name__ == "__main__":
    sys.stdout.buffer.write(make(sys.argv[1]))
