"""Routes of `functions/integrators`."""

from http import HTTPStatus

from janym.api.contract.route import Example, Route
from janym.api.integrators import IntegratorAccess, IntegratorView, IssueIntegrator
from janym.api.lists import ListView
from janym.api.requests import PageQuery
from janym.domain.organization import Role

CSR = """\
-----BEGIN CERTIFICATE REQUEST-----
MIHvMIGWAgEAMDQxMjAwBgNVBAMMKWxpdmUtM2YxYzlmMGUtNmIxZC00YTU5LTlk
MWUtNWEwZjRhN2YyYjExMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEObwAd+fp
lzbvJRjdyXwjS1ecirBw+6KYNZxqQzURRsrXMjm2hz90fCTfnboSWwqgi0ME+zso
05jFhuHEE6CIOKAAMAoGCCqGSM49BAMCA0gAMEUCICaVNO2rIY31eubm9gAFrHDf
hh54cMCVNm4XMXJ+Mmx/AiEA7od03K/v2luWn2oQ2ScXFrRL6GyQNMDevQdCiQSM
5Qc=
-----END CERTIFICATE REQUEST-----
"""
"""Of a key that is thrown away; `openssl req -new -subj /CN=live-$(uuidgen)` makes another."""

ROUTES = (
    Route(
        call="GET /api/integrators",
        summary="List the programs that read your organization's events over MQTT",
        role=Role.ADMIN,
        query=PageQuery,
        answer=ListView[IntegratorView],
    ),
    Route(
        call="POST /api/integrators",
        summary="Give a program a certificate that reads your organization's events, and no more",
        role=Role.ADMIN,
        body=IssueIntegrator,
        idempotent=True,
        status=HTTPStatus.CREATED,
        answer=IntegratorAccess,
        problems=(
            "ALREADY_EXISTS",
            "INTEGRATOR_LIMIT",
            "ORGANIZATION_MISSING",
            "ORGANIZATION_NO_TOPIC",
        ),
        example=Example(body={"name": "Risk desk", "csr": CSR}),
    ),
    Route(
        call="GET /api/integrators/{integrator_id}",
        summary="See a program that reads events, and what it connects with",
        role=Role.ADMIN,
        answer=IntegratorAccess,
    ),
    Route(
        call="POST /api/integrators/{integrator_id}/revoke",
        summary="Make a program's certificate useless, and cut it off",
        role=Role.ADMIN,
        idempotent=True,
        status=HTTPStatus.ACCEPTED,
        answer=IntegratorView,
    ),
)
