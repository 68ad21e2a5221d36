"""Bots' logs over HTTP, and the messages of theirs that were rejected."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.lists import listed
from janym.api.logs import LogsQuery, LogView, RejectedView
from janym.api.requests import PageQuery, bot_of, caller, query
from janym.telemetry import logger
from janym.usecases import logs

app = new_app(wiring.admit)


@app.get("/api/bots/<bot_id>/logs")
def of_bot(bot_id: str) -> Response[str]:
    bot, asked = bot_of(bot_id), query(app, LogsQuery)
    with wiring.units()(caller(app).organization) as uow:
        found = logs.listed(uow, bot, asked.page(), asked.wanted())
    return respond(listed(found, LogView.of))


@app.get("/api/bots/<bot_id>/rejected")
def rejected(bot_id: str) -> Response[str]:
    bot, page = bot_of(bot_id), query(app, PageQuery).page()
    with wiring.units()(caller(app).organization) as uow:
        found = logs.rejected(uow, bot, page)
    return respond(listed(found, RejectedView.of))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
