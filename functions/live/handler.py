"""Tickets for sockets over HTTP. What they are good for is in `janym.usecases.live`."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.live import TicketView
from janym.api.requests import caller
from janym.telemetry import logger
from janym.usecases import live

app = new_app(wiring.admit)


@app.post("/api/live/tickets")
def issue() -> Response[str]:
    who = caller(app)
    with wiring.units()(who.organization) as uow:
        issued = live.issue(uow, caller=who, clock=wiring.clock(), randomness=wiring.randomness())
        uow.commit()
    view = TicketView.of(issued, url=wiring.settings().live_socket_url)
    return respond(view, HTTPStatus.CREATED)


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
