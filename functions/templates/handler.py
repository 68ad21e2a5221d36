"""What bots are made from, over HTTP: the library's templates and the organization's own."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.configurations import PutTemplate, TemplateView, UseTemplate
from janym.api.http import new_app, nothing, respond
from janym.api.lists import ListView
from janym.api.requests import WholeQuery, body, caller, query
from janym.telemetry import logger
from janym.usecases import configurations

app = new_app(wiring.admit)


@app.get("/api/templates")
def templates() -> Response[str]:
    query(app, WholeQuery)
    with wiring.units()(caller(app).organization) as uow:
        views = [TemplateView.of(each) for each in configurations.templates(uow)]
    return respond(ListView(items=views))


@app.get("/api/templates/<name>")
def template(name: str) -> Response[str]:
    with wiring.units()(caller(app).organization) as uow:
        return respond(TemplateView.of(configurations.template(uow, name)))


@app.put("/api/templates/<name>")
def save(name: str) -> Response[str]:
    who, asked = caller(app), body(app, PutTemplate).template(name)
    with wiring.units()(who.organization) as uow:
        saved = configurations.save(uow, asked, caller=who, clock=wiring.clock())
        uow.commit()
    return respond(TemplateView.of(saved))


@app.delete("/api/templates/<name>")
def remove(name: str) -> Response[str]:
    who = caller(app)
    with wiring.units()(who.organization) as uow:
        configurations.remove(uow, name, caller=who, clock=wiring.clock())
        uow.commit()
    return nothing()


@app.post("/api/templates/<name>/configuration")
def use(name: str) -> Response[str]:
    asked = body(app, UseTemplate)
    with wiring.units()(caller(app).organization) as uow:
        return respond(asked.document(configurations.template(uow, name)))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
