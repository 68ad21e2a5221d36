"""The organization over HTTP. What it means is in `janym.usecases.organization`."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.organization import OrganizationView, PutOrganization
from janym.api.requests import body, caller
from janym.telemetry import logger
from janym.usecases import organization

app = new_app()


@app.get("/api/organization")
def read() -> Response[str]:
    who = caller(app)
    with wiring.units()(who.organization) as uow:
        return respond(OrganizationView.of(organization.read(uow, caller=who)))


@app.put("/api/organization")
def put() -> Response[str]:
    who, asked = caller(app), body(app, PutOrganization)
    with wiring.units()(who.organization) as uow:
        stored = organization.put(uow, asked.name, caller=who, clock=wiring.clock())
        uow.commit()
    return respond(OrganizationView.of(stored))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
