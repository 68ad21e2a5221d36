"""Exchange keys over HTTP. What happens to them is in `janym.usecases.credentials`."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.credentials import CreateCredential, CredentialView
from janym.api.http import new_app, nothing, respond
from janym.api.lists import ListView
from janym.api.receipts import Receipts
from janym.api.requests import body, caller, uuid_of
from janym.domain.credential import Credential
from janym.domain.ids import CredentialId
from janym.telemetry import logger
from janym.usecases import credentials

app = new_app(wiring.admit)


@app.get("/api/exchanges/credentials")
def listed() -> Response[str]:
    with wiring.units()(caller(app).organization) as uow:
        views = [_view(each) for each in credentials.listed(uow)]
    return respond(ListView(items=views))


@app.post("/api/exchanges/credentials")
def create() -> Response[str]:
    who, clock = caller(app), wiring.clock()
    asked = body(app, CreateCredential).asked()
    receipts = Receipts.of(app, caller=who, units=wiring.units(), clock=clock)
    if (again := receipts.replay()) is not None:
        return again
    examined = credentials.examine(asked, caller=who, venues=wiring.venues())
    return receipts.answer(
        HTTPStatus.CREATED,
        lambda uow: _view(
            credentials.create(
                uow,
                examined,
                caller=who,
                vault=wiring.vault(),
                clock=clock,
                randomness=wiring.randomness(),
            )
        ),
    )


@app.get("/api/exchanges/credentials/<credential_id>")
def read(credential_id: str) -> Response[str]:
    key = CredentialId(uuid_of(credential_id, field="credential_id"))
    with wiring.units()(caller(app).organization) as uow:
        return respond(_view(credentials.read(uow, key)))


@app.delete("/api/exchanges/credentials/<credential_id>")
def delete(credential_id: str) -> Response[str]:
    who, key = caller(app), CredentialId(uuid_of(credential_id, field="credential_id"))
    with wiring.units()(who.organization) as uow:
        credentials.delete(uow, key, caller=who, clock=wiring.clock())
        uow.commit()
    return nothing()


@app.post("/api/exchanges/credentials/<credential_id>/test")
def test(credential_id: str) -> Response[str]:
    key = CredentialId(uuid_of(credential_id, field="credential_id"))
    tested = credentials.test(
        key, caller=caller(app), units=wiring.units(), functions=wiring.functions()
    )
    return respond(_view(tested))


def _view(credential: Credential) -> CredentialView:
    settings = wiring.settings()
    return CredentialView.of(
        credential, shards=len(settings.bot_subnets), addresses=settings.egress_addresses
    )


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
