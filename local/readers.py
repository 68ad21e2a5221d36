"""Who reads which organization's events at the broker, and whose certificates are good no longer.

AWS IoT knows this as things, their attributes, policies and certificates' states. Mosquitto takes
a list of rights and a list of revoked certificates, which it reads again when it is told to.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from local import pki
from local.layout import read_json, write_json, write_private

REVOKED = "revoked.crl"
_KNOWN = "readers.json"
_GOOD_FOR = timedelta(days=3650)
_TICK = timedelta(seconds=1)


class Readers:
    """What is known of readers, kept in the folder of the authority that signs for them.

    One process changes it; a certificate is meant by its id or its ARN.

    Args:
        folder: of the authority.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        known = read_json(folder / _KNOWN)
        self._organizations: dict[str, str] = known.get("organizations", {})
        self._certificates: dict[str, dict[str, Any]] = known.get("certificates", {})
        self._revoked: list[int] = known.get("revoked", [])

    def name(self, reader: str, organization: str) -> bool:
        """Note whose events a reader is to read; tell whether it is nobody else's reader."""
        if self._organizations.setdefault(reader, organization) != organization:
            return False
        self._keep()
        return True

    def sign(self, certificate: str, pem: str) -> None:
        """Note a certificate; one that is no reader's is none of our business."""
        made = x509.load_pem_x509_certificate(pem.encode())
        name = pki.name_of(made)
        if name in self._organizations:
            self._certificates[_key(certificate)] = {
                "reader": name,
                "serial": made.serial_number,
                "admitted": False,
            }
            self._keep()

    def admit(self, certificate: str) -> bool:
        """Let a reader read, by one of its certificates; tell whether it is one."""
        key = _key(certificate)
        if key not in self._certificates:
            return False
        self._certificates[key]["admitted"] = True
        self._keep()
        return True

    def revoke(self, certificate: str, *, at: datetime) -> bool:
        """Let nobody connect with a certificate any more; tell whether it was a reader's."""
        known = self._certificates.pop(_key(certificate), None)
        if known is None:
            return False
        self._revoked.append(known["serial"])
        self._keep()
        self._write_revoked(at)
        return True

    def forget(self, reader: str) -> None:
        """Forget a reader whose certificates are gone."""
        if self._organizations.pop(reader, None) is not None:
            self._keep()

    def rights(self) -> Iterator[str]:
        """Give the broker's lines: each reads its organization's events, and that is all.

        What a certificate's name opens to a bot is taken from it.
        """
        for each in self._certificates.values():
            if each["admitted"]:
                name = each["reader"]
                yield f"user {name}"
                yield f"topic read live/{self._organizations[name]}/#"
                yield "topic deny hbot/#"
                yield "topic deny $aws/#"

    def prepare(self, *, at: datetime) -> None:
        """Write the list of revoked certificates where there is none yet."""
        if not (self._folder / REVOKED).exists():
            self._write_revoked(at)

    def _keep(self) -> None:
        known = {
            "organizations": self._organizations,
            "certificates": self._certificates,
            "revoked": self._revoked,
        }
        write_json(self._folder / _KNOWN, known, mode=0o600)

    def _write_revoked(self, at: datetime) -> None:
        """Write the list; of two lists a server takes the later, and a second is the least."""
        file, authority = self._folder / REVOKED, pki.load(self._folder)
        issued = at - timedelta(hours=1)
        if file.exists():
            issued = max(issued, x509.load_pem_x509_crl(file.read_bytes()).last_update_utc + _TICK)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(authority.certificate.subject)
            .last_update(issued)
            .next_update(issued + _GOOD_FOR)
        )
        for serial in self._revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(issued)
            builder = builder.add_revoked_certificate(entry.build())
        signed = builder.sign(authority.key, hashes.SHA256())
        write_private(file, signed.public_bytes(serialization.Encoding.PEM), mode=0o644)


def _key(certificate: str) -> str:
    """Give a certificate's id, from its ARN too."""
    return certificate.rpartition("/")[2]
