"""Who reads events from outside: integrators in memory, and certificates for whoever asks."""

from collections.abc import Sequence

from cryptography import x509
from cryptography.x509.oid import NameOID

from janym.domain.errors import AlreadyExists, FieldError, InvalidInput, NotFound, Unavailable
from janym.domain.ids import OrganizationId
from janym.domain.integrator import Integrator, IntegratorId
from janym.ports.launcher import Certificate
from janym.ports.pages import Listing, Page
from tests.fakes.owned import newest_first, paged
from tests.fakes.tables import Tables

CSR = """\
-----BEGIN CERTIFICATE REQUEST-----
MIHvMIGWAgEAMDQxMjAwBgNVBAMMKWxpdmUtN2MyYTViNjQtMGQ4ZS00ZjZiLThh
MzctMWU5YjZjNWQ0ZjIwMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqmWYpdDK
AsHk+qiuk6ER6ySW36I96T87dzvcTys7DOdO+3i3p64RKHNHtoGN3HcKmxRE/6r+
yjXA+4lwuRi1RaAAMAoGCCqGSM49BAMCA0gAMEUCIGsFeZPagdYDA1pgF5Vj5HpM
jf6cnlBM1VK2yUOePot4AiEAo8vldKi5zHl6jUslkEHdrf+sfCEdhgVd6Y/V3F1j
sgI=
-----END CERTIFICATE REQUEST-----
"""
"""Asks for the name of the scene's integrator."""


class MemoryIntegrators:
    """`ports.integrators.Integrators`."""

    def __init__(self, tables: Tables, organization: OrganizationId | None) -> None:
        self._rows, self._organization = tables.integrators, organization

    def get(self, key: IntegratorId) -> Integrator:
        found = self._rows.get(key)
        if found is None or self._organization not in {None, found.organization}:
            raise NotFound("integrator", key)
        return found

    def list(self, page: Page) -> Listing[Integrator]:
        return paged(newest_first(self._own()), page)

    def count_active(self) -> int:
        return sum(each.revoked_at is None for each in self._own())

    def add(self, integrator: Integrator) -> None:
        if integrator.id in self._rows:
            raise AlreadyExists("integrator", integrator.id)
        self._rows[integrator.id] = integrator

    def put(self, integrator: Integrator) -> None:
        self._rows[integrator.id] = integrator

    def _own(self) -> Sequence[Integrator]:
        return [each for each in self._rows.values() if each.organization == self._organization]


class FakePasses:
    """`ports.integrators.Passes`; remembers whom it let in."""

    def __init__(self) -> None:
        self.good: dict[str, OrganizationId] = {}
        self.away = False

    def client_id(self, csr_pem: str) -> str:
        try:
            request = x509.load_pem_x509_csr(csr_pem.encode())
        except ValueError as error:
            raise InvalidInput(FieldError(field="csr", reason="is no request")) from error
        return str(request.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)

    def issue(self, client_id: str, organization: OrganizationId, csr_pem: str) -> Certificate:
        assert self.client_id(csr_pem) == client_id
        self._answer()
        self.good[client_id] = organization
        pem = "-----BEGIN CERTIFICATE-----\nMIIC\n-----END CERTIFICATE-----\n"
        return Certificate(id=f"certificate of {client_id}", pem=pem)

    def end(self, client_id: str, certificate: str) -> None:
        self._answer()
        if certificate == f"certificate of {client_id}":
            self.good.pop(client_id, None)

    def _answer(self) -> None:
        if self.away:
            raise Unavailable("IoT does not answer")
