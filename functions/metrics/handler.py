"""Bots' figures over HTTP."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.metrics import BotMetricsView, HistoryQuery, MetricsView, ProfitAndLossView
from janym.api.requests import caller, query, uuid_of
from janym.domain.ids import BotId
from janym.telemetry import logger
from janym.usecases import metrics

app = new_app()


@app.get("/api/bots/<bot_id>/metrics")
def figures(bot_id: str) -> Response[str]:
    bot, asked = BotId(uuid_of(bot_id, field="bot_id")), query(app, HistoryQuery)
    since, until = asked.span(wiring.clock().now())
    with wiring.units()(caller(app).organization) as uow:
        points = metrics.history(uow, bot, since=since, until=until, limit=asked.limit)
        latest = metrics.latest(uow, bot)
    return respond(
        BotMetricsView(
            latest=MetricsView.of(latest) if latest else None,
            items=[MetricsView.of(point) for point in points],
        )
    )


@app.get("/api/bots/<bot_id>/pnl")
def pnl(bot_id: str) -> Response[str]:
    bot = BotId(uuid_of(bot_id, field="bot_id"))
    with wiring.units()(caller(app).organization) as uow:
        return respond(ProfitAndLossView.of(metrics.pnl(uow, bot)))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
