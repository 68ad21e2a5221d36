"""A run claims what it may know. What is checked is in `janym.usecases.claim`."""

from dataclasses import replace
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.claims import Broker, ClaimRequest, ClaimView, task_of
from janym.api.http import new_app, respond
from janym.api.requests import body, origin
from janym.telemetry import logger
from janym.usecases import claim

app = new_app()


@app.post("/claim")
def post() -> Response[str]:
    settings, venues = wiring.settings(), wiring.venues()
    task = task_of(app, role=settings.bot_role_name)
    claimed = claim.claim(
        replace(body(app, ClaimRequest).asked(task), **origin(app)),
        units=wiring.units(),
        clock=wiring.clock(),
        vault=wiring.vault(),
        certificates=wiring.certificates(),
    )
    broker = Broker(
        ca_pem=settings.iot_ca_pem,
        mqtt_host=settings.iot_data_endpoint,
        mqtt_port=settings.iot_mqtt_port,
        telemetry_rule=settings.telemetry_rule,
    )
    venue = venues.addresses(claimed.bot.exchange, claimed.bot.environment)
    return respond(ClaimView.of(claimed, broker=broker, venue=venue))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
