"""Commands over HTTP: how far they got."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.commands import CommandView
from janym.api.http import new_app, respond
from janym.api.lists import listed
from janym.api.requests import PageQuery, bot_of, caller, query, uuid_of
from janym.domain.ids import CommandId
from janym.telemetry import logger
from janym.usecases import commands

app = new_app(wiring.admit)


@app.get("/api/bots/<bot_id>/commands")
def of_bot(bot_id: str) -> Response[str]:
    bot, page = bot_of(bot_id), query(app, PageQuery).page()
    with wiring.units()(caller(app).organization) as uow:
        return respond(listed(commands.listed(uow, bot, page), CommandView.of))


@app.get("/api/commands/<command_id>")
def read(command_id: str) -> Response[str]:
    key = CommandId(uuid_of(command_id, field="command_id"))
    with wiring.units()(caller(app).organization) as uow:
        return respond(CommandView.of(commands.read(uow, key)))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
