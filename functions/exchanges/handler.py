"""What a bot can be made of, over HTTP."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.exchanges import AddressView, ExchangeView, StrategyView
from janym.api.http import new_app, respond
from janym.api.lists import ListView
from janym.api.requests import WholeQuery, query
from janym.hummingbot import strategies
from janym.telemetry import logger
from janym.usecases import exchanges

app = new_app()


@app.get("/api/exchanges")
def offered() -> Response[str]:
    query(app, WholeQuery)
    views = [ExchangeView.of(offer) for offer in exchanges.offers(wiring.venues())]
    return respond(ListView(items=views))


@app.get("/api/exchanges/addresses")
def addresses() -> Response[str]:
    query(app, WholeQuery)
    views = [
        AddressView(egress_shard=shard, address=address)
        for shard, address in enumerate(wiring.settings().egress_addresses)
    ]
    return respond(ListView(items=views))


@app.get("/api/strategies")
def known() -> Response[str]:
    query(app, WholeQuery)
    traded = exchanges.traded_on(wiring.venues())
    views = [StrategyView.of(name, traded) for name in sorted(strategies.STRATEGIES)]
    return respond(ListView(items=views))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
