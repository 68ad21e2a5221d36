"""Bots' runs over HTTP, and what became of bots."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.lists import listed
from janym.api.requests import PageQuery, bot_of, caller, query
from janym.api.runs import BotEventView, RunView
from janym.telemetry import logger
from janym.usecases import runs

app = new_app(wiring.admit)


@app.get("/api/bots/<bot_id>/runs")
def of_bot(bot_id: str) -> Response[str]:
    bot, page = bot_of(bot_id), query(app, PageQuery).page()
    with wiring.units()(caller(app).organization) as uow:
        found = runs.listed(uow, bot, page)
    return respond(listed(found, RunView.of))


@app.get("/api/bots/<bot_id>/events")
def events_of_bot(bot_id: str) -> Response[str]:
    bot, page = bot_of(bot_id), query(app, PageQuery).page()
    with wiring.units()(caller(app).organization) as uow:
        found = runs.events(uow, bot, page)
    return respond(listed(found, BotEventView.of))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
