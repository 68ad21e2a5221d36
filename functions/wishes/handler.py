"""What owners ask of bots, over HTTP. What each wish means is in `janym.usecases.wishes`."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.bots import StartBot, StopBot
from janym.api.commands import CommandView
from janym.api.http import new_app
from janym.api.receipts import Receipts
from janym.api.requests import bot_of, caller, optional_body
from janym.domain.command import Command
from janym.domain.errors import Unavailable
from janym.telemetry import logger
from janym.usecases import departures, wishes

app = new_app(wiring.admit)


@app.post("/api/bots/<bot_id>/start")
def start(bot_id: str) -> Response[str]:
    return _wish(bot_id, wishes.start, optional_body(app, StartBot).options())


@app.post("/api/bots/<bot_id>/stop")
def stop(bot_id: str) -> Response[str]:
    return _wish(bot_id, wishes.stop, optional_body(app, StopBot).mode)


@app.post("/api/bots/<bot_id>/restart")
def restart(bot_id: str) -> Response[str]:
    return _wish(bot_id, wishes.restart, optional_body(app, StartBot).options())


@app.post("/api/bots/<bot_id>/pause")
def pause(bot_id: str) -> Response[str]:
    return _wish(bot_id, wishes.pause)


@app.post("/api/bots/<bot_id>/resume")
def resume(bot_id: str) -> Response[str]:
    return _wish(bot_id, wishes.resume)


@app.post("/api/bots/<bot_id>/delete")
def delete(bot_id: str) -> Response[str]:
    return _wish(bot_id, departures.stop_and_delete, optional_body(app, StopBot).mode)


@app.post("/api/bots/<bot_id>/apply")
def apply(bot_id: str) -> Response[str]:
    return _wish(bot_id, wishes.apply)


def _wish(bot_id: str, wish: Callable[..., Command], *how: object) -> Response[str]:
    """Note a wish and have it acted on now; where that fails, the sweep within the minute does."""
    who, clock = caller(app), wiring.clock()
    key = bot_of(bot_id)
    by: dict[str, Any] = {"caller": who, "clock": clock, "randomness": wiring.randomness()}
    receipts = Receipts.of(app, caller=who, units=wiring.units(), clock=clock)
    answer = receipts.answer(
        HTTPStatus.ACCEPTED, lambda uow: CommandView.of(wish(uow, key, *how, **by))
    )
    try:
        wiring.functions().reconcile(key)
    except Unavailable as away:
        logger.warning("left to the sweep", extra={"bot_id": bot_id, "reason": str(away)})
    return answer


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
