"""Bots over HTTP: what they are. What their owners want them to do is for `wishes`."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.bots import BotView, ConfigView, CreateBot, UpdateBot, UpdatedBotView
from janym.api.http import new_app, nothing, respond
from janym.api.lists import listed
from janym.api.receipts import Receipts
from janym.api.requests import PageQuery, body, bot_of, caller, query
from janym.telemetry import logger
from janym.usecases import bots

app = new_app(wiring.admit)


@app.get("/api/bots")
def every() -> Response[str]:
    page = query(app, PageQuery).page()
    with wiring.units()(caller(app).organization) as uow:
        return respond(listed(bots.listed(uow, page), BotView.of))


@app.post("/api/bots")
def create() -> Response[str]:
    who, clock, spec = caller(app), wiring.clock(), body(app, CreateBot).spec()
    receipts = Receipts.of(app, caller=who, units=wiring.units(), clock=clock)
    if (again := receipts.replay()) is not None:
        return again
    spec = bots.examine(spec, caller=who, venues=wiring.venues())
    randomness = wiring.randomness()
    return receipts.answer(
        HTTPStatus.CREATED,
        lambda uow: BotView.of(
            bots.create(uow, spec, caller=who, clock=clock, randomness=randomness)
        ),
    )


@app.get("/api/bots/<bot_id>")
def read(bot_id: str) -> Response[str]:
    with wiring.units()(caller(app).organization) as uow:
        return respond(BotView.of(bots.read(uow, bot_of(bot_id))))


@app.get("/api/bots/<bot_id>/config")
def config(bot_id: str) -> Response[str]:
    with wiring.units()(caller(app).organization) as uow:
        return respond(ConfigView.of(*bots.config(uow, bot_of(bot_id))))


@app.put("/api/bots/<bot_id>")
def update(bot_id: str) -> Response[str]:
    who, key, change = caller(app), bot_of(bot_id), body(app, UpdateBot).change()
    with wiring.units()(who.organization) as uow:
        spec = bots.changed(uow, key, change, caller=who)
    spec = bots.examine(spec, caller=who, venues=wiring.venues())
    with wiring.units()(who.organization) as uow:
        bot = bots.update(uow, key, spec, caller=who, clock=wiring.clock())
        uow.commit()
    return respond(UpdatedBotView.of(bot))


@app.delete("/api/bots/<bot_id>")
def delete(bot_id: str) -> Response[str]:
    who = caller(app)
    with wiring.units()(who.organization) as uow:
        bots.delete(uow, bot_of(bot_id), caller=who, clock=wiring.clock())
        uow.commit()
    return nothing()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
