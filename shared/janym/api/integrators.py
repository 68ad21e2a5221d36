"""Integrators over HTTP: who reads events over MQTT, and what they connect with."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from janym.api.requests import Asked
from janym.domain import topics
from janym.domain.integrator import Integrator, IntegratorState

LONGEST_CSR = 8_000


class IssueIntegrator(Asked):
    """A program that is to read the organization's events."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    csr: Annotated[str, Field(min_length=1, max_length=LONGEST_CSR)]
    """A certificate signing request in PEM, whose common name is `live-` and a UUID of your own.
    Its private key stays with you."""


class IntegratorView(BaseModel):
    """A program that reads the organization's events, or did."""

    integrator_id: UUID
    name: str
    client_id: str
    """The MQTT client id to connect with."""
    topic_filter: str
    """What it may subscribe to; it may publish nothing."""
    state: IntegratorState
    created_by: str
    created_at: AwareDatetime
    revoked_by: str | None
    revoked_at: AwareDatetime | None

    @classmethod
    def of(cls, integrator: Integrator) -> Self:
        return cls(
            integrator_id=integrator.id,
            name=integrator.name,
            client_id=integrator.client_id,
            topic_filter=topics.live(integrator.organization, "#"),
            state=integrator.state,
            created_by=integrator.created_by,
            created_at=integrator.created_at,
            revoked_by=integrator.revoked_by,
            revoked_at=integrator.revoked_at,
        )


class IntegratorAccess(BaseModel):
    """An integrator, and what it connects with. No private key is among it."""

    integrator: IntegratorView
    certificate_pem: str
    ca_pem: str
    """The authority that signed the broker's certificate."""
    mqtt_host: str
    mqtt_port: int

    @classmethod
    def of(cls, integrator: Integrator, *, ca_pem: str, host: str, port: int) -> Self:
        return cls(
            integrator=IntegratorView.of(integrator),
            certificate_pem=integrator.pem,
            ca_pem=ca_pem,
            mqtt_host=host,
            mqtt_port=port,
        )
