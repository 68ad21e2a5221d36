"""The key pair of a run."""

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from containers.bridge import identity


def test_the_request_is_for_the_bot_and_signed_by_its_key() -> None:
    made = identity.new("bot-1")

    request = x509.load_pem_x509_csr(made.request_pem)
    key = serialization.load_pem_private_key(made.key_pem, None)
    assert request.is_signature_valid
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert key.public_key() == request.public_key()
    [name] = request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == "bot-1"
    assert "PRIVATE" not in repr(made)
