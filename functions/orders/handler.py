"""Orders and executions over HTTP."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.lists import listed
from janym.api.orders import FillView, OrdersQuery, OrderView
from janym.api.requests import PageQuery, bot_of, caller, query
from janym.api.timeline import TimelineQuery, TimelineView
from janym.telemetry import logger
from janym.usecases import chains, orders

app = new_app(wiring.admit)


@app.get("/api/orders")
def of_all() -> Response[str]:
    asked = query(app, OrdersQuery)
    with wiring.units()(caller(app).organization) as uow:
        found = orders.of_all(uow, asked.page(), asked.wanted())
    return respond(listed(found, OrderView.of))


@app.get("/api/bots/<bot_id>/orders")
def of_bot(bot_id: str) -> Response[str]:
    bot, asked = bot_of(bot_id), query(app, OrdersQuery)
    with wiring.units()(caller(app).organization) as uow:
        found = orders.of_bot(uow, bot, asked.page(), asked.wanted())
    return respond(listed(found, OrderView.of))


@app.get("/api/bots/<bot_id>/fills")
def fills(bot_id: str) -> Response[str]:
    bot, page = bot_of(bot_id), query(app, PageQuery).page()
    with wiring.units()(caller(app).organization) as uow:
        return respond(listed(orders.fills(uow, bot, page), FillView.of))


@app.get("/api/bots/<bot_id>/timeline")
def timeline(bot_id: str) -> Response[str]:
    bot, wanted = bot_of(bot_id), query(app, TimelineQuery).wanted()
    with wiring.units()(caller(app).organization) as uow:
        return respond(TimelineView.of(chains.found(uow, bot, wanted)))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
