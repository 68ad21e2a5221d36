"""What is collected, over HTTP. What it means is in `janym.usecases.monitoring`."""

from functools import partial
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, nothing, respond
from janym.api.lists import listed, whole
from janym.api.monitoring import ChangeMonitoring, CollectorView, CreateMonitoring, MonitoringView
from janym.api.receipts import Receipts
from janym.api.requests import PageQuery, WholeQuery, body, caller, number_of, query
from janym.domain.collecting import MonitoringId
from janym.telemetry import logger
from janym.usecases import monitoring

app = new_app(wiring.admit)


@app.get("/api/collectors")
def list_collectors() -> Response[str]:
    query(app, WholeQuery)
    found = monitoring.collectors(wiring.roster(), caller=caller(app))
    now = wiring.clock().now()
    return respond(whole(found, partial(CollectorView.of, now=now)))


@app.get("/api/monitoring")
def list_tasks() -> Response[str]:
    asked = query(app, PageQuery)
    with wiring.units()(caller(app).organization) as uow:
        return respond(listed(uow.monitoring.list(asked.page()), MonitoringView.of))


@app.post("/api/monitoring")
def create() -> Response[str]:
    who, asked, clock = caller(app), body(app, CreateMonitoring), wiring.clock()
    receipts = Receipts.of(app, caller=who, units=wiring.units(), clock=clock)
    if (again := receipts.replay()) is not None:
        return again
    task = monitoring.examined(asked.task(), caller=who, listed=wiring.roster().listings)
    return receipts.answer(
        HTTPStatus.CREATED,
        lambda uow: MonitoringView.of(
            monitoring.create(uow, task, enabled=asked.enabled, caller=who, clock=clock)
        ),
    )


@app.get("/api/monitoring/<monitoring_id>")
def read(monitoring_id: str) -> Response[str]:
    key = _key(monitoring_id)
    with wiring.units()(caller(app).organization) as uow:
        return respond(MonitoringView.of(uow.monitoring.get(key)))


@app.put("/api/monitoring/<monitoring_id>")
def change(monitoring_id: str) -> Response[str]:
    who, asked, key = caller(app), body(app, ChangeMonitoring).change(), _key(monitoring_id)
    with wiring.units()(who.organization) as uow:
        changed = monitoring.change(uow, key, asked, caller=who, clock=wiring.clock())
        uow.commit()
    return respond(MonitoringView.of(changed))


@app.delete("/api/monitoring/<monitoring_id>")
def delete(monitoring_id: str) -> Response[str]:
    who, key = caller(app), _key(monitoring_id)
    with wiring.units()(who.organization) as uow:
        monitoring.delete(uow, key, caller=who, clock=wiring.clock())
        uow.commit()
    return nothing()


def _key(text: str) -> MonitoringId:
    return MonitoringId(number_of(text, field="monitoring_id"))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
