"""Certificates of runs, issued and retired by AWS IoT."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from janym.cloud.clients import code_of, translated
from janym.domain.errors import FieldError, InvalidInput, JanymError, Unavailable
from janym.domain.ids import BotId
from janym.ports.launcher import Certificate

SMALLEST_RSA = 2048


class IotCertificates:
    """`ports.launcher.Certificates`; a certificate's id is its ARN.

    https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCertificateFromCsr.html

    Args:
        iot: a boto3 client of the control plane.
        policy: what a bot may publish and subscribe to.
        thing_type: the type of bots' things; the caller that only retires has none.
    """

    def __init__(self, iot: Any, *, policy: str, thing_type: str | None) -> None:
        self._iot = iot
        self._policy = policy
        self._thing_type = thing_type

    def issue(self, bot: BotId, csr_pem: str) -> Certificate:
        name = common_name(csr_pem)
        if name != str(bot):
            reason = f"names {name}, not the bot {bot}"
            raise InvalidInput(FieldError(field="csr", reason=reason))
        with translated("AWS IoT"):
            self._have_thing(str(bot))
            made = self._iot.create_certificate_from_csr(
                certificateSigningRequest=csr_pem, setAsActive=True
            )
        certificate = Certificate(id=made["certificateArn"], pem=made["certificatePem"])
        try:
            with translated("AWS IoT"):
                self._iot.attach_thing_principal(thingName=str(bot), principal=certificate.id)
                self._iot.attach_policy(policyName=self._policy, target=certificate.id)
        except JanymError:
            with suppress(JanymError):  # it opens no door; what was met first is what to tell
                self.retire(bot, certificate.id)
            raise
        return certificate

    def retire(self, bot: BotId, certificate: str) -> None:
        key = certificate.rpartition("/")[2]
        steps: tuple[Callable[[], object], ...] = (
            lambda: self._iot.update_certificate(certificateId=key, newStatus="INACTIVE"),
            lambda: self._iot.detach_policy(policyName=self._policy, target=certificate),
            lambda: self._iot.detach_thing_principal(thingName=str(bot), principal=certificate),
            lambda: self._iot.delete_certificate(certificateId=key),
        )
        for step in steps:
            with translated("AWS IoT"):
                unless_gone(step)

    def _have_thing(self, name: str) -> None:
        kind = {"thingTypeName": self._thing_type} if self._thing_type else {}
        try:
            self._iot.create_thing(thingName=name, **kind)
        except ClientError as error:
            if code_of(error) != "ResourceAlreadyExistsException":
                raise


def unless_gone(step: Callable[[], object]) -> None:
    """Undo something, which may be undone already.

    Raises:
        Unavailable: what it hangs on is not undone yet.
    """
    try:
        step()
    except ClientError as error:
        code = code_of(error)
        if code == "DeleteConflictException":
            raise Unavailable("AWS IoT has not detached the certificate yet") from error
        if code != "ResourceNotFoundException":
            raise


def common_name(csr_pem: str) -> str:
    """Give the one name in a certificate request that is sound and whose key AWS IoT signs for.

    https://docs.aws.amazon.com/iot/latest/apireference/API_CreateCertificateFromCsr.html

    Raises:
        InvalidInput: for the field `csr`.
    """
    from cryptography import x509  # noqa: PLC0415 - only who issues needs it
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415 - the same
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - the same

    try:
        request = x509.load_pem_x509_csr(csr_pem.encode())
        sound = request.is_signature_valid
        key = request.public_key()
        names = [
            str(attribute.value)
            for attribute in request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        ]
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _refused("is no certificate signing request in PEM") from error
    if not sound:
        raise _refused("is not signed by its own key")
    curves = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
    if not (isinstance(key, rsa.RSAPublicKey) and key.key_size >= SMALLEST_RSA) and not (
        isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, curves)
    ):
        raise _refused("has no RSA key of 2048 bits or more, and none on P-256, P-384 or P-521")
    if len(names) != 1:
        raise _refused(f"names {', '.join(names) or 'nobody'}; it must have one common name")
    return names[0]


def _refused(reason: str) -> InvalidInput:
    return InvalidInput(FieldError(field="csr", reason=reason))
