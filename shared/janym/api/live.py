"""What sockets say and are told, and the tickets that open them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, cast

from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter, ValidationError

from janym.api import refusals
from janym.api.requests import Asked
from janym.domain.errors import FieldError, Forbidden, InvalidInput, JanymError
from janym.domain.live import MOST_TOPICS, ConnectionId
from janym.usecases.live import Issued, Subscribed

Topic = Annotated[str, Field(min_length=1, max_length=100)]
Topics = Annotated[list[Topic], Field(min_length=1, max_length=MOST_TOPICS)]
LONGEST_TICKET = 200


class TicketView(BaseModel):
    """A ticket for one socket: open `url` with `?ticket=` within thirty seconds."""

    ticket: str
    url: str
    expires_at: AwareDatetime

    @classmethod
    def of(cls, issued: Issued, *, url: str) -> Self:
        return cls(ticket=issued.ticket, url=url, expires_at=issued.expires_at)


class Subscribe(Asked):
    """Listen to topics, from the event after `after` where the log still has them."""

    action: Literal["subscribe"]
    topics: Topics
    after: Annotated[int, Field(ge=0, lt=2**63)] | None = None


class Unsubscribe(Asked):
    """Listen no longer."""

    action: Literal["unsubscribe"]
    topics: Topics


class Ping(Asked):
    """Keep the socket from counting as idle."""

    action: Literal["ping"]


class Renew(Asked):
    """Listen longer, on another ticket."""

    action: Literal["renew"]
    ticket: Annotated[str, Field(min_length=1, max_length=LONGEST_TICKET)]


Said = Subscribe | Unsubscribe | Ping | Renew
_SAID: TypeAdapter[Said] = TypeAdapter(Annotated[Said, Field(discriminator="action")])


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketEvent:
    """An event of API Gateway's WebSocket API.

    https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html
    """

    connection: ConnectionId
    route: str
    """`$connect`, `$disconnect`, or that of a message."""
    ticket: str
    body: str

    @classmethod
    def read(cls, event: dict[str, Any]) -> Self:
        context = cast("dict[str, Any]", event["requestContext"])
        query = cast("dict[str, str]", event.get("queryStringParameters") or {})
        return cls(
            connection=ConnectionId(str(context["connectionId"])),
            route=str(context["routeKey"]),
            ticket=query.get("ticket", "")[:LONGEST_TICKET],
            body=str(event.get("body") or ""),
        )


def read(body: str) -> Said:
    """Read what a socket says. Raises InvalidInput naming what is wrong."""
    try:
        return _SAID.validate_python(json.loads(body))
    except ValidationError as refused:
        raise refusals.invalid(refused) from None
    except (ValueError, RecursionError):
        raise InvalidInput(FieldError(field="body", reason="is not JSON")) from None


def subscribed(answer: Subscribed) -> bytes:
    """Tell what is listened to; `resync` where events in between are gone."""
    kind = "subscribed" if answer.whole else "resync"
    return told(kind, topics=list(answer.topics), id=answer.id)


def refused(error: JanymError) -> bytes:
    """Tell why something was not done."""
    fields = error.errors if isinstance(error, InvalidInput) else ()
    named = [{"field": each.field, "reason": each.reason} for each in fields]
    return told("error", code=error.code, detail=str(error), **({"errors": named} if named else {}))


def told(kind: str, **more: object) -> bytes:
    """Write a frame that is no event."""
    return json.dumps({"type": kind, **more}, separators=(",", ":")).encode()


def unsubscribed(topics: Sequence[str]) -> bytes:
    return told("unsubscribed", topics=list(topics))


def let_in(error: Forbidden | None) -> dict[str, Any]:
    """Answer a handshake: API Gateway opens the socket on 200 alone."""
    return {"statusCode": 401 if error else 200}
