"""Alerts over HTTP. What rules, channels and alerts are is in `janym.usecases.alerts`."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.alerts import AlertsQuery, AlertView, CreateRule, DeliveryView, RuleBody, RuleView
from janym.api.http import new_app, nothing, respond
from janym.api.lists import listed, whole
from janym.api.receipts import Receipts
from janym.api.requests import PageQuery, WholeQuery, body, caller, query, uuid_of
from janym.domain.alert import AlertId, RuleId
from janym.domain.ids import BotId
from janym.telemetry import logger
from janym.usecases import alerts

app = new_app(wiring.admit)


@app.get("/api/alerts")
def list_alerts() -> Response[str]:
    asked = query(app, AlertsQuery)
    bot = BotId(asked.bot_id) if asked.bot_id else None
    with wiring.units()(caller(app).organization) as uow:
        page = uow.alerts.list(asked.page(), state=asked.state, bot=bot)
    return respond(listed(page, AlertView.of))


@app.get("/api/alerts/rules")
def list_rules() -> Response[str]:
    asked = query(app, PageQuery)
    with wiring.units()(caller(app).organization) as uow:
        return respond(listed(uow.alerts.rules(asked.page()), RuleView.of))


@app.post("/api/alerts/rules")
def create_rule() -> Response[str]:
    who, asked, clock = caller(app), body(app, CreateRule), wiring.clock()
    by: dict[str, Any] = {"caller": who, "clock": clock, "randomness": wiring.randomness()}
    return Receipts.of(app, caller=who, units=wiring.units(), clock=clock).answer(
        HTTPStatus.CREATED,
        lambda uow: RuleView.of(alerts.create_rule(uow, asked.kind, asked.wish(), **by)),
    )


@app.put("/api/alerts/rules/<rule_id>")
def change_rule(rule_id: str) -> Response[str]:
    who, wish = caller(app), body(app, RuleBody).wish()
    key = RuleId(uuid_of(rule_id, field="rule_id"))
    with wiring.units()(who.organization) as uow:
        changed = alerts.change_rule(uow, key, wish, caller=who, clock=wiring.clock())
        uow.commit()
    return respond(RuleView.of(changed))


@app.delete("/api/alerts/rules/<rule_id>")
def delete_rule(rule_id: str) -> Response[str]:
    who, key = caller(app), RuleId(uuid_of(rule_id, field="rule_id"))
    with wiring.units()(who.organization) as uow:
        alerts.delete_rule(uow, key, caller=who, clock=wiring.clock())
        uow.commit()
    return nothing()


@app.get("/api/alerts/<alert_id>/deliveries")
def alert_deliveries(alert_id: str) -> Response[str]:
    key = AlertId(uuid_of(alert_id, field="alert_id"))
    query(app, WholeQuery)
    with wiring.units()(caller(app).organization) as uow:
        told = uow.alerts.deliveries(alert=uow.alerts.get(key).id)
    return respond(whole(told, DeliveryView.of))


@app.post("/api/alerts/<alert_id>/acknowledge")
def acknowledge(alert_id: str) -> Response[str]:
    who, key = caller(app), AlertId(uuid_of(alert_id, field="alert_id"))
    clock = wiring.clock()
    return Receipts.of(app, caller=who, units=wiring.units(), clock=clock).answer(
        HTTPStatus.OK,
        lambda uow: AlertView.of(alerts.acknowledge(uow, key, caller=who, clock=clock)),
    )


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
