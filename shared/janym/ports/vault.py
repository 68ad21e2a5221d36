"""Encryption of exchange keys."""

from typing import Protocol

from janym.domain.credential import EncryptedKey, ExchangeKey


class Vault(Protocol):
    """Encrypts for a context, and decrypts for the same context only."""

    def encrypt(self, key: ExchangeKey, *, context: dict[str, str]) -> EncryptedKey:
        """Encrypt each part of a key.

        Raises:
            KeyAccessDenied: KMS does not let this caller encrypt.
            Unavailable: KMS does not answer.
        """
        ...

    def decrypt(self, encrypted: EncryptedKey, *, context: dict[str, str]) -> ExchangeKey:
        """Decrypt each part of a key.

        Raises:
            KeyAccessDenied: KMS refuses, or the text was made for another context.
            Unavailable: KMS does not answer.
        """
        ...
