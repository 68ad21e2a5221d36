"""Bots' figures over HTTP; read within a minute, they come from memory."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, respond
from janym.api.lists import ListView, listed
from janym.api.metrics import BotMetricsView, HistoryQuery, LatestView, ProfitAndLossView
from janym.api.recent import Recent
from janym.api.requests import PageQuery, bot_of, caller, query
from janym.telemetry import logger
from janym.usecases import metrics

app = new_app(wiring.admit)
recent = Recent()


@app.get("/api/metrics")
def of_all() -> Response[str]:
    who, page = caller(app), query(app, PageQuery).page()

    def read() -> ListView[LatestView]:
        with wiring.units()(who.organization) as uow:
            return listed(metrics.of_all(uow, page), LatestView.of)

    return recent.answer(app, read, caller=who, clock=wiring.clock())


@app.get("/api/bots/<bot_id>/metrics")
def figures(bot_id: str) -> Response[str]:
    who, bot = caller(app), bot_of(bot_id)
    span = query(app, HistoryQuery).span(wiring.clock().now())

    def read() -> BotMetricsView:
        stores = metrics.Stores(units=wiring.units(), history=wiring.history)
        return BotMetricsView.of(
            metrics.history(
                bot, span, organization=who.organization, stores=stores, clock=wiring.clock()
            )
        )

    return recent.answer(app, read, caller=who, clock=wiring.clock())


@app.get("/api/bots/<bot_id>/pnl")
def pnl(bot_id: str) -> Response[str]:
    bot = bot_of(bot_id)
    with wiring.units()(caller(app).organization) as uow:
        return respond(ProfitAndLossView.of(metrics.pnl(uow, bot)))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
