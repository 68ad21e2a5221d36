"""Members of an organization over HTTP. What becomes of them is in `janym.usecases.members`."""

from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from janym import wiring
from janym.api.http import new_app, nothing, respond
from janym.api.lists import listed
from janym.api.members import AddMember, MemberView, PutMember
from janym.api.receipts import Receipts
from janym.api.requests import PageQuery, body, caller, query
from janym.domain.ids import UserId
from janym.telemetry import logger
from janym.usecases import members

app = new_app(wiring.admit)


@app.get("/api/organization/members")
def list_all() -> Response[str]:
    page = query(app, PageQuery).page()
    with wiring.units()(caller(app).organization) as uow:
        return respond(listed(members.listed(uow, page), MemberView.of))


@app.post("/api/organization/members")
def add() -> Response[str]:
    who, asked, clock = caller(app), body(app, AddMember), wiring.clock()
    user = UserId(asked.user_id)
    receipts = Receipts.of(app, caller=who, units=wiring.units(), clock=clock)
    return receipts.answer(
        HTTPStatus.CREATED,
        lambda uow: MemberView.of(
            members.add(uow, user, asked.role, asked.name, caller=who, clock=clock)
        ),
    )


@app.put("/api/organization/members/<user_id>")
def put(user_id: str) -> Response[str]:
    who, asked = caller(app), body(app, PutMember)
    user = UserId(unquote(user_id))
    with wiring.units()(who.organization) as uow:
        member = members.put(uow, user, asked.role, asked.name, caller=who, clock=wiring.clock())
        uow.commit()
    return respond(MemberView.of(member))


@app.delete("/api/organization/members/<user_id>")
def remove(user_id: str) -> Response[str]:
    who, user = caller(app), UserId(unquote(user_id))
    with wiring.units()(who.organization) as uow:
        members.remove(uow, user, caller=who, clock=wiring.clock())
        uow.commit()
    return nothing()


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return app.resolve(event, context)
