"""What the laptop's broker is told of integrators."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509

from local import mosquitto, pki
from local.readers import REVOKED, Readers
from tests.fakes.intercepted import certificate_request

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ARN = "arn:aws:iot:us-east-1:000000000000:cert/"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pki.create(tmp_path, at=NOW)
    Readers(tmp_path).prepare(at=NOW)
    return tmp_path


def admitted(folder: Path, name: str = "live-1", certificate: str = "c1") -> int:
    """Let a reader in; give its certificate's number."""
    readers = Readers(folder)
    readers.name(name, "acme")
    pem = pki.load(folder).sign(certificate_request(name), name, at=NOW)
    readers.sign(ARN + certificate, pem)
    readers.admit(ARN + certificate)
    return x509.load_pem_x509_certificate(pem.encode()).serial_number


def revoked(folder: Path) -> set[int]:
    found = x509.load_pem_x509_crl((folder / REVOKED).read_bytes())
    return {each.serial_number for each in found}


def test_a_reader_has_its_organizations_events_and_no_right_of_a_bot(folder: Path) -> None:
    admitted(folder)

    assert mosquitto.access_list(Readers(folder)).split("user ")[3].splitlines()[:4] == [
        "live-1",
        "topic read live/acme/#",
        "topic deny hbot/#",
        "topic deny $aws/#",
    ]


def test_a_reader_without_a_policy_reads_nothing(folder: Path) -> None:
    readers = Readers(folder)
    readers.name("live-1", "acme")
    pem = pki.load(folder).sign(certificate_request("live-1"), "live-1", at=NOW)
    readers.sign(ARN + "c1", pem)

    assert list(readers.rights()) == []


def test_a_revoked_certificate_is_listed_and_its_rights_are_gone(folder: Path) -> None:
    """By the certificate's id, as it is made inactive; by another plane after a restart."""
    number = admitted(folder)
    other = admitted(folder, "live-2", "c2")

    assert Readers(folder).revoke("c1", at=NOW)
    assert revoked(folder) == {number}
    assert [line for line in Readers(folder).rights() if "user" in line] == ["user live-2"]
    assert not Readers(folder).revoke("c1", at=NOW)
    assert Readers(folder).revoke("c2", at=NOW)
    assert revoked(folder) == {number, other}


def test_a_later_list_is_later_however_fast_it_comes(folder: Path) -> None:
    """Of two lists of one second a server keeps the first."""
    seen = [x509.load_pem_x509_crl((folder / REVOKED).read_bytes()).last_update_utc]
    for n in range(3):
        admitted(folder, f"live-{n}", f"c{n}")
        Readers(folder).revoke(f"c{n}", at=NOW)
        seen.append(x509.load_pem_x509_crl((folder / REVOKED).read_bytes()).last_update_utc)

    assert seen == sorted(set(seen))
    assert seen[-1] < NOW


def test_bots_certificates_are_none_of_its_business(folder: Path) -> None:
    readers = Readers(folder)
    pem = pki.load(folder).sign(certificate_request("bot-1"), "bot-1", at=NOW)
    readers.sign(ARN + "b1", pem)

    assert not readers.admit(ARN + "b1")
    assert not readers.revoke("b1", at=NOW)


def test_a_name_is_one_organizations(folder: Path) -> None:
    readers = Readers(folder)

    assert readers.name("live-1", "acme")
    assert readers.name("live-1", "acme")
    assert not readers.name("live-1", "rival")
    readers.forget("live-1")
    assert readers.name("live-1", "rival")
