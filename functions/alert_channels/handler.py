"""Channels over HTTP. What they are is in `janym.usecases.alerts`."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.alerts import ChangeChannel, ChannelView, CreateChannel, DeliveryView
from janym.api.http import new_app, nothing, respond
from janym.api.lists import listed, whole
from janym.api.receipts import Receipts
from janym.api.requests import PageQuery, WholeQuery, body, caller, query, uuid_of
from janym.domain.alert import ChannelId
from janym.telemetry import logger
from janym.usecases import alerts, nudges

app = new_app(wiring.admit)


@app.get("/api/alerts/channels")
def list_channels() -> Response[str]:
    asked = query(app, PageQuery)
    with wiring.units()(caller(app).organization) as uow:
        return respond(listed(uow.alerts.channels(asked.page()), ChannelView.of))


@app.post("/api/alerts/channels")
def create_channel() -> Response[str]:
    who, asked, clock = caller(app), body(app, CreateChannel).asked(), wiring.clock()
    receipts = Receipts.of(app, caller=who, units=wiring.units(), clock=clock)
    kept: dict[str, Any] = {
        "seal": wiring.seal(),
        "clock": clock,
        "randomness": wiring.randomness(),
    }
    return receipts.answer(
        HTTPStatus.CREATED,
        lambda uow: ChannelView.of(alerts.create_channel(uow, asked, caller=who, **kept)),
    )


@app.put("/api/alerts/channels/<channel_id>")
def change_channel(channel_id: str) -> Response[str]:
    who, asked = caller(app), body(app, ChangeChannel)
    key = ChannelId(uuid_of(channel_id, field="channel_id"))
    with wiring.units()(who.organization) as uow:
        changed = alerts.change_channel(
            uow, key, change=asked.change, caller=who, clock=wiring.clock()
        )
        uow.commit()
    return respond(ChannelView.of(changed))


@app.delete("/api/alerts/channels/<channel_id>")
def delete_channel(channel_id: str) -> Response[str]:
    who, key = caller(app), ChannelId(uuid_of(channel_id, field="channel_id"))
    with wiring.units()(who.organization) as uow:
        alerts.delete_channel(uow, key, caller=who, clock=wiring.clock())
        uow.commit()
    return nothing()


@app.post("/api/alerts/channels/<channel_id>/test")
def test_channel(channel_id: str) -> Response[str]:
    who, key = caller(app), ChannelId(uuid_of(channel_id, field="channel_id"))
    clock, randomness = wiring.clock(), wiring.randomness()
    answer = Receipts.of(app, caller=who, units=wiring.units(), clock=clock).answer(
        HTTPStatus.ACCEPTED,
        lambda uow: DeliveryView.of(
            alerts.test_channel(uow, key, caller=who, clock=clock, randomness=randomness)
        ),
    )
    nudges.deliver_alerts(wiring.functions(), report=logger.warning)
    return answer


@app.get("/api/alerts/channels/<channel_id>/deliveries")
def list_deliveries(channel_id: str) -> Response[str]:
    key = ChannelId(uuid_of(channel_id, field="channel_id"))
    query(app, WholeQuery)
    with wiring.units()(caller(app).organization) as uow:
        told = uow.alerts.deliveries(channel=uow.alerts.channel(key).id)
    return respond(whole(told, DeliveryView.of))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
