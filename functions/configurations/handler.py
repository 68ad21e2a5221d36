"""What bots were made of over HTTP, and bots as documents that leave and come back."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.bots import BotView, UpdatedBotView
from janym.api.configurations import BotDocument, DiffQuery, DiffView, ImportBot, VersionView
from janym.api.http import new_app, respond
from janym.api.lists import listed
from janym.api.receipts import Receipts
from janym.api.requests import PageQuery, body, bot_of, caller, number_of, query
from janym.telemetry import logger
from janym.usecases import bots, configurations

app = new_app(wiring.admit)


@app.get("/api/bots/<bot_id>/versions")
def versions(bot_id: str) -> Response[str]:
    bot, page = bot_of(bot_id), query(app, PageQuery).page()
    with wiring.units()(caller(app).organization) as uow:
        return respond(listed(configurations.versions(uow, bot, page), VersionView.of))


@app.get("/api/bots/<bot_id>/versions/<number>")
def version(bot_id: str, number: str) -> Response[str]:
    bot, wanted = bot_of(bot_id), number_of(number, field="number")
    with wiring.units()(caller(app).organization) as uow:
        return respond(VersionView.of(configurations.version(uow, bot, wanted)))


@app.get("/api/bots/<bot_id>/versions/<number>/diff")
def diff(bot_id: str, number: str) -> Response[str]:
    bot, newer = bot_of(bot_id), number_of(number, field="number")
    against = query(app, DiffQuery).against
    with wiring.units()(caller(app).organization) as uow:
        return respond(DiffView.of(configurations.compared(uow, bot, newer, against)))


@app.post("/api/bots/<bot_id>/versions/<number>/rollback")
def roll_back(bot_id: str, number: str) -> Response[str]:
    who, bot, wanted = caller(app), bot_of(bot_id), number_of(number, field="number")
    with wiring.units()(who.organization) as uow:
        spec = configurations.former(uow, bot, wanted, caller=who)
    spec = bots.examine(spec, caller=who, venues=wiring.venues())
    with wiring.units()(who.organization) as uow:
        note = f"rolled back to {wanted}"
        changed = bots.update(uow, bot, spec, caller=who, clock=wiring.clock(), note=note)
        uow.commit()
    return respond(UpdatedBotView.of(changed))


@app.get("/api/bots/<bot_id>/export")
def export(bot_id: str) -> Response[str]:
    with wiring.units()(caller(app).organization) as uow:
        return respond(BotDocument.of(bots.read(uow, bot_of(bot_id))))


@app.post("/api/bots/import")
def bring_in() -> Response[str]:
    who, clock, asked = caller(app), wiring.clock(), body(app, ImportBot)
    receipts = Receipts.of(app, caller=who, units=wiring.units(), clock=clock)
    if (again := receipts.replay()) is not None:
        return again
    spec = bots.examine(asked.spec(), caller=who, venues=wiring.venues())
    by: dict[str, Any] = {"caller": who, "clock": clock, "randomness": wiring.randomness()}
    return receipts.answer(
        HTTPStatus.CREATED,
        lambda uow: BotView.of(bots.create(uow, spec, note="imported", **by)),
    )


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
