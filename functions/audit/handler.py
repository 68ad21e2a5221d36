"""The audit log over HTTP. What stands in it is in `janym.usecases.audit`."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.audit import AuditChainView, AuditLineView, AuditQuery
from janym.api.http import new_app, respond
from janym.api.lists import listed
from janym.api.requests import caller, query
from janym.telemetry import logger
from janym.usecases import audit

app = new_app(wiring.admit)


@app.get("/api/audit")
def lines() -> Response[str]:
    who, asked = caller(app), query(app, AuditQuery)
    with wiring.units()(who.organization) as uow:
        found = audit.listed(uow, asked.wanted(), asked.page(), caller=who)
    return respond(listed(found, AuditLineView.of))


@app.get("/api/audit/verification")
def verification() -> Response[str]:
    who = caller(app)
    with wiring.units()(who.organization) as uow:
        return respond(AuditChainView.of(audit.verified(uow, caller=who)))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
