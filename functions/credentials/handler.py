"""Exchange keys over HTTP. What happens to them is in `janym.usecases.credentials`."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.credentials import CreateCredential, CredentialView, DeleteQuery, PutCredential
from janym.api.http import new_app, nothing, respond
from janym.api.lists import ListView
from janym.api.receipts import Receipts
from janym.api.requests import WholeQuery, body, caller, is_uuid, query, uuid_of
from janym.domain.credential import Credential
from janym.domain.ids import CredentialId
from janym.telemetry import logger
from janym.usecases import credentials

app = new_app(wiring.admit)


@app.get("/api/exchanges/credentials")
def listed() -> Response[str]:
    query(app, WholeQuery)
    with wiring.units()(caller(app).organization) as uow:
        views = [_view(each) for each in credentials.listed(uow)]
    return respond(ListView(items=views).made_by(CredentialView.of))


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
    with wiring.units()(caller(app).organization) as uow:
        return respond(_view(credentials.read(uow, _id(credential_id))))


@app.put("/api/exchanges/credentials/<credential_id>")
def put(credential_id: str) -> Response[str]:
    who, fresh = caller(app), body(app, PutCredential).key()
    key = _id(credential_id)
    with wiring.units()(who.organization) as uow:
        asked = credentials.replacement(uow, key, fresh, caller=who)
    examined = credentials.examine(asked, caller=who, venues=wiring.venues())
    with wiring.units()(who.organization) as uow:
        stored = credentials.put(
            uow, key, examined, caller=who, vault=wiring.vault(), clock=wiring.clock()
        )
        uow.commit()
    return respond(_view(stored))


@app.delete("/api/exchanges/credentials/<credential_id>")
def delete(credential_id: str) -> Response[str]:
    who, which = caller(app), query(app, DeleteQuery)
    with wiring.units()(who.organization) as uow:
        key = (
            _id(credential_id)
            if is_uuid(credential_id)
            else credentials.of_exchange(uow, credential_id, which.place(), caller=who).id
        )
        credentials.delete(uow, key, caller=who, clock=wiring.clock())
        uow.commit()
    return nothing()


@app.post("/api/exchanges/credentials/<credential_id>/test")
def test(credential_id: str) -> Response[str]:
    return _elsewhere(credential_id, credentials.test)


@app.post("/api/exchanges/credentials/<credential_id>/rotate")
def rotate(credential_id: str) -> Response[str]:
    return _elsewhere(credential_id, credentials.rotate)


def _elsewhere(credential_id: str, done: Callable[..., Credential]) -> Response[str]:
    """Have it done by a function that may decrypt."""
    units, functions = wiring.units(), wiring.functions()
    key = _id(credential_id)
    return respond(_view(done(key, caller=caller(app), units=units, functions=functions)))


def _id(credential_id: str) -> CredentialId:
    return CredentialId(uuid_of(credential_id, field="credential_id"))


def _view(credential: Credential) -> CredentialView:
    settings = wiring.settings()
    return CredentialView.of(
        credential, shards=len(settings.bot_subnets), addresses=settings.egress_addresses
    )


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
