"""The organization over HTTP. What it means is in `janym.usecases.organization` and `halts`."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.organization import (
    OrganizationView,
    PutLimits,
    PutLiveTrading,
    PutOrganization,
    PutState,
    StateView,
)
from janym.api.requests import body, caller
from janym.domain.errors import Unavailable
from janym.telemetry import logger
from janym.usecases import halts, organization

app = new_app(wiring.admit)


@app.get("/api/organization")
def read() -> Response[str]:
    who = caller(app)
    with wiring.units()(who.organization) as uow:
        found = organization.read(uow, caller=who)
        return respond(OrganizationView.of(found, organization.usage(uow)))


@app.put("/api/organization")
def put() -> Response[str]:
    who, asked = caller(app), body(app, PutOrganization)
    with wiring.units()(who.organization) as uow:
        stored = organization.put(uow, asked.name, caller=who, clock=wiring.clock())
        view = OrganizationView.of(stored, organization.usage(uow))
        uow.commit()
    return respond(view)


@app.put("/api/organization/state")
def put_state() -> Response[str]:
    who, change = caller(app), body(app, PutState).change()
    with wiring.units()(who.organization) as uow:
        changed = halts.put(
            uow, change, caller=who, clock=wiring.clock(), randomness=wiring.randomness()
        )
        uow.commit()
    try:
        wiring.functions().enforce(who.organization)
    except Unavailable as away:
        logger.warning("left to the sweep", extra={"reason": str(away)})
    return respond(StateView.of(changed), HTTPStatus.ACCEPTED)


@app.put("/api/organization/live-trading")
def put_live_trading() -> Response[str]:
    who, asked = caller(app), body(app, PutLiveTrading)
    with wiring.units()(who.organization) as uow:
        stored = organization.put_live_trading(
            uow,
            enabled=asked.enabled,
            confirmation=asked.confirmation,
            caller=who,
            clock=wiring.clock(),
        )
        view = OrganizationView.of(stored, organization.usage(uow))
        uow.commit()
    return respond(view)


@app.put("/api/organization/limits")
def put_limits() -> Response[str]:
    who, asked = caller(app), body(app, PutLimits)
    with wiring.units()(who.organization) as uow:
        stored = organization.put_limits(uow, asked.limits(), caller=who, clock=wiring.clock())
        view = OrganizationView.of(stored, organization.usage(uow))
        uow.commit()
    return respond(view)


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
