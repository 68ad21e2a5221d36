"""Exchange keys under KMS: AES-256-GCM with key commitment, bound to their row.

The suite without a signature adds no key of its own to the encryption context, so a key policy can
list the context in full. Each part of a key is a message with a data key of its own.

https://docs.aws.amazon.com/encryption-sdk/latest/developer-guide/supported-algorithms.html
"""

import logging
from collections.abc import Callable
from typing import Any

import aws_encryption_sdk
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import (
    CreateAwsKmsKeyringInput,
    CreateMultiKeyringInput,
)
from aws_cryptographic_material_providers.smithygenerated.aws_cryptography_materialproviders.errors import (  # noqa: E501 - the library's only name for it
    ServiceError,
)
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy
from botocore.exceptions import BotoCoreError, ClientError
from cryptography.exceptions import InvalidTag

from janym.domain.credential import EncryptedKey, ExchangeKey
from janym.domain.errors import KeyAccessDenied, Unavailable

SUITE = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY

_REFUSED = (AWSEncryptionSDKClientError, ServiceError, ClientError, InvalidTag)
_PASSING = frozenset({"ThrottlingException", "DependencyTimeoutException", "KMSInternalException"})

# It logs a traceback for each refused text; what happened is said by the error that we raise.
logging.getLogger("aws_encryption_sdk").setLevel(logging.CRITICAL)


class KmsVault:
    """`ports.vault.Vault` and `ports.alerts.Seal`.

    Args:
        kms: a boto3 client with timeouts.
        key_arn: the key that protects the data keys.
        former_arn: the key that protected those of older texts, while they move to the other; of
            two keys only the one that a text names is asked.
    """

    def __init__(self, kms: Any, key_arn: str, former_arn: str | None = None) -> None:
        self._sdk: Any = aws_encryption_sdk.EncryptionSDKClient(
            commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
        )
        providers: Any = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
        self._keyring, *former = (
            providers.create_aws_kms_keyring(
                input=CreateAwsKmsKeyringInput(kms_key_id=arn, kms_client=kms)
            )
            for arn in (key_arn, former_arn)
            if arn is not None
        )
        self._opening = providers.create_multi_keyring(
            input=CreateMultiKeyringInput(generator=self._keyring, child_keyrings=former)
        )
        self._away = False
        kms.meta.events.register("after-call.kms", self._note)

    def encrypt(self, key: ExchangeKey, *, context: dict[str, str]) -> EncryptedKey:
        passphrase = key.passphrase
        return EncryptedKey(
            api_key=self.seal(key.api_key, context=context),
            api_secret=self.seal(key.api_secret, context=context),
            passphrase=self.seal(passphrase, context=context) if passphrase is not None else None,
        )

    def decrypt(self, encrypted: EncryptedKey, *, context: dict[str, str]) -> ExchangeKey:
        sealed = encrypted.passphrase
        return ExchangeKey(
            api_key=self.unseal(encrypted.api_key, context=context),
            api_secret=self.unseal(encrypted.api_secret, context=context),
            passphrase=self.unseal(sealed, context=context) if sealed is not None else None,
        )

    def seal(self, text: str, *, context: dict[str, str]) -> bytes:
        return self._asked(
            lambda: self._sdk.encrypt(
                source=text.encode(),
                keyring=self._keyring,
                encryption_context=context,
                algorithm=SUITE,
            )
        )

    def unseal(self, sealed: bytes, *, context: dict[str, str]) -> str:
        return self._asked(
            lambda: self._sdk.decrypt(
                source=sealed, keyring=self._opening, encryption_context=context
            )
        ).decode()

    def _asked(self, question: Callable[[], tuple[bytes, object]]) -> bytes:
        """Ask the SDK. Its own messages stay out: they name keys and contexts."""
        self._away = False
        try:
            return question()[0]
        except BotoCoreError as error:
            raise Unavailable("KMS does not answer") from error
        except _REFUSED as error:
            if self._away:
                raise Unavailable("KMS does not answer") from error
            raise KeyAccessDenied(
                "KMS does not give this key to this caller, or the stored text was not made for it"
            ) from error

    def _note(self, *, http_response: Any, parsed: dict[str, Any], **_: object) -> None:
        """Remember that KMS failed by itself: the SDK hides which error it met."""
        code = parsed.get("Error", {}).get("Code")
        self._away = http_response.status_code >= 500 or code in _PASSING
