"""Integrators over HTTP. What they may is in `janym.usecases.integrators`."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.integrators import IntegratorAccess, IntegratorView, IssueIntegrator
from janym.api.lists import listed
from janym.api.receipts import Receipts
from janym.api.requests import PageQuery, body, caller, query, uuid_of
from janym.domain.integrator import Integrator, IntegratorId
from janym.telemetry import logger
from janym.usecases import integrators, nudges

app = new_app(wiring.admit)


@app.get("/api/integrators")
def list_all() -> Response[str]:
    who, page = caller(app), query(app, PageQuery).page()
    with wiring.units()(who.organization) as uow:
        return respond(listed(integrators.listed(uow, page, caller=who), IntegratorView.of))


@app.post("/api/integrators")
def issue() -> Response[str]:
    who, asked, clock = caller(app), body(app, IssueIntegrator), wiring.clock()
    receipts = Receipts.of(app, caller=who, units=wiring.units(), clock=clock)
    passes = wiring.passes()
    return receipts.answer(
        HTTPStatus.CREATED,
        lambda uow: _access(
            integrators.issue(uow, asked.name, asked.csr, caller=who, passes=passes, clock=clock)
        ),
    )


@app.get("/api/integrators/<integrator_id>")
def read(integrator_id: str) -> Response[str]:
    who, key = caller(app), IntegratorId(uuid_of(integrator_id, field="integrator_id"))
    with wiring.units()(who.organization) as uow:
        found = integrators.read(uow, key, caller=who)
    return respond(_access(found))


@app.post("/api/integrators/<integrator_id>/revoke")
def revoke(integrator_id: str) -> Response[str]:
    who, key = caller(app), IntegratorId(uuid_of(integrator_id, field="integrator_id"))
    clock = wiring.clock()
    answer = Receipts.of(app, caller=who, units=wiring.units(), clock=clock).answer(
        HTTPStatus.ACCEPTED,
        lambda uow: IntegratorView.of(integrators.revoke(uow, key, caller=who, clock=clock)),
    )
    nudges.publish_events(wiring.functions(), report=logger.warning)
    return answer


def _access(integrator: Integrator) -> IntegratorAccess:
    settings = wiring.settings()
    return IntegratorAccess.of(
        integrator,
        ca_pem=settings.iot_ca_pem,
        host=settings.iot_data_endpoint,
        port=settings.iot_mqtt_port,
    )


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
